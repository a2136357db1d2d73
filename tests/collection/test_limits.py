"""Limits of what is taken in, and how much of what somebody sent is told of it."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from mnist_core.collection import layout
from mnist_core.collection.database import URL_VARIABLE
from mnist_core.collection.layout import read_arrays
from mnist_core.collection.opening import open_collection
from mnist_core.errors import CollectionError


def member(size: int) -> dict[str, zipfile.ZipInfo]:
    """All files that an export has, the first of them so large and the others empty."""
    found = {f"{name}.npy": zipfile.ZipInfo(f"{name}.npy") for name in layout.KINDS}
    next(iter(found.values())).file_size = size
    return found


def test_a_gibibyte_is_taken_and_not_a_byte_more():
    layout.check_members(member(1_073_741_824))
    with pytest.raises(ValueError, match="it holds 1,073,741,825 bytes; at most 1,073,741,824 are taken"):
        layout.check_members(member(1_073_741_825))


def test_of_a_name_that_does_not_belong_only_the_beginning_is_told(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "odd.npz", "w") as archive:
        archive.writestr("a" * 60, b"")
    with pytest.raises(ValueError, match="it is no exported") as caught:
        read_arrays(tmp_path / "odd.npz")
    assert str(caught.value) == f"it is no exported collection ({'a' * 40!r})"


def test_of_a_long_reason_only_the_beginning_is_told(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "long.npz", "w") as archive:
        for name in layout.KINDS:
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array_header_1_0(
                    file, {"descr": [("x" * 150, "<i8"), ("y" * 150, "<i8")], "fortran_order": False, "shape": ()}
                )
    with pytest.raises(ValueError, match="is of type") as caught:
        read_arrays(tmp_path / "long.npz")
    assert len(str(caught.value)) == 200
    assert str(caught.value).startswith("version.npy is of type [('xxx")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://visitor:secret@host/name", "mysql://…"),
        ("a" * 30 + "://secret", "something else"),
        ("secret", "something else"),
        ("/srv/secret/drawings.sqlite3", "something else"),
    ],
)
def test_of_an_address_that_is_none_no_password_host_or_path_is_told(fresh_home, monkeypatch, address, told):
    monkeypatch.setenv(URL_VARIABLE, address)
    with pytest.raises(CollectionError, match=f"Received: {told}. Correct") as caught:
        open_collection()
    assert "secret" not in str(caught.value)
