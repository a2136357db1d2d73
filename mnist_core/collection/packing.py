"""Strokes as bytes: float32 as it is, so that what comes back equals what was drawn bit by bit."""

import numpy as np

from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.types import MAX_COORDINATE, Float32Array, frozen

# A digit has about a hundred points; a phone that tells each movement of a slow finger, a thousand.
MOST_STROKES = 100
MOST_POINTS = 5_000

_COUNT = np.dtype("<u4")
_POINT = np.dtype("<f4")


def packed(strokes: tuple[Float32Array, ...]) -> bytes:
    """Strokes (n, 2) as bytes: how many, the number of points of each, then x and y of each point.

    Raises
    ------
    CollectionError
        If there are none, or too many.
    """
    points = sum(len(stroke) for stroke in strokes)
    if not 0 < len(strokes) <= MOST_STROKES or not 0 < points <= MOST_POINTS:
        raise CollectionError(
            _(
                "The collection takes drawings of up to {strokes} strokes and {points} points. "
                "Received: {received_strokes} strokes with {received_points} points. Draw a single digit."
            ),
            strokes=number(MOST_STROKES),
            points=number(MOST_POINTS),
            received_strokes=number(len(strokes)),
            received_points=number(points),
        )
    lengths = np.array([len(strokes), *map(len, strokes)], _COUNT)
    return lengths.tobytes() + np.concatenate(strokes).astype(_POINT).tobytes()


def unpacked(data: bytes) -> tuple[Float32Array, ...]:
    """The strokes that `packed` wrote, read-only.

    Raises
    ------
    CollectionError
        If the bytes are anything else.
    """
    lengths, points = _parts(data)
    rows = frozen(points.astype(np.float32).reshape(-1, 2))
    return tuple(np.split(rows, np.cumsum(lengths)[:-1]))


def is_packed(data: object) -> bool:
    """Whether this is what `packed` writes."""
    try:
        return isinstance(data, bytes) and bool(_parts(data))
    except CollectionError:
        return False


def _parts(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The number of points of each stroke, and x and y of all points behind one another; else it is damaged."""
    try:
        count = int(np.frombuffer(data, _COUNT, 1)[0])
        lengths = np.frombuffer(data, _COUNT, min(count, MOST_STROKES + 1), _COUNT.itemsize).astype(np.int64)
        points = np.frombuffer(data, _POINT, -1, (1 + count) * _COUNT.itemsize)
    except ValueError as error:
        raise _damaged() from error
    whole = 0 < count <= MOST_STROKES and lengths.min() > 0 and len(points) == 2 * lengths.sum() <= 2 * MOST_POINTS
    if not whole or not np.all(np.abs(points) <= MAX_COORDINATE):
        raise _damaged()
    return lengths, points


def _damaged() -> CollectionError:
    """The error of bytes that are no strokes."""
    return CollectionError(_("The strokes of a drawing are damaged: they are not what was written."))
