"""The trials of a search as parallel coordinates: a line for each, through its values and up to its score."""

import math
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TypedDict

from mnist_core.language import gettext as _
from mnist_core.language import percent
from mnist_core.tuning.results import Search
from mnist_core.tuning.settings import SearchSettings
from mnist_core.tuning.space import HYPERPARAMETERS, Choices, Dimension, Value
from mnist_ui.figures.palette import SCALE
from mnist_ui.figures.search import OBJECTIVE_WORDS, error_of, marks, value_words

# Marks on an axis; a range with no more values than `_FEW` has one at each.
_MARKS, _FEW = 5, 10
# From the worst score to the best. Lines are thin: the yellow end of the scale could hardly be seen on white.
_COLOURS = (*SCALE[:4], "#e8702a")
# Letters in a line of an axis's title.
_WIDEST_LABEL = 16


class Axis(TypedDict):
    """An axis: a value for each line, and what stands at it.

    Attributes
    ----------
    label
        Its title, in lines.
    range
        The values at its lower and its upper end.
    """

    label: str
    values: list[float]
    range: list[float]
    tickvals: list[float]
    ticktext: list[str]


class ParallelCoordinates(TypedDict):
    """Axes from left to right, and a colour for each line."""

    axes: list[Axis]
    colours: list[str]


def parallel_coordinates(search: Search) -> ParallelCoordinates:
    """A line for each trial with a score, through its values and up to its score, the best last and in orange.

    Hyperparameters with one value are left out. A logarithmic range has a logarithmic axis, a set a mark for each of
    its values; the score's axis is that of `error_of`.
    """
    settings = search.settings
    trials = [each for each in search.trials if each.score is not None and each.status == "completed"]
    trials.sort(key=lambda each: error_of(settings, each.score or 0.0), reverse=True)
    errors = [error_of(settings, each.score or 0.0) for each in trials]
    heights = [-math.log10(each) for each in errors]
    axes = [
        _axis(name, settings.space.dimensions[name], [each.values[name] for each in trials])
        for name in settings.space.varied
    ]
    return {"axes": [*axes, _score_axis(settings, errors, heights)], "colours": _colours(heights)}


def _colours(heights: Sequence[float]) -> list[str]:
    """The colour of each line, by how far up it is between the worst and the best."""
    low, high = min(heights, default=0.0), max(heights, default=0.0)
    return [_colour((each - low) / (high - low) if high > low else 1.0) for each in heights]


def _colour(share: float) -> str:
    """The colour at a place from 0 to 1 of the scale."""
    place = share * (len(_COLOURS) - 1)
    below = min(int(place), len(_COLOURS) - 2)
    pairs = zip(*(bytes.fromhex(each[1:]) for each in _COLOURS[below : below + 2]), strict=True)
    return "#" + bytes(round(a + (b - a) * (place - below)) for a, b in pairs).hex()


def _axis(name: str, dimension: Dimension, values: Sequence[Value]) -> Axis:
    """The axis of a hyperparameter."""
    label = _(HYPERPARAMETERS[name].label)
    if isinstance(dimension, Choices):
        known = sorted(dimension.values)
        places = [min(range(len(known)), key=lambda place: abs(known[place] - value)) for value in values]
        return _plain_axis(label, places, (0, len(known) - 1), range(len(known)), map(value_words, known))
    if dimension.log:
        at = marks(dimension.low, dimension.high)
        ends = math.log10(dimension.low), math.log10(dimension.high)
        return _plain_axis(label, map(math.log10, values), ends, map(math.log10, at), map(value_words, at))
    ends = float(dimension.low), float(dimension.high)
    step = dimension.step or (1 if HYPERPARAMETERS[name].whole else 0)
    count = round((ends[1] - ends[0]) / step) + 1 if step else 0
    steps, width = (count - 1, step) if 1 < count <= _FEW else (_MARKS - 1, (ends[1] - ends[0]) / (_MARKS - 1))
    at = [round(ends[0] + width * each, 6) for each in range(steps + 1)]
    return _plain_axis(label, map(float, values), ends, at, map(value_words, at))


def _score_axis(settings: SearchSettings, errors: Sequence[float], heights: Sequence[float]) -> Axis:
    """The axis of the score, the best on top."""
    low, high = (min(errors) / 1.02, max(errors) * 1.02) if errors else (0.01, 1.0)
    at = marks(low, high)
    texts = [_mark_words(settings, each) for each in at]
    return _plain_axis(
        _(OBJECTIVE_WORDS[settings.objective]),
        heights,
        (-math.log10(high), -math.log10(low)),
        (-math.log10(each) for each in at),
        texts,
    )


def _mark_words(settings: SearchSettings, error: float) -> str:
    """What stands at a mark of the score's axis, with no more digits than it needs."""
    if not settings.is_more_better:
        return f"{error:g}"
    digits = f"{100 * (1 - error):.3f}".rstrip("0").partition(".")[2]
    return percent(1 - error, len(digits))


def _plain_axis(
    label: str, values: Iterable[float], ends: tuple[float, float], at: Iterable[float], texts: Iterable[str]
) -> Axis:
    """An axis as the page has it."""
    return {
        "label": "\n".join(wrap(label, _WIDEST_LABEL)),  # in lines that leave room for the next axis's
        "values": list(values),
        "range": list(ends),
        "tickvals": list(at),
        "ticktext": list(texts),
    }
