"""Whose a model is: who may rename and delete it, and bring it back for a day."""

import shutil
from contextlib import nullcontext
from dataclasses import replace

import pytest

from mnist_core import paths, trash
from mnist_core.errors import BundleError, OwnerError
from mnist_core.model import library
from mnist_core.model.bundle import (
    CARD,
    model_folder,
    model_names,
    read_card,
    verify_bundle,
    write_card,
    written_bundle,
)
from mnist_core.model.library import (
    delete_model,
    deleted_models,
    disown_models,
    erase_model,
    model_owner,
    rename_model,
    restore_model,
)
from mnist_core.owners import KEEPER, KEEPERS, OPEN_VARIABLE, AtHome, owner_of
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import RunSettings, start_run
from mnist_core.trash import KEPT_S, SCARCE_VARIABLE

SHIPPED = paths.SHIPPED_MODELS / "default"
ANNA, BEN = "a" * 32, "b" * 32
TAUGHT = "taught-" + "0123456789abcdef" * 2


def kept(name="mine", by=ANNA):
    """A model of somebody's."""
    with written_bundle(model_folder(name), owner_of(by)) as part:
        shutil.copytree(SHIPPED, part, dirs_exist_ok=True)
        write_card(part, replace(read_card(part), name=name))
    return model_folder(name)


def deleted(name="mine", by=ANNA):
    """The id of a model of somebody's that is in the trash."""
    before = {item.id for item in deleted_models()}
    kept(name, by)
    delete_model(name, KEEPER)
    (id,) = {item.id for item in deleted_models()} - before
    return id


def files(home):
    """All that is kept, by name."""
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


ACTS = {
    "rename": lambda by: rename_model("mine", "better", by),
    "delete": lambda by: delete_model("mine", by),
    "restore": lambda by: restore_model(deleted_models()[0].id, by),
}


@pytest.fixture(autouse=True)
def home(fresh_home, monkeypatch):
    """A data home on a disk with room."""
    monkeypatch.setenv(SCARCE_VARIABLE, "0")
    return fresh_home


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
def test_owners_and_the_keeper_change_a_model(home, act, maker, by, may):
    (deleted if act == "restore" else kept)(by=maker)
    before = files(home)
    with nullcontext() if may else pytest.raises(OwnerError, match="somebody else"):
        ACTS[act](by)
    assert (files(home) != before) is may


@pytest.mark.parametrize("act", ACTS)
def test_where_all_is_open_everybody_changes_every_model(home, act, monkeypatch):
    (deleted if act == "restore" else kept)()
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    before = files(home)
    ACTS[act](BEN)
    assert files(home) != before


def test_a_model_stays_whose_it_is_under_another_name_and_after_it_was_away(home):
    kept()
    rename_model("mine", "better", ANNA)
    assert model_owner("better") == owner_of(ANNA)
    assert delete_model("better", ANNA) is True
    assert restore_model(deleted_models()[0].id, ANNA) == "better"
    assert model_owner("better") == owner_of(ANNA)
    assert verify_bundle(model_folder("better")).name == "better"
    assert not any(ANNA.encode() in content for content in files(home).values())


def test_a_model_that_is_older_than_owners_is_the_keepers(home):
    shutil.copytree(SHIPPED, home / "models" / "older")
    assert model_owner("older") == KEEPERS
    with pytest.raises(OwnerError):
        delete_model("older", BEN)
    assert delete_model("older", AtHome(BEN)) is True


def test_a_damaged_model_stays_its_owners(home):
    (kept() / CARD).write_text("{")
    with pytest.raises(OwnerError):
        delete_model("mine", BEN)
    assert delete_model("mine", ANNA) is True
    with pytest.raises(BundleError, match="cannot be used"):
        restore_model(deleted_models()[0].id, ANNA)


# Brought back


def test_a_deleted_model_comes_back_as_it_was(home):
    before = files(kept())
    delete_model("mine", ANNA)
    assert model_names() == ["default"]
    (item,) = deleted_models()
    assert restore_model(item.id, ANNA) == "mine"
    assert files(model_folder("mine")) == before
    assert deleted_models() == []


