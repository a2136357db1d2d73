import errno
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mnist_core import paths, trash
from mnist_core.errors import BundleError, LimitError
from mnist_core.files import written_file
from mnist_core.jobs import bounds
from mnist_core.model.bundle import CARD, model_names, read_card, verify_bundle
from mnist_core.model.library import delete_model, deleted_models, free_name, place_model, rename_model, restore_model
from mnist_core.owners import KEEPER, new_token, owner_of, write_owner

PLENTY_MB = str(10**9)  # more than any disk has
SHIPPED = paths.SHIPPED_MODELS / "default"
CHANGES = [lambda name, by: rename_model(name, "another", by), delete_model]
BAD_NAMES = ["", "..", "a/b", "../x", ".hidden", "x" * 300, "a b", "a|b", "a\nb", None]


@pytest.fixture
def mine(fresh_home):
    """A model of the user's."""
    folder = fresh_home / "models" / "mine"
    shutil.copytree(SHIPPED, folder)
    return folder


@pytest.fixture
def other(mine):
    """Another model of the user's."""
    return Path(shutil.copytree(mine, mine.with_name("other")))


def contents(folder):
    """The names and bytes of all that is below a folder."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refuse(monkeypatch, name, number):
    """Have a method of Path fail as the system would."""

    def fail(self, *arguments, **named):
        raise OSError(number, "no")

    monkeypatch.setattr(Path, name, fail)


def test_a_renamed_model_is_whole_and_has_the_name_on_its_card(mine):
    before = read_card(mine)
    rename_model("mine", "Better_2.0", KEEPER)
    assert verify_bundle(mine.with_name("Better_2.0")) == replace(before, name="Better_2.0")
    assert model_names() == ["default", "Better_2.0"]
    assert [path.name for path in mine.parent.iterdir()] == ["Better_2.0"]


@pytest.mark.parametrize("new", BAD_NAMES)
def test_a_model_takes_no_bad_name(mine, new):
    before = contents(mine.parent)
    with pytest.raises(BundleError, match=r"name has 1 to 64"):
        rename_model("mine", new, KEEPER)
    assert contents(mine.parent) == before


@pytest.mark.parametrize("new", ["other", "mine", "default"])
def test_a_model_takes_no_name_that_there_is(mine, other, new):
    before = contents(mine.parent)
    with pytest.raises(BundleError, match=rf"none has yet\. Received: '{new}'"):
        rename_model("mine", new, KEEPER)
    assert contents(mine.parent) == before


@pytest.mark.parametrize("change", CHANGES)
def test_the_shipped_model_stays(fresh_home, change):
    before = contents(SHIPPED)
    with pytest.raises(BundleError, match=r"stays as it is\. Received: 'default'"):
        change("default", KEEPER)
    assert contents(SHIPPED) == before


@pytest.mark.parametrize("name", BAD_NAMES)
def test_nothing_outside_of_the_models_is_deleted(mine, name):
    before = contents(mine.parent.parent)
    with pytest.raises(BundleError, match="name has 1 to 64"):
        delete_model(name, KEEPER)
    assert contents(mine.parent.parent) == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_model_that_is_not_there_is_named(mine, change):
    with pytest.raises(BundleError, match=r"no (such )?model.*nobody"):
        change("nobody", KEEPER)
    assert model_names() == ["default", "mine"]


def test_a_folder_that_is_no_model_is_not_deleted(mine):
    (mine.parent / "notes").mkdir()
    (mine.parent / "notes" / "thoughts.txt").write_text("keep")
    with pytest.raises(BundleError, match=r"no such model; .* Received: 'notes'"):
        delete_model("notes", KEEPER)
    assert (mine.parent / "notes" / "thoughts.txt").exists()


def test_a_name_that_was_taken_meanwhile_is_not_overwritten(mine, other, monkeypatch):
    before = contents(mine.parent)
    aside = other.rename(mine.parent.parent / "aside")

    def take(path):
        """What another process does between the look at the name and the move."""
        if aside.exists():
            aside.rename(other)
        return written_file(path)

    monkeypatch.setattr("mnist_core.model.library.written_file", take)
    with pytest.raises(BundleError, match="could not be renamed"):
        rename_model("mine", "other", KEEPER)
    assert not aside.exists()
    assert contents(mine.parent) == before


def test_a_model_that_cannot_move_keeps_its_name_on_the_card(mine, monkeypatch):
    before = contents(mine.parent)
    refuse(monkeypatch, "rename", errno.EACCES)
    with pytest.raises(BundleError, match="could not be renamed"):
        rename_model("mine", "better", KEEPER)
    assert contents(mine.parent) == before


def test_a_card_that_cannot_be_written_leaves_the_model_as_it_was(mine, monkeypatch):
    before = contents(mine.parent)
    refuse(monkeypatch, "write_bytes", errno.ENOSPC)
    with pytest.raises(BundleError, match="could not be renamed"):
        rename_model("mine", "better", KEEPER)
    assert contents(mine.parent) == before


def test_a_crash_while_renaming_leaves_a_whole_model_that_can_be_renamed_again(mine, monkeypatch):
    def crash(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", crash)
        with pytest.raises(KeyboardInterrupt):
            rename_model("mine", "better", KEEPER)
    assert verify_bundle(mine)
    assert model_names() == ["default", "mine"]
    rename_model("mine", "better", KEEPER)
    assert verify_bundle(mine.with_name("better")).name == "better"


def test_a_damaged_model_is_not_renamed_but_can_be_deleted(mine):
    (mine / CARD).write_text("{")
    with pytest.raises(BundleError, match="cannot be used"):
        rename_model("mine", "better", KEEPER)
    delete_model("mine", KEEPER)
    assert list(mine.parent.iterdir()) == []


def test_a_deleted_model_leaves_nothing_and_the_others_alone(mine, other):
    before = contents(other)
    delete_model("mine", KEEPER)
    assert model_names() == ["default", "other"]
    assert [path.name for path in mine.parent.iterdir()] == ["other"]
    assert contents(other) == before


def test_a_crash_while_deleting_leaves_no_half_model_under_its_name(mine, monkeypatch):
    def crash(*arguments, **named):
        raise KeyboardInterrupt

    monkeypatch.setenv(trash.SCARCE_VARIABLE, PLENTY_MB)  # nothing is kept
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", crash)
        with pytest.raises(KeyboardInterrupt):
            delete_model("mine", KEEPER)
    assert not mine.exists()
    assert model_names() == ["default"]
    assert free_name("mine") == "mine"
    monkeypatch.delenv(trash.SCARCE_VARIABLE)
    assert deleted_models() == []
    trash.empty()
    assert contents(mine.parent.parent) == {}


def test_a_model_that_cannot_move_is_not_deleted(mine, monkeypatch):
    before = contents(mine.parent)
    refuse(monkeypatch, "rename", errno.EACCES)
    with pytest.raises(BundleError, match="could not be deleted"):
        delete_model("mine", KEEPER)
    assert contents(mine.parent) == before
    assert [path.name for path in mine.parent.iterdir()] == ["mine"]


def test_deleting_a_link_leaves_what_it_leads_to(mine, tmp_path):
    shutil.move(mine, tmp_path / "elsewhere")
    mine.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    delete_model("mine", KEEPER)
    assert list(mine.parent.iterdir()) == []
    assert verify_bundle(tmp_path / "elsewhere")


def test_a_free_name_is_the_wanted_one_or_has_the_next_number(mine):
    assert free_name("better") == "better"
    assert free_name("default") == "default-2"
    assert free_name("mine") == "mine-2"
    (mine.parent / "mine-2").mkdir()
    (mine.parent / "mine-3").write_text("a file")
    assert free_name("mine") == "mine-4"


def test_a_free_name_is_never_too_long(mine):
    longest = "x" * 64
    assert free_name(longest) == longest
    mine.rename(mine.parent / longest)
    assert free_name(longest) == "x" * 62 + "-2"
    for number in range(2, 10):
        (mine.parent / f"{'x' * 62}-{number}").mkdir()
    assert free_name(longest) == "x" * 61 + "-10"


@pytest.mark.parametrize("wanted", BAD_NAMES)
def test_a_bad_name_is_never_free(fresh_home, wanted):
    with pytest.raises(BundleError, match="name has 1 to 64"):
        free_name(wanted)


def test_a_model_whose_name_was_taken_while_it_was_made_takes_that_of_nobody(mine, fresh_home, monkeypatch):
    made = Path(shutil.copytree(mine, fresh_home / "models" / ".part-1" / "mine"))
    before = contents(mine)
    free = iter(["mine", "mine-2"])  # it came after the look
    monkeypatch.setattr("mnist_core.model.library.free_name", lambda _name: next(free))
    assert place_model(made, "mine") == "mine-2"
    assert contents(mine) == before
    assert verify_bundle(mine.with_name("mine-2")).name == "mine-2"
    assert not made.exists()


def test_a_model_from_another_disk_is_copied(mine, fresh_home, monkeypatch):
    rename = Path.rename

    def refused(self, target):
        if self.parent.parent != target.parent:
            return rename(self, target)
        raise OSError(errno.EXDEV, "another disk")

    made = Path(shutil.copytree(mine, fresh_home / "models" / ".part-1" / "new"))
    monkeypatch.setattr(Path, "rename", refused)
    assert place_model(made, "new") == "new"
    assert verify_bundle(mine.with_name("new")).name == "new"


def test_a_model_that_cannot_be_placed_is_told(mine, fresh_home, monkeypatch):
    made = Path(shutil.copytree(mine, fresh_home / "models" / ".part-1" / "new"))
    refuse(monkeypatch, "rename", errno.EIO)
    with pytest.raises(BundleError, match="Free some space"):
        place_model(made, "new")
    assert model_names() == ["default", "mine"]


def test_a_model_is_not_brought_back_beside_as_many_as_a_visitor_may_have(mine, other, monkeypatch):
    anna = new_token()
    for folder in (mine, other):
        write_owner(folder, owner_of(anna))
    assert delete_model("mine", anna)
    monkeypatch.setenv(bounds.MODELS.visitors_variable, "1")
    (item,) = deleted_models()
    with pytest.raises(LimitError, match="you have 1"):
        restore_model(item.id, anna)
    delete_model("other", anna)
    assert restore_model(item.id, anna) == "mine"
