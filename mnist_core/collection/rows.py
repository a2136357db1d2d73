"""Drawings as rows of the table: what is kept of them, and which are wanted."""

import time
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mnist_core.collection import records
from mnist_core.collection.aliases import ALIASES
from mnist_core.collection.database import row_count
from mnist_core.collection.packing import packed
from mnist_core.collection.records import LONGEST_MODEL, TAUGHT, Filter, check_digit, check_id
from mnist_core.collection.tables import classes, drawings, members
from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.owners import new_token, token_hash
from mnist_core.types import Drawing, Prediction, describe

MOST_OF_CLASS = 5_000

# The names of taught models are known to nobody but their owners, and stay so.
_PRIVATE = "taught-"

_AT_ONCE = 500

TEST_SHARE = 5
"""One owner in so many is one to test with."""

ValueT = TypeVar("ValueT")


def is_tester(owner: str) -> bool:
    """Whether the drawings of an owner, as kept, are to test with: one owner in five."""
    return int(owner[:8], 16) % TEST_SHARE == 0


def conditions(filter: Filter) -> list[sa.ColumnElement[bool]]:
    """A filter as conditions on the table's rows."""
    found: list[sa.ColumnElement[bool]] = []
    if filter.owner is not None:
        found.append(drawings.c.owner == token_hash(filter.owner))
    if filter.group is not None:
        found.append(drawings.c.class_id == filter.group)
    if filter.labels:
        found.append(_one_of(drawings.c.label, filter.labels))
    if filter.digits:
        found.append(_one_of(drawings.c.digit, filter.digits))
    if filter.right is not None:
        right = drawings.c.label.is_not_distinct_from(drawings.c.digit)
        found += [drawings.c.label.is_not(None), right if filter.right else sa.not_(right)]
    if filter.since is not None:
        found.append(drawings.c.created >= records.microseconds(filter.since))
    return found


def _one_of(column: sa.Column[Any], values: tuple[int | None, ...]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of the values, None being one too."""
    digits = column.in_([value for value in values if value is not None])
    return sa.or_(digits, column.is_(None)) if None in values else digits


def drawing_row(
    drawing: Drawing,
    prediction: Prediction,
    model: str,
    owner: str,
    label: int | None,
    group: str | None,
    alias: str | None,
) -> dict[str, Any]:
    """What is kept of a drawing; the parameters are those of `Drawings.add`.

    Raises
    ------
    CollectionError
        If one of them is impossible.
    """
    if not isinstance(drawing, Drawing) or drawing.pixels is not None:
        raise CollectionError(_("The collection takes what was drawn with the pen, and no pictures. Draw a digit."))
    if not isinstance(prediction, Prediction):
        raise CollectionError(_("A drawing is kept with its reading. Received: {value}."), value=describe(prediction))
    if alias is not None and group is None:
        raise _no_member()
    in_doubt = not (prediction.is_digit and prediction.is_sure)
    return {
        "id": new_token(),
        "created": time.time_ns() // 1000,
        "owner": token_hash(owner),
        "label": None if label is None else check_digit(label),
        "digit": None if in_doubt else prediction.digit,
        "probability": prediction.probability,
        "novelty": float(prediction.novelty),
        "model": check_model(model),
        "pen_width": drawing.pen_width,
        "width": drawing.size[0],
        "height": drawing.size[1],
        "strokes": packed(drawing.strokes),
        "class_id": None if group is None else check_id(group),
        "alias": None if alias is None else check_alias(alias),
    }


def check_model(name: str) -> str:
    """A model's name as it is kept.

    Raises
    ------
    CollectionError
        If it is empty, too long, or holds what cannot be shown.
    """
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_MODEL or not name.isprintable():
        text = _("A model's name has 1 to {most} characters. Received: {value}.")
        raise CollectionError(text, most=LONGEST_MODEL, value=describe(name))
    return TAUGHT if name.startswith(_PRIVATE) else name


def check_alias(alias: str) -> str:
    """The name of a member of a class.

    Raises
    ------
    CollectionError
        If it is none that a class gives.
    """
    if not isinstance(alias, str) or alias not in ALIASES:
        raise _no_member()
    return alias


def _no_member() -> CollectionError:
    """The error of a name that nobody has, or somebody else."""
    return CollectionError(_("Nobody of that name has joined the class, or it is somebody else. Join it again."))


def check_class(connection: Connection, group: str, alias: str | None, owner: str) -> None:
    """Refuse a drawing for a class that is not there, closed or full, or in somebody else's name.

    Raises
    ------
    CollectionError
        Saying which of these it is.
    """
    is_open = connection.execute(sa.select(classes.c.is_open).where(classes.c.id == group)).scalar()
    if is_open is None:
        raise CollectionError(_("There is no such class. Ask for its code again."))
    if not is_open:
        raise CollectionError(_("The class is closed: it takes no more drawings."))
    if alias is not None:
        here = sa.and_(members.c.class_id == group, members.c.alias == alias)
        theirs = sa.or_(members.c.owner.is_(None), members.c.owner == owner)
        if connection.execute(sa.select(members.c.alias).where(here, theirs)).first() is None:
            raise _no_member()
    if row_count(connection, drawings, drawings.c.class_id == group) >= MOST_OF_CLASS:
        text = _("A class keeps {most} drawings, and this one has so many. Open another one.")
        raise CollectionError(text, most=number(MOST_OF_CLASS))


def in_lots(values: list[ValueT]) -> list[list[ValueT]]:
    """Values in lots that fit into a statement."""
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
