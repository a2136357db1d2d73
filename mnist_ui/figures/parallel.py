"""The trials of a search as parallel coordinates: a line for each, through its values and up to its score."""

import math
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from mnist_core.language import gettext as _
from mnist_core.language import percent
from mnist_core.tuning.results import Search
from mnist_core.tuning.settings import SearchSettings
from mnist_core.tuning.space import HYPERPARAMETERS, Choices, Dimension, Value
from mnist_ui.figures.palette import SCALE
from mnist_ui.figures.search import OBJECTIVE_WORDS, error_of, marks, value_words

PARALLEL_HEIGHT = 380

# Marks on an axis; a range with no more values than `_FEW` has one at each.
_MARKS, _FEW = 5, 10
# From the worst score to the best. Lines are thin: the yellow end of the scale could hardly be seen on white.
_COLOURS = (*SCALE[:4], "#e8702a")
# Letters in a line of an axis's title.
_WIDEST_LABEL = 16


def parallel_coordinates(search: Search) -> go.Figure:
    """A line for each trial with a score, through its values and up to its score, the best in orange.

    Hyperparameters with one value are left out. A logarithmic range has a logarithmic axis, a set a mark for each of
    its values; the score's axis is that of `error_of`.
    """
    settings = search.settings
    trials = [each for each in search.trials if each.score is not None and each.status == "completed"]
    errors = [error_of(settings, each.score or 0.0) for each in trials]
    heights = [-math.log10(each) for each in errors]
    dimensions = [
        _axis(name, settings.space.dimensions[name], [each.values[name] for each in trials])
        for name in settings.space.varied
    ]
    figure = go.Figure()
    figure.add_parcoords(
        dimensions=[*dimensions, _score_axis(settings, errors, heights)],
        line={"color": heights, "colorscale": [[i / (len(_COLOURS) - 1), each] for i, each in enumerate(_COLOURS)]},
        labelfont={"size": 13},
        tickfont={"size": 12},
        unselected={"line": {"opacity": 0.15}},
    )
    figure.update_layout(height=PARALLEL_HEIGHT, margin={"t": 60, "b": 24, "l": 90, "r": 70})
    return figure


def _axis(name: str, dimension: Dimension, values: Sequence[Value]) -> dict[str, Any]:
    """The axis of a hyperparameter."""
    label = _(HYPERPARAMETERS[name].label)
    if isinstance(dimension, Choices):
        known = sorted(dimension.values)
        places = [min(range(len(known)), key=lambda place: abs(known[place] - value)) for value in values]
        return _dimension(label, places, (0, len(known) - 1), range(len(known)), map(value_words, known))
    if dimension.log:
        at = marks(dimension.low, dimension.high)
        ends = math.log10(dimension.low), math.log10(dimension.high)
        return _dimension(label, map(math.log10, values), ends, map(math.log10, at), map(value_words, at))
    ends = float(dimension.low), float(dimension.high)
    step = dimension.step or (1 if HYPERPARAMETERS[name].whole else 0)
    count = round((ends[1] - ends[0]) / step) + 1 if step else 0
    steps, width = (count - 1, step) if 1 < count <= _FEW else (_MARKS - 1, (ends[1] - ends[0]) / (_MARKS - 1))
    at = [round(ends[0] + width * each, 6) for each in range(steps + 1)]
    return _dimension(label, map(float, values), ends, at, map(value_words, at))


def _score_axis(settings: SearchSettings, errors: Sequence[float], heights: Sequence[float]) -> dict[str, Any]:
    """The axis of the score, the best on top."""
    low, high = (min(errors) / 1.02, max(errors) * 1.02) if errors else (0.01, 1.0)
    at = marks(low, high)
    texts = [_mark_words(settings, each) for each in at]
    return _dimension(
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


def _dimension(
    label: str, values: Iterable[float], ends: tuple[float, float], at: Iterable[float], texts: Iterable[str]
) -> dict[str, Any]:
    """An axis as Plotly has it."""
    return {
        "label": "<br>".join(wrap(label, _WIDEST_LABEL)),  # in lines that leave room for the next axis's
        "values": list(values),
        "range": list(ends),
        "tickvals": list(at),
        "ticktext": list(texts),
    }