def test_a_model_whose_name_is_taken_comes_back_under_the_next(home):
    id = deleted()
    kept(by=BEN)
    assert restore_model(id, ANNA) == "mine-2"
    assert verify_bundle(model_folder("mine-2")).name == "mine-2"
    assert (model_owner("mine"), model_owner("mine-2")) == (owner_of(BEN), owner_of(ANNA))


def test_a_crash_while_a_model_comes_back_under_another_name_leaves_it_whole(home, monkeypatch):
    id = deleted()
    kept(by=BEN)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(library.trash, "restore", crash)
        with pytest.raises(KeyboardInterrupt):
            restore_model(id, ANNA)
    delete_model("mine", BEN)
    assert restore_model(id, ANNA) == "mine"
    assert verify_bundle(model_folder("mine")).name == "mine"


def test_models_of_one_name_are_brought_back_each_by_its_id():
    first, second = deleted(), deleted(by=BEN)
    assert {item.id for item in deleted_models()} == {first, second}
    with pytest.raises(OwnerError):
        restore_model(second, ANNA)
    assert restore_model(first, ANNA) == "mine"
    assert [item.id for item in deleted_models()] == [second]


@pytest.mark.parametrize("id", ["", "../mine", "1-0123456789abcdef", None])
def test_what_is_not_in_the_trash_is_not_brought_back(id):
    deleted()
    with pytest.raises(BundleError, match="for a day"):
        restore_model(id, KEEPER)
    assert model_names() == ["default"]


def test_after_a_day_a_model_is_gone(home, monkeypatch):
    id = deleted()
    now = trash.time.time()
    monkeypatch.setattr(trash.time, "time", lambda: now + KEPT_S + 1)
    assert deleted_models() == []
    with pytest.raises(BundleError, match="for a day"):
        restore_model(id, ANNA)
    kept("other")
    delete_model("other", ANNA)
    assert [item.name for item in deleted_models()] == ["other"]
    assert len(list(home.rglob(CARD))) == 1


def test_while_space_is_scarce_deleting_is_final(home, monkeypatch):
    kept()
    monkeypatch.setenv(SCARCE_VARIABLE, str(10**9))
    assert delete_model("mine", ANNA) is False
    assert deleted_models() == []
    assert files(home) == {}


# The private names of what visitors teach


@pytest.mark.parametrize("by", [ANNA, AtHome(ANNA), KEEPER])
def test_no_public_act_reaches_the_private_names(home, by, monkeypatch):
    kept()
    kept(TAUGHT, KEEPER)
    before = files(home)
    for act in (
        lambda: rename_model("mine", TAUGHT, by),
        lambda: rename_model("mine", "taught-" + "f" * 32, by),
        lambda: rename_model(TAUGHT, "better", by),
        lambda: delete_model(TAUGHT, by),
        lambda: start_run(RunSettings(replace(PRESETS["quick"].config, name=TAUGHT), "quick"), by),
    ):
        with pytest.raises(BundleError, match="model of their own"):
            act()
    assert files(home) == before
    assert TAUGHT not in model_names()


def test_what_a_visitor_taught_is_erased_at_once(home):
    kept(TAUGHT, KEEPER)
    erase_model(TAUGHT)
    assert deleted_models() == []
    assert files(home) == {}


def test_a_private_name_in_the_trash_is_no_model_to_bring_back(home):
    place = home / "trash" / "models" / f"{int(trash.time.time())}-0123456789abcdef"
    shutil.copytree(SHIPPED, place / "a model")
    assert deleted_models() == []


# Let go


def test_what_is_let_go_is_the_keepers_and_the_others_stay():
    kept("hers")
    kept("his", BEN)
    deleted("gone")
    disown_models(owner_of(ANNA))
    assert (model_owner("hers"), model_owner("his")) == (KEEPERS, owner_of(BEN))
    with pytest.raises(OwnerError):
        restore_model(deleted_models()[0].id, ANNA)
    assert model_owner(restore_model(deleted_models()[0].id, KEEPER)) == KEEPERS


def test_a_model_that_replaces_another_is_whose_it_was_written():
    kept()
    kept(by=BEN)
    assert model_owner("mine") == owner_of(BEN)
    kept(by=KEEPER)
    assert model_owner("mine") == KEEPERS
