"""A search for hyperparameters as charts: its best score over time, the curves of its trials, and what counts.

What changes every second is drawn with Vega-Lite, which Streamlit updates in place; what changes only when a trial ends
is in `parallel`.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number, percent
from mnist_core.tuning.results import Importance, Search, Trial
from mnist_core.tuning.settings import SearchSettings
from mnist_core.tuning.space import HYPERPARAMETERS, Value
from mnist_ui.figures.curves import TITLES
from mnist_ui.figures.vega import as_columns, axis, colours, measure_axis, scale_of

HEIGHT = 300

ONE, BEST = N_("one trial"), N_("best so far")
OBJECTIVE_WORDS = {"val_accuracy": N_("Validation accuracy"), "val_loss": N_("Validation loss")}
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#8c8c8c"

# An error or a loss below this is drawn as if it were this: a logarithm needs something.
LEAST = 1e-4
# Where marks may stand on a logarithmic axis: the first of these that has enough of them on it.
_MANTISSAS: tuple[tuple[float, ...], ...] = ((1,), (1, 2, 5), tuple(range(1, 10)))
_ENOUGH, _MARKS = 3, 5
# Room beside the scores on their axis, and the least factor between its ends.
_MARGIN, _WIDTH = 1.1, 4.0


def score_words(settings: SearchSettings, score: float | None) -> str:
    """A score as people read it: a share for an accuracy, a number for a loss."""
    if score is None:
        return "–"
    return percent(score, 2) if settings.is_more_better else number(score, 4)


def value_words(value: Value) -> str:
    """A hyperparameter's value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def error_of(settings: SearchSettings, score: float) -> float:
    """What is drawn of a score, less being better: the share of errors, or the loss; at least `LEAST`.

    Scores near the best are far apart on the logarithm of it, although a trial that learned nothing is shown, too.
    """
    return max(1 - score if settings.is_more_better else score, LEAST)


def marks(low: float, high: float) -> list[float]:
    """Round places on a logarithmic axis, also on a short one.

    Examples
    --------
    >>> marks(0.0003, 0.01)
    [0.0005, 0.001, 0.002, 0.005, 0.01]
    >>> marks(0.02, 0.021)
    [0.02, 0.02025, 0.0205, 0.02075, 0.021]
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for mantissas in _MANTISSAS:
        found = [float(f"{each}e{power}") for power in decades for each in mantissas]
        if len(within := [each for each in found if low <= each <= high]) >= _ENOUGH:
            return within
    steps = (low + (high - low) * step / (_MARKS - 1) for step in range(_MARKS))
    return list(dict.fromkeys(float(f"{each:.4g}") for each in steps))


# ---- best so far ----


def best_points(search: Search) -> dict[str, list[Any]]:
    """Each trial's score when it ended, and the best until then.

    Returns
    -------
    Columns `minutes` of work, `error` (see `error_of`), `part` in the language that is spoken, and `trial`, a sentence.
    """
    settings = search.settings
    said = _("Trial {number}: {score}")
    rows = [
        (each.ended, each.score, _(ONE), said.format(number=each.number, score=score_words(settings, each.score)))
        for each in search.trials
        if each.ended is not None and each.score is not None
    ]
    steps = search.best_so_far()
    if steps and search.seconds > steps[-1][0]:
        steps = [*steps, (search.seconds, steps[-1][1])]
    rows += [(seconds, score, _(BEST), "") for seconds, score in steps]
    return as_columns(
        ("minutes", "error", "part", "trial"),
        ((seconds / 60, error_of(settings, score), part, words) for seconds, score, part, words in rows),
    )


def best_chart(search: Search) -> dict[str, Any]:
    """The Vega-Lite specification for `best_points`; it changes only when a trial ends."""
    low, high = _score_range(search)
    shown = "format(1 - datum.value, '.3~%')" if search.settings.is_more_better else "format(datum.value, '~g')"
    scale = {"type": "log", "reverse": True, "domain": [low, high], "nice": False}
    return {
        "title": _("Best so far"),
        "encoding": {
            "x": axis("minutes", _("Minutes"), {"zero": True}, {"grid": False}),
            "y": axis("error", None, scale, {"values": marks(low, high), "labelExpr": shown}),
            "color": colours("part", [_(ONE), _(BEST)], ["#7fb8d8", ORANGE]),
        },
        "layer": [
            {
                "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 3},
                "transform": [{"filter": {"field": "part", "equal": _(BEST)}}],
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "transform": [{"filter": {"field": "part", "equal": _(ONE)}}],
                "encoding": {"tooltip": {"field": "trial", "type": "nominal", "title": " "}},
            },
        ],
    }


def _score_range(search: Search) -> tuple[float, float]:
    """Ends of the score's axis in `error_of`, wide enough for round marks also where there is one trial."""
    errors = [error_of(search.settings, each.score) for each in search.trials if each.score is not None]
    low, high = (min(errors), max(errors)) if errors else (0.01, 1.0)
    margin = max(_MARGIN, math.sqrt(_WIDTH * low / high))
    most = 1.0 if search.settings.is_more_better else math.inf  # no accuracy is below 0
    return low / margin, min(high * margin, most)


