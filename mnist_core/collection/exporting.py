"""The collection's drawings as files: arrays for NumPy, a table, and pictures. The arrays can be imported again."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import cv2
import numpy as np
import sqlalchemy as sa

from mnist_core.collection.checked import Row, columns, entry, group, whole
from mnist_core.collection.collection import Collection
from mnist_core.collection.layout import NOTHING, VERSION, Arrays
from mnist_core.collection.records import FORMS, Entry, Filter
from mnist_core.collection.rows import conditions
from mnist_core.collection.tables import classes, drawings
from mnist_core.errors import CollectionError, in_words
from mnist_core.files import written_file
from mnist_core.language import gettext as _
from mnist_core.types import IMAGE_SIDE, describe

COLUMNS = ("id", "time", "label", "read", "probability", "model", "class", "alias")
TABLE = "drawings.csv"
UNLABELLED = "unlabelled"

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Rows = Sequence[Any]
Drawn = Sequence[tuple[Row, Entry]]


class Exported(NamedTuple):
    """What became of the drawings that were to be exported.

    Attributes
    ----------
    written
        How many were written.
    damaged
        How many are damaged, and were left out.
    """

    written: int
    damaged: int


def export_collection(collection: Collection, filter: Filter, path: Path, form: str) -> Exported:
    """Write drawings to a file, oldest first, in the place of one that is there; damaged ones are left out.

    Parameters
    ----------
    form
        "npz": everything, to be imported again. "csv": a row for each drawing. "zip": each as a PNG named after its
        label and id, and the same table.

    Raises
    ------
    CollectionError
        If there is no such form, the database cannot be read, or the file cannot be written; an older one stays.
    """
    _check_form(form)
    drawn, groups, damaged = _read(collection, filter)
    text = _("The drawings could not be written to {path}: {reason}. Choose another place.")
    with in_words(CollectionError, text, path=path), written_file(path) as part, part.open("wb") as file:
        _WRITERS[form](file, drawn, groups)
    return Exported(len(drawn), damaged)


def exported_bytes(collection: Collection, filter: Filter, form: str) -> bytes:
    """The bytes of such a file, from which damaged drawings are left out.

    Raises
    ------
    CollectionError
        If there is no such form, or the database cannot be read.
    """
    _check_form(form)
    file = io.BytesIO()
    drawn, groups, _damaged = _read(collection, filter)
    _WRITERS[form](file, drawn, groups)
    return file.getvalue()


def _check_form(form: str) -> None:
    """Refuse a form that there is not."""
    if form not in FORMS:
        text = _("Drawings are exported as {forms}. Received: {value}.")
        raise CollectionError(text, forms=", ".join(FORMS), value=describe(form))


def _read(collection: Collection, filter: Filter) -> tuple[Drawn, Rows, int]:
    """The drawings, oldest first, rows of the classes that they were drawn for, and how many drawings are damaged."""
    chosen = sa.select(*columns(drawings)).where(*conditions(filter))
    ids = sa.select(drawings.c.class_id).where(*conditions(filter))
    with collection.database.reading() as connection:
        rows = connection.execute(chosen.order_by(drawings.c.created, drawings.c.id)).mappings().all()
        of = sa.select(*columns(classes)).where(classes.c.id.in_(ids)).order_by(classes.c.id)
        groups = connection.execute(of).mappings().all()
    drawn, damaged = whole(drawings, rows, lambda row: (row, entry(row)))
    named, _damaged = whole(classes, groups, lambda row: (row, group(row)))
    return drawn, [row for row, _group in named], len(damaged)


def _write_npz(file: IO[bytes], drawn: Drawn, groups: Rows) -> None:
    """Everything as arrays."""
    np.savez_compressed(file, **_arrays(drawn, groups))  # type: ignore[arg-type]


def _arrays(drawn: Drawn, groups: Rows) -> Arrays:
    """Drawings and classes as arrays, as `layout` has them."""
    rows, entries = [row for row, _entry in drawn], [each for _row, each in drawn]
    strokes = [stroke for each in entries for stroke in each.strokes]
    place = {row["id"]: index for index, row in enumerate(groups)}
    images = [each.image for each in entries]
    return {
        "version": np.array(VERSION, np.int64),
        "images": np.array(images, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE),
        "labels": _digits(row["label"] for row in rows),
        "readings": _digits(row["digit"] for row in rows),
        "probabilities": _column(rows, "probability", np.float64),
        "novelties": _column(rows, "novelty", np.float64),
        "models": _column(rows, "model", np.str_),
        "ids": _column(rows, "id", np.str_),
        "owners": _column(rows, "owner", np.str_),
        "times": _column(rows, "created", np.int64),
        "pen_widths": _column(rows, "pen_width", np.float64),
        "sizes": np.array([each.size for each in entries], np.int64).reshape(-1, 2),
        "first_strokes": _offsets([len(each.strokes) for each in entries]),
        "first_points": _offsets([len(stroke) for stroke in strokes]),
        "points": np.concatenate([np.empty((0, 2), np.float32), *strokes]),
        "classes": np.array([place.get(row["class_id"], NOTHING) for row in rows], np.int64),
        "aliases": np.array([row["alias"] or "" for row in rows], np.str_),
        "class_ids": _column(groups, "id", np.str_),
        "class_codes": _column(groups, "code", np.str_),
        "class_names": _column(groups, "name", np.str_),
        "class_keys": _column(groups, "key", np.str_),
        "class_times": _column(groups, "created", np.int64),
        "class_open": _column(groups, "is_open", np.bool_),
    }


def _column(rows: Rows, name: str, kind: type[np.generic]) -> np.ndarray:
    """A column of the rows."""
    return np.array([row[name] for row in rows], kind)


def _digits(values: Iterator[int | None]) -> np.ndarray:
    """Digits, and `NOTHING` where there is none."""
    return np.array([NOTHING if value is None else value for value in values], np.int8)


def _offsets(lengths: Sequence[int]) -> np.ndarray:
    """Where each of several parts that lie behind one another begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(np.array(lengths, np.int64))]).astype(np.int64)


def _write_csv(file: IO[bytes], drawn: Drawn, groups: Rows) -> None:
    """A table, in UTF-8 as spreadsheets recognize it."""
    names = {row["id"]: row["name"] for row in groups}
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for _row, each in drawn:
        cells = (each.id, each.created.isoformat(), each.label, each.digit, each.probability, each.model)
        writer.writerow([_cell(value) for value in (*cells, names.get(each.group), each.alias)])
    text.flush()
    text.detach()


def _cell(value: object) -> object:
    """A value as a spreadsheet may have it: what would be a formula is text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_zip(file: IO[bytes], drawn: Drawn, groups: Rows) -> None:
    """Pictures in a folder for each label, and the table."""
    table = io.BytesIO()
    _write_csv(table, drawn, groups)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TABLE, table.getvalue())
        for _row, each in drawn:
            label = UNLABELLED if each.label is None else each.label
            archive.writestr(f"{label}/{each.id}.png", cv2.imencode(".png", each.image)[1].tobytes())


_WRITERS = {"npz": _write_npz, "csv": _write_csv, "zip": _write_zip}
