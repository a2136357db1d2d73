"""Whose a map is: who may rename and delete it, and bring it back for a day."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from mnist_core import trash
from mnist_core.errors import LimitError, MapError, OwnerError
from mnist_core.jobs import bounds
from mnist_core.jobs.worker import Report
from mnist_core.maps import job
from mnist_core.maps.library import (
    MANIFEST,
    all_maps,
    delete_map,
    deleted_maps,
    disown_maps,
    load_map,
    map_owner,
    rename_map,
    restore_map,
    save_map,
)
from mnist_core.owners import KEEPER, KEEPERS, OPEN_VARIABLE, AtHome, By, owner_of
from mnist_core.trash import KEPT_S, SCARCE_VARIABLE
from tests.small_maps import small_map

ANNA, BEN = "a" * 32, "b" * 32
ACTS: dict[str, Callable[[str, By], object]] = {
    "rename": lambda key, by: rename_map(key, "Better", by),
    "delete": delete_map,
    "restore": restore_map,
}


@pytest.fixture(autouse=True)
def home(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data home on a disk with room."""
    monkeypatch.setenv(SCARCE_VARIABLE, "0")
    return fresh_home


def kept(by: By = ANNA, seed: int = 0) -> str:
    """A map of somebody's."""
    return save_map(small_map(seed=seed), "Mine", owner_of(by))


def deleted(by: By = ANNA, seed: int = 0) -> str:
    """A map of somebody's that is in the trash."""
    key = kept(by, seed)
    delete_map(key, KEEPER)
    return key


def files(home: Path) -> dict[Path, bytes]:
    """All that is kept, by name."""
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def own_maps() -> dict[str, str]:
    """The owner of each map that was made here."""
    return {info.id: info.owner for info in all_maps() if not info.is_shipped}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("maker", "by", "may"),
    [
        pytest.param(ANNA, ANNA, True, id="the-owner"),
        pytest.param(ANNA, AtHome(ANNA), True, id="the-owner-at-home"),
        pytest.param(ANNA, BEN, False, id="a-stranger"),
        pytest.param(ANNA, AtHome(BEN), False, id="a-stranger-at-home"),
        pytest.param(ANNA, KEEPER, True, id="the-keeper"),
        pytest.param(KEEPER, ANNA, False, id="a-visitor-what-is-the-keepers"),
        pytest.param(KEEPER, AtHome(ANNA), True, id="a-visitor-at-home-what-is-the-keepers"),
    ],
)
def test_owners_and_the_keeper_change_a_map(home: Path, act: str, maker: By, by: By, may: bool) -> None:
    key = (deleted if act == "restore" else kept)(maker)
    before = files(home)
    with nullcontext() if may else pytest.raises(OwnerError, match="somebody else"):
        ACTS[act](key, by)
    assert (files(home) != before) is may


@pytest.mark.parametrize("act", ACTS)
def test_where_all_is_open_everybody_changes_every_map(home: Path, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key = (deleted if act == "restore" else kept)()
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    before = files(home)
    ACTS[act](key, BEN)
    assert files(home) != before


def test_a_map_stays_whose_it_is_under_another_name_and_after_it_was_away(home: Path) -> None:
    key = kept()
    rename_map(key, "Better", ANNA)
    before = files(home / "maps")
    assert delete_map(key, ANNA) is True
    assert own_maps() == {}
    assert [(info.id, info.name, info.owner) for info in deleted_maps()] == [(key, "Better", owner_of(ANNA))]
    restore_map(key, ANNA)
    assert files(home / "maps") == before
    assert own_maps() == {key: owner_of(ANNA)}
    assert len(load_map(key)) == len(small_map())
    assert deleted_maps() == []


def test_a_map_that_is_older_than_owners_is_the_keepers(home: Path) -> None:
    key = kept()
    manifest = json.loads((home / "maps" / key / MANIFEST).read_text())
    del manifest["owner"]
    (home / "maps" / key / MANIFEST).write_text(json.dumps(manifest))
    assert own_maps() == {key: KEEPERS}
    with pytest.raises(OwnerError):
        delete_map(key, ANNA)
    assert delete_map(key, AtHome(BEN)) is True


@pytest.mark.parametrize("owner", [None, 5, "0" * 63, ["0" * 64], {}])
def test_a_map_with_an_owner_that_is_none_is_damaged_and_the_keepers(home: Path, owner: object) -> None:
    key = kept()
    path = home / "maps" / key / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"owner": owner}))
    assert own_maps() == {}
    assert map_owner(key) == KEEPERS
    with pytest.raises(OwnerError):
        delete_map(key, ANNA)
    delete_map(key, KEEPER)
    assert deleted_maps() == []


