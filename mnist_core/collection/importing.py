"""Taking an exported collection in: all of it that is not there yet, or nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mnist_core.collection.checked import is_hash, is_moment
from mnist_core.collection.classes import check_name, free_code, most_classes
from mnist_core.collection.collection import Collection
from mnist_core.collection.database import row_count
from mnist_core.collection.drawings import most_drawings
from mnist_core.collection.layout import NOTHING, Arrays, read_arrays
from mnist_core.collection.packing import packed
from mnist_core.collection.records import CODE_LENGTH, CODE_SIGNS, check_id
from mnist_core.collection.rows import check_alias, check_model, in_lots
from mnist_core.collection.tables import classes, drawings, members
from mnist_core.errors import CollectionError, MnistError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.types import CLASSES, Drawing, frozen

Row = dict[str, Any]


def import_collection(collection: Collection, path: Path) -> int:
    """Take in the drawings and classes of an exported "npz" file; those that are there already stay as they are.

    Returns
    -------
    How many drawings were new.

    Raises
    ------
    CollectionError
        If the file is damaged or something else, or there is no room for all of it. Nothing is then taken.
    """
    try:
        arrays = read_arrays(path)
        groups = [_group(arrays, index) for index in range(len(arrays["class_ids"]))]
        rows = [_row(arrays, groups, index) for index in range(len(arrays["ids"]))]
        _check_unique([row["id"] for row in rows], [row["id"] for row in groups], [row["code"] for row in groups])
    except (MnistError, ValueError) as error:
        text = _(
            "{path} cannot be imported: {reason}. A file is wanted that was exported as npz and not changed since. "
            "Nothing was taken from it."
        )
        raise CollectionError(text, path=path, reason=str(error).rstrip(".")) from error
    with collection.database.writing() as connection:
        return _take(connection, rows, groups)


def _take(connection: Connection, rows: list[Row], groups: list[Row]) -> int:
    """Add what is not there yet."""
    there = _there(connection, drawings.c.id, [row["id"] for row in rows])
    new = [row for row in rows if row["id"] not in there]
    if row_count(connection, drawings) + len(new) > most_drawings():
        text = _("The collection keeps {most} drawings: {new} more have no room. Nothing was taken.")
        raise CollectionError(text, most=number(most_drawings()), new=number(len(new)))
    _take_groups(connection, groups)
    _take_members(connection, new)
    for few in in_lots(new):
        connection.execute(sa.insert(drawings), few)
    return len(new)


def _take_groups(connection: Connection, groups: list[Row]) -> None:
    """Add classes that are not there yet; one whose code another class has by now gets a new one."""
    there = _there(connection, classes.c.id, [row["id"] for row in groups])
    new = [row for row in groups if row["id"] not in there]
    if row_count(connection, classes) + len(new) > most_classes():
        text = _("The collection keeps {most} classes: {new} more have no room. Nothing was taken.")
        raise CollectionError(text, most=number(most_classes()), new=number(len(new)))
    taken = _there(connection, classes.c.code, [row["code"] for row in new])
    for row in new:
        code = free_code(connection) if row["code"] in taken else row["code"]
        connection.execute(sa.insert(classes), row | {"code": code})


def _take_members(connection: Connection, rows: list[Row]) -> None:
    """Have whoever drew under an alias keep it, as far as nobody has it."""
    wanted = {(row["class_id"], row["alias"]): row["owner"] for row in rows if row["class_id"] and row["alias"]}
    for group in {group for group, _alias in wanted}:
        taken = set(connection.execute(sa.select(members.c.alias).where(members.c.class_id == group)).scalars())
        new = [
            {"class_id": group, "alias": alias, "owner": owner}
            for (of, alias), owner in wanted.items()
            if of == group and alias not in taken
        ]
        if new:
            connection.execute(sa.insert(members), new)


def _there(connection: Connection, column: sa.Column[Any], values: list[str]) -> set[str]:
    """Those of some values that a column has."""
    found: set[str] = set()
    for few in in_lots(values):
        found.update(connection.execute(sa.select(column).where(column.in_(few))).scalars())
    return found


def _check_unique(*several: list[str]) -> None:
    """Refuse ids that stand there twice."""
    if any(len(set(values)) != len(values) for values in several):
        raise ValueError("something in it has the id of something else")


def _group(arrays: Arrays, index: int) -> Row:
    """A class of the file as a row, checked."""
    values = _values(arrays, index, "class_ids", "class_codes", "class_names", "class_keys", "class_times")
    code = str(values["class_codes"])
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_SIGNS):
        raise ValueError("a class in it has an impossible code")
    return {
        "id": check_id(values["class_ids"]),
        "code": code,
        "name": check_name(values["class_names"]),
        "key": _hash(values["class_keys"]),
        "created": _time(values["class_times"]),
        "is_open": bool(arrays["class_open"][index]),
    }


def _row(arrays: Arrays, groups: list[Row], index: int) -> Row:
    """A drawing of the file as a row, checked."""
    names = ("ids", "owners", "times", "labels", "readings", "probabilities", "novelties", "models", "classes")
    values = _values(arrays, index, *names, "aliases")
    drawing = _drawing(arrays, index)
    place = values["classes"]
    if not NOTHING <= place < len(groups):
        raise ValueError("a drawing in it is of a class that is not in it")
    return {
        "id": check_id(values["ids"]),
        "created": _time(values["times"]),
        "owner": _hash(values["owners"]),
        "label": _digit(values["labels"]),
        "digit": _digit(values["readings"]),
        "probability": _share(values["probabilities"]),
        "novelty": _share(values["novelties"]),
        "model": check_model(values["models"]),
        "pen_width": drawing.pen_width,
        "width": drawing.size[0],
        "height": drawing.size[1],
        "strokes": packed(drawing.strokes),
        "class_id": None if place == NOTHING else groups[place]["id"],
        "alias": check_alias(values["aliases"]) if values["aliases"] else None,
    }


def _drawing(arrays: Arrays, index: int) -> Drawing:
    """The strokes of a drawing, within the bounds of every drawing."""
    first, last = arrays["first_strokes"][index : index + 2]
    ends = arrays["first_points"][first : last + 1]
    strokes = np.split(arrays["points"][ends[0] : ends[-1]], (ends[1:-1] - ends[0]).tolist())
    width, height = arrays["sizes"][index].tolist()
    return Drawing.from_strokes([frozen(each) for each in strokes], float(arrays["pen_widths"][index]), (width, height))


def _values(arrays: Arrays, index: int, *names: str) -> Mapping[str, Any]:
    """The values of one drawing or class."""
    return {name: arrays[name][index].item() for name in names}


def _digit(value: int) -> int | None:
    """A digit, or none."""
    if not NOTHING <= value < CLASSES:
        raise ValueError(f"a label or reading in it is {value}")
    return None if value == NOTHING else value


def _share(value: float) -> float:
    """A number from 0 to 1."""
    if not 0 <= value <= 1:
        raise ValueError(f"a probability or novelty in it is {value}")
    return value


def _time(value: int) -> int:
    """Microseconds since 1970, up to the last time that is kept."""
    if not is_moment(value):
        raise ValueError("a time in it is impossible")
    return value


def _hash(value: str) -> str:
    """A SHA-256 as hex."""
    if not is_hash(value):
        raise ValueError("an owner or key in it is impossible")
    return value
