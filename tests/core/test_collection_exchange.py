"""Exported drawings: what is in the files, that they come back exactly, and that a crafted file is refused."""

import csv
import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.collection import ALL, KEEPER, Filter, layout, new_owner, open_collection
from mnist_core.collection.drawings import MOST_VARIABLE
from mnist_core.collection.exchange import COLUMNS, TABLE, export_collection, exported, import_collection
from mnist_core.collection.store import Collection
from mnist_core.collection.tables import classes, drawings, members
from mnist_core.errors import CollectionError
from tests.visitors import reading, scribble

ANNA, BEN = new_owner(), new_owner()


def fill(collection: Collection, count: int = 12) -> str:
    """Drawings of two visitors, some of them for a class whose code is given back."""
    rng = np.random.default_rng(4)
    group, _key = collection.open_group('=HYPERLINK("x") <b>5a</b>, "b"')
    alias = collection.join(group.code, ANNA)
    for index in range(count):
        in_class = {"group": group.id, "alias": alias} if index % 3 == 0 else {}
        label = None if index % 4 == 1 else index % 10
        owner = ANNA if index % 3 == 0 else BEN
        collection.add(scribble(rng), reading(index % 10, (0.97, 0.5)[index % 2]), "+model", owner, label, **in_class)
    return group.code


def everything(collection: Collection) -> list[list[tuple]]:
    """All rows of all tables that an export carries."""
    with collection.reading() as connection:
        return [
            sorted(tuple(row) for row in connection.execute(sa.select(table))) for table in (drawings, classes, members)
        ]


def test_an_export_comes_back_exactly_and_only_once(collection: Collection, tmp_path: Path):
    code = fill(collection)
    before = everything(collection)
    assert export_collection(collection, ALL, tmp_path / "all.npz", "npz") == 12
    collection.delete_everything(KEEPER)
    assert everything(collection) == [[], [], []]

    assert import_collection(collection, tmp_path / "all.npz") == 12
    assert everything(collection) == before
    assert import_collection(collection, tmp_path / "all.npz") == 0
    assert everything(collection) == before
    assert collection.join(code, ANNA) == collection.entries(Filter(owner=ANNA))[0].alias


def test_what_is_there_stays_as_it_is(collection: Collection, tmp_path: Path):
    fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    first, second, *_rest = collection.entries()
    collection.relabel(first.id, 5, KEEPER)
    collection.delete([second.id], KEEPER)
    assert import_collection(collection, tmp_path / "all.npz") == 1
    (found,) = (each for each in collection.entries() if each.id == first.id)
    assert found.label == 5


def test_a_class_whose_code_is_taken_by_now_gets_another(collection: Collection, tmp_path: Path):
    code = fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    group = collection.group(code)
    collection.delete_everything(KEEPER)
    other, _key = collection.open_group("other")
    with collection.writing() as connection:
        connection.execute(sa.update(classes).where(classes.c.id == other.id).values(code=code))
    assert import_collection(collection, tmp_path / "all.npz") == 12
    assert collection.group(code).id == other.id
    assert collection.group_of(group.id).code != code


def test_an_import_without_room_takes_nothing(collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fill(collection)
    export_collection(collection, ALL, tmp_path / "all.npz", "npz")
    collection.delete_everything(KEEPER)
    monkeypatch.setenv(MOST_VARIABLE, "11")
    with pytest.raises(CollectionError, match="12 more have no room"):
        import_collection(collection, tmp_path / "all.npz")
    assert everything(collection) == [[], [], []]


def test_an_empty_collection_is_exported_in_every_form(collection: Collection, tmp_path: Path):
    for form in ("npz", "csv", "zip"):
        assert export_collection(collection, ALL, tmp_path / f"none.{form}", form) == 0
    assert import_collection(collection, tmp_path / "none.npz") == 0
    with zipfile.ZipFile(tmp_path / "none.zip") as archive:
        assert archive.namelist() == [TABLE]


def test_the_arrays_are_what_the_entries_are(collection: Collection):
    fill(collection)
    arrays = np.load(io.BytesIO(exported(collection, Filter(owner=BEN), "npz")), allow_pickle=False)
    entries = collection.entries(Filter(owner=BEN))[::-1]
    assert arrays["ids"].tolist() == [each.id for each in entries]
    np.testing.assert_array_equal(arrays["images"], [each.image for each in entries])
    assert arrays["labels"].tolist() == [-1 if each.label is None else each.label for each in entries]
    assert arrays["readings"].tolist() == [-1 if each.digit is None else each.digit for each in entries]
    assert arrays["probabilities"].tolist() == [each.probability for each in entries]
    for index, each in enumerate(entries):
        first, last = arrays["first_strokes"][index : index + 2]
        assert last - first == len(each.strokes)
        points = arrays["points"][arrays["first_points"][first] : arrays["first_points"][last]]
        np.testing.assert_array_equal(points, np.concatenate(each.strokes), strict=True)
    assert len(arrays["class_ids"]) == 0


def test_the_table_has_a_row_for_each_and_no_formula(collection: Collection):
    fill(collection)
    text = exported(collection, ALL, "csv").decode("utf-8-sig")
    header, *table = csv.reader(io.StringIO(text))
    assert tuple(header) == COLUMNS
    entries = collection.entries(ALL)[::-1]
    assert [row[0] for row in table] == [each.id for each in entries]
    assert [row[1] for row in table] == [each.created.isoformat() for each in entries]
    assert [row[2] for row in table] == ["" if each.label is None else str(each.label) for each in entries]
    assert [row[3] for row in table] == ["" if each.digit is None else str(each.digit) for each in entries]
    assert [float(row[4]) for row in table] == [each.probability for each in entries]
    assert table[0][5:7] == ["'+model", '\'=HYPERLINK("x") <b>5a</b>, "b"']
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)