# ---- learning curves ----


def curve_names(search: Search, trials: Iterable[Trial]) -> list[str]:
    """What the curves of trials are called; the best one is said to be it."""
    best = search.best.id if search.best else None
    named, plain = _("Trial {number}, the best"), _("Trial {number}")
    return [(named if each.id == best else plain).format(number=each.number) for each in trials]


def trial_points(search: Search, trials: Sequence[Trial]) -> dict[str, list[Any]]:
    """The objective after each epoch of some trials.

    Returns
    -------
    Columns `epoch`, `value`, `part` ("training" or "validation" in the language that is spoken) and `trial`, its name.
    """
    measure = search.settings.objective.removeprefix("val_")
    rows = [
        (epoch, value, _(part), name)
        for trial, name in zip(trials, curve_names(search, trials), strict=True)
        for epoch, each in enumerate(trial.epochs, start=1)
        for part, key in (("training", measure), ("validation", f"val_{measure}"))
        if (value := each.get(key)) is not None
    ]
    return as_columns(("epoch", "value", "part", "trial"), rows)


def trial_chart(search: Search, trials: Sequence[Trial]) -> dict[str, Any]:
    """The Vega-Lite specification for `trial_points`."""
    measure = search.settings.objective.removeprefix("val_")
    scale = {"domain": [1, max([2, *(each.limit for each in trials)])]}
    return {
        "title": {
            "text": _(TITLES[measure]),
            "subtitle": _("solid: validation images, dotted: training images"),
            "subtitleColor": GREY,
        },
        "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 50, "filled": True}},
        "encoding": {
            "x": axis("epoch", _("Epoch"), scale, {"tickMinStep": 1, "format": "d", "grid": False}),
            "y": measure_axis(measure, ".3~p"),
            "color": colours("trial", curve_names(search, trials), [BLUE, ORANGE]),
            "strokeDash": {
                "field": "part",
                "type": "nominal",
                "title": None,
                "scale": scale_of([_("validation"), _("training")], [[1, 0], [3, 3]]),
                "legend": None,
            },
        },
    }


# ---- importance ----


def importance_bars(importance: Importance) -> str:
    """How much each hyperparameter counts, as bars in HTML, the most important first."""
    order = sorted(importance.shares, key=lambda name: -importance.shares[name])
    items = "".join(
        f'<li><span class="bar-name">{in_html(_(HYPERPARAMETERS[name].label))}</span>'
        f'<span class="bar-track"><span class="bar" style="width: {importance.shares[name]:.1%}"></span></span>'
        f'<span class="bar-value">{in_html(_share(importance, name))}</span></li>'
        for name in order
    )
    return f'<ol class="bars importance">{items}</ol>'


def _share(importance: Importance, name: str) -> str:
    """A share, and how uncertain it is."""
    share, spread = importance.shares[name], importance.spreads[name]
    return _("{share} ± {spread}").format(share=percent(share, 0), spread=number(100 * spread))
