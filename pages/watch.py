"""A network that learns before your eyes, in the browser, and reads your digit all the while."""

import streamlit as st

from mnist_core.datasets.registry import dataset_in_words
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.learner.digits import LearnerDigits, learner_digits
from mnist_core.learner.settings import PRESET, LearnerSettings
from mnist_ui.draw.memory import keep_drawing
from mnist_ui.learner import learner
from mnist_ui.learner.address import WATCH, settings_in_address
from mnist_ui.messages import explained
from mnist_ui.pad import pad
from mnist_ui.state import demo, paper, runs


@st.fragment
def show_learner(digits: LearnerDigits) -> None:
    """The pad, the network that reads it while it learns, and the way to a real training; only this runs again."""
    WATCH.follow()
    settings = settings_in_address()
    drawn, shown = st.columns([1, 3], gap="large")
    with drawn, st.container():
        pad(arrangement="bare")
    with shown:
        learner(settings, digits, paper.sketch().strokes, key="learner")
        if not demo.is_demo():
            show_way_to_train(settings, digits)


def show_way_to_train(settings: LearnerSettings, digits: LearnerDigits) -> None:
    """A button that takes the settings to Train, and what is different there."""
    help_text = _(
        "Opens the Train page with the same network and steps, on the same number of digits. It learns on the server "
        "there, is measured on all test digits, and what comes of it is a model that you can keep and draw with."
    )
    if st.button(_("Train a model with these settings"), icon=":material/model_training:", help=help_text):
        runs.plan_next(PRESET, settings.config(digits.dataset))
        st.switch_page("pages/train.py")
    if not settings.is_trainable:
        st.caption(_("There it is trained with ReLU: the recipes have no other activation."))
    if settings.noise:
        st.caption(_("There, noise spoils images in more ways: dirt, veils, and lines that cross them out."))


st.title(_("Watch it learn"), anchor=False)
text = _(
    "A network that knows nothing yet is about to learn to read digits, here in your browser. Press **Start training** "
    "and watch its filters take shape. It learns from {count} digits ({dataset})."
)
with explained():
    digits = learner_digits()
    st.write(text.format(count=number(digits.learned), dataset=dataset_in_words(digits.dataset)))
    show_learner(digits)
keep_drawing()
