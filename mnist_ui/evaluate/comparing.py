"""Two models side by side, and all of them in one landscape of size, speed and accuracy."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.model.bundle import model_names
from mnist_core.readings.comparison import Measure, comparison_words
from mnist_core.readings.evaluation import Evaluation
from mnist_ui import resources
from mnist_ui.evaluate.evaluation import evaluated
from mnist_ui.figures.digits import reading_grid
from mnist_ui.figures.landscape import TITLES, Standing, landscape, sources
from mnist_ui.messages import explained
from mnist_ui.scores import signed
from mnist_ui.state import reader
from mnist_ui.train.models import readable_cards
from mnist_ui.widgets import PLAIN, one_of

# So many of the images that only one of the two reads are shown.
SHOWN = 20
# Key of the model that is compared with.
OTHER = "compared-with"


def show_comparison(model: str, dataset: str) -> None:
    """Compare a model with another one on the same test images.

    Raises
    ------
    MnistError
        If one of the models or the dataset cannot be used.
    """
    others = [name for name in model_names() if name != model]
    if not others:
        st.info(_("There is only one model here, and nothing to compare it with. Teach a second one!"))
        st.page_link("pages/train.py", label=_("Train a network"), icon=":material/model_training:")
        return
    other = st.selectbox(_("Compare with"), others, key=OTHER, persist_state="session")
    evaluations = evaluated(model, dataset), evaluated(other, dataset)
    if evaluations[0] and evaluations[1]:
        _show_pair(reader.shown_name(model), other, evaluations[0], evaluations[1])


def show_landscape() -> None:
    """Every model as a point among what others have reached; further up is better, further left smaller or faster."""
    places, unknown = _places()
    titles = {name: _(title) for name, title in TITLES.items()}
    across = one_of(_("From left to right"), titles, "parameters", "landscape-across", format_func=titles.__getitem__)
    st.plotly_chart(landscape(places, across), key=f"landscape-{across}", config=PLAIN)
    st.caption(
        _(
            "Bars: 95 % confidence intervals. Grey: what others reported, each the best of many tries on the same "
            "10,000 test digits, which flatters a little. {sources} Milliseconds are measured on this machine: the "
            "median of 50 reads of one digit."
        ).format(sources=sources())
    )
    if unknown:
        sentence = _("Not shown, as they have not been tested on MNIST: {models}.")
        st.caption(sentence.format(models=in_markdown(", ".join(unknown))))


def _places() -> tuple[list[Standing], list[str]]:
    """Where each model stands, and the names of those that were never tested on MNIST."""
    places, unknown = [], []
    for name, card in readable_cards().items():
        score = card.scores.get("mnist")
        if score is None:
            unknown.append(name)
            continue
        milliseconds = None
        with explained():
            milliseconds = resources.milliseconds(name)
        places.append(Standing(name, card.parameters, milliseconds, score.accuracy, score.low, score.high))
    return places, unknown


def _show_pair(name: str, other: str, a: Evaluation, b: Evaluation) -> None:
    """All that differs between two models."""
    found = resources.comparison(a, b)
    st.markdown(f"**{comparison_words(found, in_markdown(name), in_markdown(other))}**")
    titles = {"figure": _("figure"), "difference": _("difference"), "95 % interval": _("95 % interval")}
    rows = [
        _row(_("read right"), found.accuracy, name, other, 100, " %", 2),
        _row(_("loss"), found.loss, name, other, 1, "", 4),
        _row(_("calibration error"), found.calibration_error, name, other, 100, " %", 2),
    ]
    st.dataframe(rows, hide_index=True, column_config=titles)
    st.caption(
        _(
            "An interval that holds 0 means that either may be the better one. Intervals: Newcombe's for paired "
            "shares; for loss and calibration error a paired bootstrap. They take the images for independent of each "
            "other; on pen strokes, which only 14 people wrote, they are too narrow."
        )
    )
    first, second = st.columns(2, gap="large")
    with first:
        _show_only(found.only_a, name, other, b)
    with second:
        _show_only(found.only_b, other, name, a)


def _row(title: str, measure: Measure, name: str, other: str, factor: float, unit: str, digits: int) -> dict[str, str]:
    """One figure of both, and the difference with its interval."""
    low, high = (signed(factor * value, digits) for value in (measure.low, measure.high))
    return {
        "figure": title,
        name: f"{number(factor * measure.a, digits)}{unit}",
        other: f"{number(factor * measure.b, digits)}{unit}",
        "difference": signed(factor * measure.difference, digits),
        "95 % interval": _("{low} to {high}").format(low=low, high=high),
    }


def _show_only(indices: npt.NDArray[np.int64], reader: str, blind: str, evaluation: Evaluation) -> None:
    """The images that only one model reads, those first that the other is furthest from.

    Parameters
    ----------
    blind, evaluation
        The other model, and what it makes of the images.
    """
    title = _("**Only {model} reads these** ({count})")
    st.markdown(title.format(model=in_markdown(reader), count=number(len(indices))))
    if not len(indices):
        st.write(_("There is none."))
        return
    worst = indices[np.argsort(-evaluation.losses[indices], kind="stable")][:SHOWN]
    test = resources.test_images(evaluation)
    if test is None:
        sentence = _("Their numbers: {numbers}. Their images are not on this machine.")
        st.write(sentence.format(numbers=", ".join(map(str, worst.tolist()))))
        return
    st.html(reading_grid(test.images[worst], evaluation.labels[worst].tolist(), evaluation.digits[worst].tolist()))
    below = _("Below each: what {model} takes it for.").format(model=in_markdown(blind))
    worst_only = _("The worst {count}.").format(count=SHOWN)
    st.caption(f"{below} {worst_only}" if len(indices) > SHOWN else below)
