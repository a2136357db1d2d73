"""What lies on the disk, read with distrust, by known values."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest

from mnist_core.array_files import read_npy, read_npz
from mnist_core.errors import ConfigError
from mnist_core.records import (
    DEEPEST,
    LARGEST_TEXT,
    DamagedError,
    decoding,
    parsed_json,
    picked,
    read_object,
    read_text,
    record,
)


@dataclass(frozen=True)
class Inner:
    share: float

    def __post_init__(self) -> None:
        if self.share > 1:
            raise ValueError("a share is at most 1")


@dataclass(frozen=True)
class Outer:
    name: str
    count: int
    pairs: tuple[tuple[int, float], ...]
    parts: Mapping[str, Inner]
    kind: Literal["a", "b"] = "a"
    more: Inner | None = None
    flag: bool = False


WHOLE = {"name": "x", "count": 2, "pairs": [[1, 0.5], [2, 1]], "parts": {"p": {"share": 0.25}}}


def test_a_record_is_made_of_plain_values():
    assert record(Outer, WHOLE) == Outer("x", 2, ((1, 0.5), (2, 1)), {"p": Inner(0.25)})
    assert record(Outer, WHOLE | {"more": {"share": 1}, "kind": "b", "flag": True}).more == Inner(1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": 5}, "no valid 'name': int 5"),
        ({"count": True}, "no valid 'count'"),
        ({"count": 1.5}, "no valid 'count'"),
        ({"pairs": [[1]]}, "zip"),
        ({"pairs": [[1, "x"]]}, "no valid 'pairs'"),
        ({"pairs": 3}, "no valid 'pairs'"),
        ({"parts": {"p": {"share": 2}}}, "a share is at most 1"),
        ({"parts": {"p": {}}}, "'share' is missing"),
        ({"parts": {"p": {"share": float("nan")}}}, "no valid 'share'"),
        ({"parts": []}, "no valid 'parts'"),
        ({"kind": "c"}, "no valid 'kind'"),
        ({"kind": ["a"]}, "no valid 'kind'"),
        ({"more": 1}, "no valid 'more'"),
        ({"flag": 1}, "no valid 'flag'"),
        ({"unheard": 1}, "no field 'unheard'"),
    ],
)
def test_a_record_of_other_values_is_refused_by_name(changes, reason):
    with pytest.raises(DamagedError, match=reason):
        record(Outer, WHOLE | changes)


def test_some_values_are_picked_and_the_others_do_not_matter():
    assert picked({"a": 1, "b": "x", "c": []}, a=int, b=str | None, d=float | None) == {"a": 1, "b": "x", "d": None}
    with pytest.raises(DamagedError, match="no valid 'd'"):
        picked({"a": 1}, d=float)


NO_JSON = ["", "{", "NaN", "[Infinity]", "[1e999]", f"[{'9' * 30}]", f"[{'9' * 9_000}]", '"\\ud800"', '{"\\udfff": 1}']
TOO_DEEP = ["[" * 100_000, "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)]


@pytest.mark.parametrize("text", [*NO_JSON, *TOO_DEEP], ids=lambda text: text[:12])
def test_json_that_nobody_can_use_is_damaged(text):
    with pytest.raises(DamagedError):
        parsed_json(text)


def test_json_is_read_as_deep_as_the_app_writes_it(tmp_path):
    (tmp_path / "x.json").write_text('{"a": ' * (DEEPEST - 1) + "1" + "}" * (DEEPEST - 1))
    assert "a" in read_object(tmp_path / "x.json")
    (tmp_path / "x.json").write_text("[1]")
    with pytest.raises(DamagedError, match="values by name"):
        read_object(tmp_path / "x.json")


def test_a_text_without_end_is_not_read_into_memory(tmp_path):
    with (tmp_path / "x.json").open("wb") as file:
        file.truncate(LARGEST_TEXT * 1_000)  # takes no room on the disk
    with pytest.raises(DamagedError, match="more than"):
        read_text(tmp_path / "x.json")


def test_what_the_disk_and_the_library_say_is_said_as_it_is():
    for error in (FileNotFoundError("gone"), ConfigError("no"), DamagedError("bad")):
        with pytest.raises(type(error), match=str(error)), decoding():
            raise error
    for error, words in (
        (KeyError("x"), "'x' is missing"),
        (RecursionError(), "too deeply"),
        (MemoryError(), "memory"),
    ):
        with pytest.raises(DamagedError, match=words), decoding():
            raise error


ARRAYS = [
    np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    np.asfortranarray(np.arange(6).reshape(2, 3)),
    np.array("héllo"),
    np.zeros((0, 3)),
    np.array(5),
    np.array([True, False]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_arrays_are_what_numpy_wrote(tmp_path, array):
    np.save(tmp_path / "x.npy", array)
    np.savez_compressed(tmp_path / "x.npz", x=array, y=array)
    for found in (read_npy(tmp_path / "x.npy"), read_npz(tmp_path / "x.npz")["y"]):
        np.testing.assert_array_equal(found, array)
        assert (found.dtype, found.shape) == (array.dtype, array.shape)


def test_a_zip_that_grows_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("mnist_core.array_files.LARGEST_ARRAYS", 1_000_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", bytes(2_000_000))
    assert len(file.getvalue()) < 10_000
    with pytest.raises(DamagedError, match="more than 1,000,000 bytes"):
        read_npz(file.getvalue())
