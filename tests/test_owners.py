"""Who made what, and who may change it."""

from pathlib import Path

import pytest

from mnist_core.errors import ConfigError, OwnerError
from mnist_core.owners import (
    KEEPER,
    KEEPERS,
    OPEN_VARIABLE,
    OWNER,
    AtHome,
    By,
    check_may_change,
    folder_owner,
    is_own,
    may_change,
    owner_of,
    token_hash,
    write_owner,
)

ANNA, BEN = "a" * 32, "b" * 32


@pytest.mark.parametrize(
    ("owner", "by", "may"),
    [
        (owner_of(ANNA), ANNA, True),
        (owner_of(ANNA), BEN, False),
        (owner_of(ANNA), AtHome(ANNA), True),
        (owner_of(ANNA), AtHome(BEN), False),
        (owner_of(ANNA), KEEPER, True),
        (KEEPERS, ANNA, False),
        (KEEPERS, AtHome(ANNA), True),
        (KEEPERS, KEEPER, True),
    ],
)
def test_owners_and_the_keeper_may_change(owner: str, by: By, may: bool) -> None:
    assert may_change(owner, by) is may
    if may:
        check_may_change(owner, by)
    else:
        with pytest.raises(OwnerError, match="somebody else"):
            check_may_change(owner, by)


def test_the_keeper_may_change_what_is_not_the_keepers_own() -> None:
    assert may_change(owner_of(ANNA), KEEPER)
    assert not is_own(owner_of(ANNA), KEEPER)


def test_where_all_is_open_everybody_may_change_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    assert may_change(owner_of(ANNA), BEN)
    assert may_change(KEEPERS, BEN)
    assert not is_own(owner_of(ANNA), BEN)
    monkeypatch.setenv(OPEN_VARIABLE, "yes")
    with pytest.raises(ConfigError, match="'yes'"):
        may_change(owner_of(ANNA), BEN)


@pytest.mark.parametrize("odd", ["", "0" * 31, "0" * 33, "../" + "0" * 29, "G" * 32, None, 5])
def test_what_is_no_token_is_refused(odd: object) -> None:
    with pytest.raises(OwnerError, match="32 hex digits"):
        token_hash(odd)  # type: ignore[arg-type]
    with pytest.raises(OwnerError):
        may_change(KEEPERS, odd)  # type: ignore[arg-type]


def test_a_folder_has_the_owner_that_was_written(tmp_path: Path) -> None:
    assert folder_owner(tmp_path) == folder_owner(tmp_path / "missing") == KEEPERS
    write_owner(tmp_path, owner_of(ANNA))
    assert folder_owner(tmp_path) == owner_of(ANNA)
    assert ANNA not in (tmp_path / OWNER).read_text()
    write_owner(tmp_path, KEEPERS)
    assert folder_owner(tmp_path) == KEEPERS
    assert not (tmp_path / OWNER).exists()


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"0" * 63, b"0" * 65, b"Z" * 64])
def test_an_owner_that_is_none_is_the_keeper(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / OWNER).write_bytes(damage)
    assert folder_owner(tmp_path) == KEEPERS