def test_the_pictures_are_the_images_named_by_label_and_id(collection: Collection):
    fill(collection)
    with zipfile.ZipFile(io.BytesIO(exported(collection, ALL, "zip"))) as archive:
        assert archive.read(TABLE) == exported(collection, ALL, "csv")
        entries = collection.entries()
        names = {f"{'unlabelled' if each.label is None else each.label}/{each.id}.png": each for each in entries}
        assert set(archive.namelist()) == {TABLE, *names}
        for name, each in names.items():
            picture = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_UNCHANGED)
            np.testing.assert_array_equal(picture, each.image, strict=True)


def test_an_unknown_form_or_place_is_refused(collection: Collection, tmp_path: Path):
    for form in ("xls", "", None, "NPZ"):
        with pytest.raises(CollectionError, match="exported as npz, csv, zip"):
            export_collection(collection, ALL, tmp_path / "file", form)
    (tmp_path / "file").write_text("a file")
    with pytest.raises(CollectionError, match="could not be written"):
        export_collection(collection, ALL, tmp_path / "file" / "below.npz", "npz")


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


CRAFTED: dict[str, Change] = {
    "label 11": at("labels", 3, 11),
    "label -2": at("labels", 3, -2),
    "reading 10": at("readings", 0, 10),
    "labels as floats": instead("labels", lambda labels: labels.astype(np.float64)),
    "a label too few": instead("labels", lambda labels: labels[1:]),
    "labels in a table": instead("labels", lambda labels: labels[:, None]),
    "probability": at("probabilities", 0, 1.5),
    "novelty that is no number": at("novelties", 0, np.nan),
    "id": at("ids", 0, "x" * 32),
    "id twice": lambda arrays: arrays["ids"].__setitem__(1, arrays["ids"][0]),
    "owner": at("owners", 0, "me"),
    "time before there was any": at("times", 0, -1),
    "time after the end": at("times", 0, 2**62),
    "pen": at("pen_widths", 0, 0.0),
    "pen of no width": at("pen_widths", 0, np.inf),
    "size": at("sizes", 0, 10**9),
    "point that is no number": at("points", 0, np.nan),
    "point far away": at("points", 0, 1e9),
    "strokes of others": at("first_strokes", 1, 0),
    "strokes backwards": at("first_strokes", 2, 10**6),
    "points below": at("first_points", 1, -5),
    "no offsets": instead("first_strokes", lambda offsets: offsets[:0]),
    "too many strokes": lambda arrays: arrays.update(
        first_points=np.arange(0, len(arrays["points"]) + 1),
        first_strokes=np.array([0, len(arrays["points"])] + [len(arrays["points"])] * 11),
    ),
    "class": at("classes", 0, 1),
    "class -2": at("classes", 0, -2),
    "code": at("class_codes", 0, "../../"),
    "name of a class": at("class_names", 0, "a\nb"),
    "name of 1 MB": instead("class_names", lambda names: np.array(["x" * 1_000_000])),
    "key": at("class_keys", 0, "' or 1=1"),
    "alias": at("aliases", 0, "<script>"),
    "model": instead("models", lambda models: np.array(["m" * 200] * len(models))),
    "version": at("version", (), 2),
    "objects": instead("labels", lambda labels: labels.astype(object)),
    "no images": lambda arrays: arrays.pop("images"),
    "something more": lambda arrays: arrays.update(more=np.zeros(3)),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The arrays of a sound export."""
    from mnist_core.collection.database import URL

    collection = Collection(URL.create("sqlite", database=str(tmp_path_factory.mktemp("good") / "visitors.sqlite3")))
    fill(collection)
    with np.load(io.BytesIO(exported(collection, ALL, "npz")), allow_pickle=False) as arrays:
        found = dict(arrays)
    collection.close()
    return found


def refused(path: Path) -> str:
    """What is said of a file that must not be imported."""
    collection = open_collection()
    with pytest.raises(CollectionError, match="cannot be imported") as caught:
        import_collection(collection, path)
    assert collection.count() == 0
    return str(caught.value)


def test_a_crafted_file_is_refused_whole(sqlite: Path, good: dict[str, np.ndarray], tmp_path: Path):
    path = tmp_path / "crafted.npz"
    for name, change in CRAFTED.items():
        arrays = {key: array.copy() for key, array in good.items()}
        change(arrays)
        np.savez(path, **arrays)
        assert len(refused(path)) < 600, name
    np.savez(path, **good)
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
