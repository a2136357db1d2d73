"""Which model is looked at on which images, and how good it is in one line."""

import streamlit as st

from mnist_core import language
from mnist_core.datasets import DATASETS
from mnist_core.datasets.own import is_own_name
from mnist_core.datasets.registry import spec_of, title_of_tests, to_test_with
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.reader.answer import percent
from mnist_core.readings.evaluation import Evaluation
from mnist_core.types import SURE_IN_FIGURES
from mnist_ui import resources
from mnist_ui.address import DATASET, PART, Address, Parameter
from mnist_ui.figures.facts import facts
from mnist_ui.state import people, reader

# What is stated as this probable is right as often, if what the model states is to be believed.
STATED_PERCENT = round(100 * SURE_IN_FIGURES)
# Reading so many images takes no time.
FEW = 500

# Whose digits are looked at.
WRITER = "writer"
# Named in English in every language, so that a link leads to the same place: `?part=Mistakes&dataset=Pen+strokes`.
EVALUATE_ADDRESS = Address("evaluate", (PART, DATASET, WRITER))


def choose_model() -> str:
    """The model to look at; it is also the one that reads."""
    names = reader.models_to_choose()
    chosen = st.selectbox(_("Model"), names, names.index(reader.model_name()), format_func=reader.shown_name)
    if chosen != reader.model_name():
        reader.choose_model(chosen)
        st.rerun()
    return chosen


def choose_dataset(name: str) -> str:
    """The images to look at: those that the model's readings of are known, or that are on this machine.

    Raises
    ------
    BundleError
        If there is no such model or it is damaged.
    """
    known = to_test_with(people.actor())
    possible = [each for each in known if resources.evaluation(name, each) or resources.has_images(each)]
    # The address says the title and not the name, as it always did: links that were given away go on working.
    # Titles that people gave may be the same, so these are named as files name them.
    named = {each if is_own_name(each) else DATASETS[each].test_title: each for each in possible}
    titles = {each: title for title, each in named.items()}
    parameter = Parameter(DATASET, possible[0], named.__getitem__, titles.__getitem__)
    return st.selectbox(
        _("Images that it has not learned from"),
        possible,
        format_func=title_of_tests,
        **EVALUATE_ADDRESS.bound(EVALUATE_ADDRESS.tidied(parameter), DATASET, forgets=[WRITER]),
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
    if spec_of(dataset).splits["test"] > FEW:
        with place.container():
            if not _is_asked_for(name, dataset):
                return None

    def show_progress(done: int, images: int) -> None:
        message = _("{done} of {images} read").format(done=number(done), images=number(images))
        place.progress(done / images, message)

    found = resources.evaluate_now(name, dataset, show_progress)
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


def _is_asked_for(name: str, dataset: str) -> bool:
    """A button, and whether it was pressed."""
    st.write(_("**{model}** has not read these images yet.").format(model=in_markdown(reader.shown_name(name))))
    return st.button(
        _("Evaluate now (about 5 s)"), type="primary", icon=":material/play_arrow:", key=f"now-{name}-{dataset}"
    )
