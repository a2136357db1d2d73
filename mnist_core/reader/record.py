"""What the reader in JavaScript is told by Python, as JSON: limits, constants, words. Nothing of it is typed twice."""

from types import ModuleType
from typing import Any

from mnist_core.ink.recipe import BOX_SIDE
from mnist_core.ink.stages import CENTRE, OVERSAMPLING
from mnist_core.ink.strokes import MOST_DRAWN, PEN_SHARE, ROUNDING, SMALLEST_MARK
from mnist_core.model.card import ModelCard
from mnist_core.model.doubt import verdict_words
from mnist_core.numbers import reading, splitting
from mnist_core.types import IMAGE_SIDE, MAX_COORDINATE, MAX_POINTS, MAX_STROKES


def record(card: ModelCard, sha256: str, address: str) -> dict[str, Any]:
    """All that the reader needs besides the model itself, in the language that is spoken.

    Parameters
    ----------
    card
        Of the model that reads.
    sha256, address
        Of the model's LiteRT graph, and where it can be fetched.
    """
    return {
        "limits": limits(),
        "words": verdict_words(card.digits, card.reliability),
        "model": {"sha256": sha256, "address": address},
    }


def limits() -> dict[str, dict[str, float]]:
    """The constants of what strokes, pixels and digits are held to, by what they are of."""
    return {
        "drawing": {
            "most_strokes": MAX_STROKES,
            "most_points": MAX_POINTS,
            "most_coordinate": MAX_COORDINATE,
        },
        "ink": {
            "image_side": IMAGE_SIDE,
            "box_side": BOX_SIDE,
            "oversampling": OVERSAMPLING,
            "centre": CENTRE,
            "pen_share": PEN_SHARE,
            "smallest_mark": SMALLEST_MARK,
            "rounding": ROUNDING,
            "most_drawn": MOST_DRAWN,
        },
        "reading": _constants(reading),
        "splitting": _constants(splitting),
    }


def _constants(module: ModuleType) -> dict[str, float]:
    """All numbers that a module has a name in capitals for."""
    return {
        name.lower(): value for name, value in vars(module).items() if name.isupper() and isinstance(value, int | float)
    }
