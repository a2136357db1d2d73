"""Which model is looked at on which images, and how good it is in one line."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import language
from mnist_core.datasets import DATASETS
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.readings.evaluation import Evaluation
from mnist_core.types import SURE_IN_FIGURES
from mnist_ui import resources, state
from mnist_ui.figures.answer import percent
from mnist_ui.figures.facts import facts
from mnist_ui.scores import TESTS

# What is stated as this probable is right as often, if what the model states is to be believed.
STATED_PERCENT = round(100 * SURE_IN_FIGURES)
# Reading these takes no time.
SMALL = "uci-digits"


def kept_in_address(name: str, words: Mapping[str, object]) -> Callable[[], None]:
    """Have a widget and the address say the same. Streamlit would bind the address to what the widget shows, and that
    is in the visitor's language; a link has to lead to the same place in all of them.

    Parameters
    ----------
    name
        The address's parameter, and the key of the widget, which is to come next.
    words
        Each option by what the address calls it; the first one is left out of it, and chosen if it names none of them.

    Returns
    -------
    The widget's `on_change`.
    """
    first, named = next(iter(words.values()), None), st.query_params.get(name)
    if named is not None and named in words:
        st.session_state[name] = words[named]
    elif st.session_state.get(name) not in words.values():
        st.session_state[name] = first

    def keep() -> None:
        chosen = st.session_state[name]
        word = next((word for word, option in words.items() if option == chosen != first), None)
        if word is not None and st.query_params.get(name) != word:
            st.query_params[name] = word
        elif word is None and name in st.query_params:
            del st.query_params[name]

    keep()
    return keep


def choose_model() -> str:
    """The model to look at; it is also the one that reads."""
    names = state.models_to_choose()
    chosen = st.selectbox(_("Model"), names, names.index(state.model_name()), format_func=state.shown_name)
    if chosen != state.model_name():
        state.choose_model(chosen)
        st.rerun()
    return chosen


def choose_dataset(name: str) -> str:
    """The images to look at: those that the model's readings of are known, or that are on this machine.

    Raises
    ------
    BundleError
        If there is no such model or it is damaged.
    """
    possible = [each for each in DATASETS if resources.evaluation(name, each) or resources.has_images(each)]
    titles = {each: TESTS.get(each, (each,))[0] for each in possible}
    keep = kept_in_address(state.DATASET, {title: each for each, title in titles.items()})
    return st.selectbox(
        _("Images that it has not learned from"),
        possible,
        format_func=lambda each: _(titles[each]),
        key=state.DATASET,
        on_change=keep,
        persist_state="session",
    )


def evaluated(name: str, dataset: str) -> Evaluation | None:
    """How well a model reads a dataset: as it is stored, or read now; None while the visitor has not asked for that.

    Raises
    ------
    MnistError
        If the model cannot be used, or what is stored with it is damaged.
    """
    resources.model(name)  # what is known of a model that is damaged by now is not shown
    if known := resources.evaluation(name, dataset):
        return known
    place = st.empty()
    if dataset != SMALL:
        with place.container():
            if not _is_asked_for(name, dataset):
                return None
    found = resources.evaluate_now(name, dataset, partial(_show_progress, place))
    place.empty()
    return found


def show_headline(evaluation: Evaluation) -> None:
    """How good it is, in one line and in words."""
    score = evaluation.accuracy
    sure, right = evaluation.sure()
    values = {
        _("Read right"): language.percent(score.accuracy, 2),
        _("Wrong"): _("{wrong} of {images}").format(wrong=number(score.errors), images=number(score.images)),
        _("Loss"): number(evaluation.loss, 4),
    }
    if sure:
        values[_("Right when {percent} % sure or more").format(percent=STATED_PERCENT)] = percent(right)
    st.html(facts(values))
    st.caption(
        _(
            "On other digits of this kind it would read between {low} and {high} right (with 95 % confidence). It was "
            "{percent} % sure or more of {sure} of the {images}. The loss is the mean cross-entropy in nats: 0 would "
            "be certain and right each time."
        ).format(
            low=language.percent(score.low, 2),
            high=language.percent(score.high, 2),
            percent=STATED_PERCENT,
            sure=number(sure),
            images=number(score.images),
        )
    )


def _show_progress(place: DeltaGenerator, done: int, images: int) -> None:
    """How far it is."""
    place.progress(done / images, _("{done} of {images} read").format(done=number(done), images=number(images)))


def _is_asked_for(name: str, dataset: str) -> bool:
    """A button, and whether it was pressed."""
    st.write(_("**{model}** has not read these images yet.").format(model=state.shown_name(name)))
    return st.button(
        _("Evaluate now (about 5 s)"), type="primary", icon=":material/play_arrow:", key=f"now-{name}-{dataset}"
    )
