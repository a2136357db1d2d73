"""Datasets that people brought: kept, seen by whom they shall be, changed, removed, written out again."""

import json

import numpy as np
import pytest

from mnist_core import belongings, load_dataset, paths
from mnist_core.datasets.own import check_may_use, may_use, own_datasets, read_own, shelf
from mnist_core.datasets.own.exporting import FORMS, export
from mnist_core.datasets.own.form import in_form
from mnist_core.datasets.own.inspection import inspected
from mnist_core.datasets.own.job import read_into
from mnist_core.datasets.own.reading import read_rows
from mnist_core.datasets.registry import is_dataset, to_learn_from, to_look_at, to_test_with
from mnist_core.errors import ConfigError, DatasetError, LimitError, OwnerError
from mnist_core.maps.embedding import MapConfig
from mnist_core.owners import KEEPER, KEEPERS, AtHome, new_token, owner_of
from mnist_core.training.config import TrainingConfig
from tests.own_data.digits import COUNT, csv, npz, some

ANNA, BEN = new_token(), new_token()


@pytest.fixture
def added(fresh_home, tmp_path):
    """Adds a dataset of Anna's."""

    def add(owner=ANNA, *, draft=False):
        found = read_rows(npz(tmp_path))
        name = shelf.keep(inspected(in_form(found), found.refusals, None), "my digits", owner_of(owner))
        if not draft:
            shelf.change(name, owner, is_draft=False)
        return name

    return add


def test_it_is_loaded_as_every_dataset_is(added):
    name = added()
    shelf.change(name, ANNA, title="Anna's digits", source="Anna", licence="CC0")
    dataset = load_dataset(name, download=False)
    images, labels = some()
    assert sorted(map(bytes, dataset.images)) == sorted(map(bytes, images))
    assert (dataset.name, dataset.provenance, dataset.licence) == (name, "Anna", "CC0")
    assert len(dataset.split("train")) + len(dataset.split("test")) == COUNT == len(labels)
    assert is_dataset(name)
    assert TrainingConfig.from_json(TrainingConfig(data=(name,)).to_json()).data == (name,)
    assert MapConfig(dataset=name).dataset == name


def test_nobody_sees_anothers_until_it_is_shared(added, monkeypatch):
    name = added()
    sees = lambda by: [each.name for each in own_datasets(by)] == [name] == [name] * may_use(name, by)  # noqa: E731
    assert [sees(by) for by in (ANNA, KEEPER, BEN, AtHome(BEN))] == [True, True, False, False]
    assert not {name} & {**to_look_at(BEN), **to_learn_from(BEN), **to_test_with(BEN)}.keys()
    for offered in (to_look_at, to_learn_from, to_test_with):
        assert name in offered(ANNA)
    with pytest.raises(DatasetError, match="has not shared it"):
        check_may_use(("mnist", name), BEN)
    check_may_use(("mnist", name), ANNA)
    shelf.change(name, ANNA, is_shared=True)
    assert sees(BEN)
    shelf.change(name, ANNA, is_shared=False)
    monkeypatch.setenv("MNIST_STUDIO_OPEN", "1")
    assert sees(BEN)


def test_a_draft_is_its_owners_alone_and_for_a_day(added, monkeypatch):
    name = added(draft=True)
    assert own_datasets(ANNA) == own_datasets(KEEPER) == []
    assert [[each.name for each in shelf.drafts(by)] for by in (ANNA, BEN)] == [[name], []]
    shelf.sweep_drafts()
    assert read_own(name).is_draft
    monkeypatch.setattr(shelf, "DRAFT_DAYS", -1)
    kept = added()
    shelf.sweep_drafts()
    assert [folder.name for folder in paths.own_datasets_folder().iterdir()] == [kept]


def test_only_its_owner_and_the_keeper_change_it(added):
    name = added()
    for act in (lambda: shelf.change(name, BEN, title="mine"), lambda: shelf.remove(name, BEN)):
        with pytest.raises(OwnerError):
            act()
    assert shelf.change(name, KEEPER, title="theirs").title == "theirs" == read_own(name).title