def test_a_map_that_was_made_again_is_not_overwritten(home: Path) -> None:
    key = deleted()
    assert kept(BEN) == key
    before = files(home)
    with pytest.raises(MapError, match="made again"):
        restore_map(key, ANNA)
    assert files(home) == before
    assert own_maps() == {key: owner_of(BEN)}


def test_what_is_not_in_the_trash_is_not_brought_back(home: Path) -> None:
    key = kept()
    with pytest.raises(MapError, match="for a day"):
        restore_map(key, KEEPER)
    with pytest.raises(MapError, match="no such map"):
        restore_map("../models", KEEPER)


def test_after_a_day_a_map_is_gone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = deleted()
    now = trash.time.time()
    monkeypatch.setattr(trash.time, "time", lambda: now + KEPT_S + 1)
    assert deleted_maps() == []
    with pytest.raises(MapError, match="for a day"):
        restore_map(key, ANNA)
    other = deleted(seed=1)
    assert [path.parent.name for path in home.rglob(MANIFEST)] == [other]


def test_while_space_is_scarce_deleting_is_final(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = kept()
    monkeypatch.setenv(SCARCE_VARIABLE, str(10**9))
    assert delete_map(key, ANNA) is False
    assert deleted_maps() == []
    assert files(home) == {}


def test_what_is_let_go_is_the_keepers_and_the_others_stay(home: Path) -> None:
    hers, his, gone = kept(), kept(BEN, seed=1), deleted(seed=2)
    (home / "maps" / ("0" * 16)).mkdir()
    (home / "maps" / ("0" * 16) / MANIFEST).write_text("{")
    disown_maps(owner_of(ANNA))
    assert own_maps() == {hers: KEEPERS, his: owner_of(BEN)}
    assert [(info.id, info.owner) for info in deleted_maps()] == [(gone, KEEPERS)]
    np.testing.assert_array_equal(load_map(hers).labels, small_map().labels)


def test_the_map_of_a_job_is_whose_the_job_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = small_map()
    monkeypatch.setattr(job, "make_map", lambda *_: made)
    monkeypatch.setattr(job, "asked_images", lambda _: None)
    settings = {"config": made.config.to_json(), "name": "Hers"}
    result = job.run(settings, Report(tmp_path, owner=owner_of(ANNA)))
    assert own_maps() == {result["map"]: owner_of(ANNA)}


def test_a_map_that_somebody_else_has_made_again_stays_whose_it_was(home: Path) -> None:
    key = kept(ANNA)
    assert save_map(small_map(), "Taken", owner_of(BEN)) == key
    assert own_maps() == {key: owner_of(ANNA)}
    assert [info.name for info in all_maps() if not info.is_shipped] == ["Mine"]
    save_map(small_map(), "Made again", owner_of(ANNA))
    assert [info.name for info in all_maps() if not info.is_shipped] == ["Made again"]


def test_a_map_is_not_brought_back_beside_as_many_as_a_visitor_may_have(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = kept(ANNA)
    assert delete_map(key, ANNA)
    other = kept(ANNA, seed=2)
    monkeypatch.setenv(bounds.MAPS.visitors_variable, "1")
    with pytest.raises(LimitError, match="you have 1"):
        restore_map(key, ANNA)
    delete_map(other, ANNA)
    restore_map(key, ANNA)
    assert own_maps() == {key: owner_of(ANNA)}
