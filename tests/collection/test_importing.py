"""Exported drawings taken in again: they come back exactly, and a crafted file is refused."""

import io
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.collection import ALL, Filter, importing, layout, open_collection
from mnist_core.collection.collection import Collection
from mnist_core.collection.drawings import MOST_VARIABLE
from mnist_core.collection.exporting import export_collection, exported_bytes
from mnist_core.collection.importing import import_collection
from mnist_core.collection.records import LAST_US
from mnist_core.collection.tables import classes, drawings, members
from mnist_core.errors import CollectionError
from mnist_core.owners import KEEPER, token_hash
from tests.collection.filling import ANNA, BEN, fill


def everything(collection: Collection) -> list[list[tuple]]:
    """All rows of all tables that an export carries."""
    with collection.database.reading() as connection:
        return [
            sorted(tuple(row) for row in connection.execute(sa.select(table))) for table in (drawings, classes, members)
        ]


def test_an_export_comes_back_exactly_and_only_once(collection: Collection, tmp_path: Path):
    code = fill(collection)
    before = everything(collection)
    assert export_collection(collection, ALL, tmp_path / "all.npz", "npz") == (12, 0)
    collection.delete_everything(KEEPER)
    assert everything(collection) == [[], [], []]

    assert import_collection(collection, tmp_path / "all.npz") == 12
    assert everything(collection) == before
    assert import_collection(collection, tmp_path / "all.npz") == 0
    assert everything(collection) == before
    assert collection.classes.join(code, ANNA) == collection.drawings.entries(Filter(owner=ANNA))[0].alias


def test_what_is_there_stays_as_it_is(collection: Collection, tmp_path: Path):
    fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    first, second, *_rest = collection.drawings.entries()
    collection.drawings.relabel(first.id, 5, KEEPER)
    collection.drawings.delete([second.id], KEEPER)
    assert import_collection(collection, tmp_path / "all.npz") == 1
    (found,) = (each for each in collection.drawings.entries() if each.id == first.id)
    assert found.label == 5


def test_a_class_whose_code_is_taken_by_now_gets_another(collection: Collection, tmp_path: Path):
    code = fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    group = collection.classes.group(code)
    collection.delete_everything(KEEPER)
    other, _key = collection.classes.open("other")
    with collection.database.writing() as connection:
        connection.execute(sa.update(classes).where(classes.c.id == other.id).values(code=code))
    assert import_collection(collection, tmp_path / "all.npz") == 12
    assert collection.classes.group(code).id == other.id
    with collection.database.reading() as connection:
        (new_code,) = connection.execute(sa.select(classes.c.code).where(classes.c.id == group.id)).one()
    assert new_code != code
    assert collection.classes.group(new_code).name == group.name