@pytest.mark.parametrize("title", ["", " ", "a" * 61, "**bold**", "a|b", "[x](y)", "<b>", "a\x00b", "$x$", "_x_"])
def test_a_title_means_nothing_in_markdown(added, title):
    name = added()
    with pytest.raises(ConfigError, match="Received"):
        shelf.change(name, ANNA, title=title)
    assert read_own(name).title == "my digits"
    assert shelf.tidied_title(title)
    assert shelf.tidied_title(title) == shelf.tidied_title(shelf.tidied_title(title))


def test_what_is_removed_is_gone_with_what_was_found_out(added):
    name = added()
    for folder in (paths.findings_folder() / name, paths.readings_folder() / "graph" / name):
        folder.mkdir(parents=True)
    shelf.remove(name, ANNA)
    assert not list(paths.data_home().rglob(f"*{name}*"))
    for act in (lambda: read_own(name), lambda: load_dataset(name), lambda: shelf.remove(name, ANNA)):
        with pytest.raises(DatasetError, match="no such dataset"):
            act()
    assert not is_dataset(name)
    assert not may_use(name, KEEPER)


def test_names_are_no_paths(fresh_home):
    for name in ("own-../../etc", "own-0123456789abcde", "own-0123456789abcdeG", "/etc"):
        assert not is_dataset(name)
        with pytest.raises(DatasetError):
            read_own(name)


def test_who_leaves_takes_along_what_is_not_shared(added):
    name, shared, bens = added(), added(), added(BEN)
    shelf.change(shared, ANNA, is_shared=True)
    belongings.disown(ANNA)
    assert {each.name: each.owner for each in own_datasets(KEEPER)} == {shared: KEEPERS, bens: owner_of(BEN)}
    assert not is_dataset(name)


def test_a_damaged_one_is_left_out_and_can_be_removed(added):
    name, sound = added(), added()
    record = paths.own_datasets_folder() / name / shelf.RECORD
    values = json.loads(record.read_text())
    for text in ("", "[]", "{}", json.dumps({**values, "title": 7}), json.dumps({**values, "findings": {}})):
        record.write_text(text)
        assert [each.name for each in own_datasets(ANNA)] == [sound]
    shelf.remove(name, ANNA)
    images = paths.own_datasets_folder() / sound / shelf.ARRAYS_FOLDER / "images.npy"
    images.write_bytes(images.read_bytes()[:-1] + b"\1")
    with pytest.raises(DatasetError, match="damaged"):
        load_dataset(sound)


def test_no_more_than_there_is_room_for(added, monkeypatch):
    added()
    monkeypatch.setenv(shelf.BOUND.visitors_variable, "1")
    shelf.check_room(BEN)
    shelf.check_room(KEEPER)
    with pytest.raises(LimitError):
        shelf.check_room(ANNA)


@pytest.mark.parametrize("form", FORMS)
def test_it_is_written_out_and_can_be_added_again(added, tmp_path, form):
    dataset = load_dataset(added())
    export(dataset, tmp_path / f"out.{form}", form)
    again = load_dataset(read_into(tmp_path / f"out.{form}", "again", KEEPERS))
    assert sorted(map(bytes, again.images)) == sorted(map(bytes, dataset.images))
    assert np.bincount(again.labels).tolist() == np.bincount(dataset.labels).tolist()
    if form != "csv":
        assert again.splits == dataset.splits
    with pytest.raises(ConfigError, match="exe"):
        export(dataset, tmp_path / "out.exe", "exe")


def test_a_full_disk_leaves_nothing(fresh_home, tmp_path, monkeypatch):
    path = csv(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "write_arrays", full)
    with pytest.raises(DatasetError, match="Free some space"):
        read_into(path, "digits", KEEPERS)
    assert not list(paths.own_datasets_folder().iterdir())