def test_an_import_without_room_takes_nothing(collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    collection.delete_everything(KEEPER)
    monkeypatch.setenv(MOST_VARIABLE, "11")
    with pytest.raises(CollectionError, match="keeps 11 drawings: 12 more have no room"):
        import_collection(collection, tmp_path / "all.npz")
    assert everything(collection) == [[], [], []]
    monkeypatch.setenv(MOST_VARIABLE, "12")
    assert import_collection(collection, tmp_path / "all.npz") == 12
    assert import_collection(collection, tmp_path / "all.npz") == 0


def test_an_import_without_room_for_its_classes_takes_nothing(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    collection.delete_everything(KEEPER)
    collection.classes.open("other")
    before = everything(collection)
    monkeypatch.setattr(importing, "most_classes", lambda: 1)
    with pytest.raises(CollectionError, match="keeps 1 classes: 1 more have no room"):
        import_collection(collection, tmp_path / "all.npz")
    assert everything(collection) == before
    monkeypatch.setattr(importing, "most_classes", lambda: 2)
    assert import_collection(collection, tmp_path / "all.npz") == 12


def test_a_name_that_somebody_else_has_by_now_stays_theirs(collection: Collection, tmp_path: Path):
    code = fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    group, alias = collection.classes.group(code), collection.classes.alias(code, ANNA)
    collection.drawings.delete([entry.id for entry in collection.drawings.entries()], KEEPER)
    with collection.database.writing() as connection:
        connection.execute(sa.update(members).values(owner=token_hash(BEN)))
    assert import_collection(collection, tmp_path / "all.npz") == 12
    assert (collection.classes.alias(code, ANNA), collection.classes.alias(code, BEN)) == (None, alias)
    assert collection.classes.member_count(group.id) == 1


# The last microsecond that a date can have.

Change = Callable[[dict[str, np.ndarray]], object]


def at(name: str, index: object, value: object) -> Change:
    """Puts a value into an array."""

    def change(arrays: dict[str, np.ndarray]) -> None:
        arrays[name][index] = value

    return change


def instead(name: str, make: Callable[[np.ndarray], np.ndarray]) -> Change:
    """Puts another array in the place of one."""

    def change(arrays: dict[str, np.ndarray]) -> None:
        arrays[name] = make(arrays[name])

    return change


CRAFTED: dict[str, tuple[Change, str]] = {
    "label 10": (at("labels", 3, 10), "a label or reading in it is 10"),
    "label -2": (at("labels", 3, -2), "a label or reading in it is -2"),
    "reading 10": (at("readings", 0, 10), "a label or reading in it is 10"),
    "labels as floats": (instead("labels", lambda labels: labels.astype(np.float64)), "labels.npy is of type float64"),
    "a label too few": (instead("labels", lambda labels: labels[1:]), "labels has 11 entries"),
    "labels in a table": (instead("labels", lambda labels: labels[:, None]), r"labels.npy has the shape \(12, 1\)"),
    "probability": (at("probabilities", 0, 1.0001), "a probability or novelty in it is 1.0001"),
    "probability below": (at("probabilities", 0, -1e-9), "a probability or novelty in it is -1e-09"),
    "novelty that is no number": (at("novelties", 0, np.nan), "a probability or novelty in it is nan"),
    "id": (at("ids", 0, "x" * 32), "An id has 32 hex digits"),
    "id twice": (lambda arrays: arrays["ids"].__setitem__(1, arrays["ids"][0]), "has the id of something else"),
    "owner": (at("owners", 0, "me"), "an owner or key in it is impossible"),
    "time before there was any": (at("times", 0, -1), "a time in it is impossible"),
    "time after the end": (at("times", 0, LAST_US + 1), "a time in it is impossible"),
    "pen": (at("pen_widths", 0, 0.0), "The pen width must be"),
    "pen of no width": (at("pen_widths", 0, np.inf), "The pen width must be"),
    "size": (at("sizes", 0, 10**9), "The canvas must have"),
    "point that is no number": (at("points", 0, np.nan), "Coordinates must be finite"),
    "point far away": (at("points", 0, 1e9), "Coordinates must be finite"),
    "strokes of others": (at("first_strokes", 1, 0), "a part of its strokes is empty or longer than 100"),
    "strokes backwards": (at("first_strokes", 2, 10**6), "its strokes do not add up"),
    "points below": (at("first_points", 1, -5), "its strokes do not add up"),
    "points from later on": (at("first_points", 0, 1), "its strokes do not add up"),
    "fewer points than there are": (instead("points", lambda points: points[:-1]), "its strokes do not add up"),
    "no offsets": (instead("first_strokes", lambda offsets: offsets[:0]), "first_strokes has 0 entries"),
    "too many strokes": (
        lambda arrays: arrays.update(
            first_points=np.arange(0, len(arrays["points"]) + 1),
            first_strokes=np.array([0, len(arrays["points"])] + [len(arrays["points"])] * 11),
        ),
        "a part of its strokes is empty or longer than 100",
    ),
    "class": (at("classes", 0, 1), "a drawing in it is of a class that is not in it"),
    "class -2": (at("classes", 0, -2), "a drawing in it is of a class that is not in it"),
    "code": (at("class_codes", 0, "../../"), "a class in it has an impossible code"),
    "short code": (at("class_codes", 0, "ACDEF"), "a class in it has an impossible code"),
    "name of a class": (at("class_names", 0, "a\nb"), "The name of a class has"),
    "name of 1 MB": (instead("class_names", lambda names: np.array(["x" * 1_000_000])), "class_names.npy is of type"),
    "key": (at("class_keys", 0, "' or 1=1"), "an owner or key in it is impossible"),
    "alias": (at("aliases", 0, "<script>"), "Nobody of that name"),
    "model": (instead("models", lambda models: np.array(["m" * 101] * len(models))), "models.npy is of type"),
    "version": (at("version", (), 2), "it is of version 2, and this one knows version 1"),
    "objects": (instead("labels", lambda labels: labels.astype(object)), "labels.npy holds something else"),
    "no images": (lambda arrays: arrays.pop("images"), r"it is no exported collection \('images.npy'\)"),
    "something more": (
        lambda arrays: arrays.update(more=np.zeros(3)),
        r"it is no exported collection \('more.npy'\)",
    ),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The arrays of a sound export."""
    collection = Collection(sa.URL.create("sqlite", database=str(tmp_path_factory.mktemp("good") / "visitors.sqlite3")))
    fill(collection)
    with np.load(io.BytesIO(exported_bytes(collection, ALL, "npz")), allow_pickle=False) as arrays:
        found = dict(arrays)
    collection.database.close()
    return found


def refused(path: Path) -> str:
    """What is said of a file that must not be imported."""
    collection = open_collection()
    with pytest.raises(CollectionError, match="cannot be imported") as caught:
        import_collection(collection, path)
    assert collection.drawings.count() == 0
    return str(caught.value)


def test_a_crafted_file_is_refused_whole(sqlite: Path, good: dict[str, np.ndarray], tmp_path: Path):
    path = tmp_path / "crafted.npz"
    for name, (change, words) in CRAFTED.items():
        arrays = {key: array.copy() for key, array in good.items()}
        change(arrays)
        np.savez(path, **arrays)
        said = refused(path)
        assert re.search(words, said), (name, said)
        assert len(said) < 600, name
    np.savez(path, **good)
    assert import_collection(open_collection(), path) == 12


def test_what_is_just_possible_is_taken(sqlite: Path, good: dict[str, np.ndarray], tmp_path: Path):
    good = {key: array.copy() for key, array in good.items()}
    good["labels"][:3] = (-1, 0, 9)
    good["readings"][:3] = (0, 9, -1)
    good["probabilities"][:2] = (0, 1)
    good["novelties"][:2] = (1, 0)
    good["times"][:2] = (0, LAST_US)
    path = tmp_path / "just.npz"
    np.savez(path, **good)
    assert import_collection(open_collection(), path) == 12
    found = {entry.id: entry for entry in open_collection().drawings.entries()}
    first, second, third = (found[id] for id in good["ids"][:3].tolist())
    assert [(each.label, each.digit) for each in (first, second, third)] == [(None, 0), (0, 9), (9, None)]
    assert (first.probability, first.novelty, second.probability, second.novelty) == (0, 1, 1, 0)
    assert (first.created.year, second.created.isoformat()) == (1970, "9999-01-01T00:00:00+00:00")


def test_a_file_is_taken_up_to_the_most_bytes(
    sqlite: Path, good: dict[str, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "good.npz"
    np.savez(path, **good)
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    monkeypatch.setattr(layout, "MOST_BYTES", size - 1)
    assert f"it holds {size:,} bytes; at most {size - 1:,} are taken" in refused(path)
    monkeypatch.setattr(layout, "MOST_BYTES", size)
    assert import_collection(open_collection(), path) == 12


def test_a_file_of_something_else_is_refused(sqlite: Path, good: dict[str, np.ndarray], tmp_path: Path):
    path = tmp_path / "file.npz"
    np.savez_compressed(path, **good)
    sound = path.read_bytes()
    middle = len(sound) // 2
    for data in (b"", b"nonsense", sound[:middle], sound[:middle] + b"12345678" + sound[middle + 8 :]):
        path.write_bytes(data)
        refused(path)
    np.savez(path, images=good["images"], labels=good["labels"])
    refused(path)
    np.save(path.with_suffix(".npy"), good["images"])
    refused(path.with_suffix(".npy"))
    refused(tmp_path / "missing.npz")
    refused(tmp_path)


def test_a_crafted_archive_is_not_unpickled_and_takes_no_memory(
    sqlite: Path, good: dict[str, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "it went off",))

    def with_member(data: bytes, method: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / "crafted.npz"
        np.savez(path, **{name: array for name, array in good.items() if name != "labels"})
        with zipfile.ZipFile(path, "a", method) as archive:
            archive.writestr("labels.npy", data)
        return path

    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    refused(with_member(header.getvalue() + pickle.dumps(Bomb())))
    assert not (tmp_path / "it went off").exists()

    header = io.BytesIO()  # says that a terabyte follows, and nothing does
    np.lib.format.write_array_header_1_0(header, {"descr": "|i1", "fortran_order": False, "shape": (2**40,)})
    assert "shape" in refused(with_member(header.getvalue()))

    refused(with_member(b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 65_535))
    monkeypatch.setattr(layout, "MOST_BYTES", 1_000_000)
    assert "at most 1,000,000 are taken" in refused(with_member(bytes(2_000_000)))
    refused(with_member(b"x", zipfile.ZIP_LZMA))
