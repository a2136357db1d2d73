"""Teach a network: choose a preset, start, watch, stop, keep, use."""

from dataclasses import replace

import streamlit as st

from mnist_core import jobs
from mnist_core.extras import TRAIN as EXTRA
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import layers_of, seconds_expected
from mnist_core.training.memory import memory_expected
from mnist_core.training.run_settings import TRAIN, RunSettings, start_run
from mnist_core.training.speeds import measure_speeds, read_speeds
from mnist_ui.draw.memory import keep_drawing
from mnist_ui.durations import duration, memory_words
from mnist_ui.extras import has
from mnist_ui.figures.facts import facts
from mnist_ui.messages import explained
from mnist_ui.state import paper, runs
from mnist_ui.state.starts import begun
from mnist_ui.train import models
from mnist_ui.train.ended import show_damaged, show_ended, show_lost, show_removed
from mnist_ui.train.knobs import modified
from mnist_ui.train.live import show_active, show_queue
from mnist_ui.train.presets import choose_preset


def start(preset: str, config: TrainingConfig, tensorboard: bool) -> None:
    """Queue the run and watch it."""
    with explained():
        settings = RunSettings(config, preset, paper.sketch().digit(), tensorboard)
        job = begun(lambda by: start_run(settings, by))
        runs.watch_run(job.id)
        st.rerun()


def show_run(watched: Job) -> None:
    """The run that is watched, and the way back."""
    with st.container(border=True, key="run"), explained():
        show_active(watched) if watched.is_active else show_ended(watched)
    if st.button(_("Back to the recipes"), icon=":material/arrow_back:"):
        runs.watch_run(None)
        st.rerun()


def show_choice() -> None:
    """What goes on, and the recipes; how long they take is measured beforehand."""
    if has(EXTRA):
        with explained():
            measure_speeds()
    show_queue()
    show_form(read_speeds())


def show_form(speeds: dict[str, float]) -> None:
    """The presets, what can be changed of them, what that costs, and the button."""
    chosen, order = st.columns([3, 2], gap="large")
    with chosen:
        st.header(_("Choose a recipe"), anchor=False)
        preset = choose_preset(speeds)
        st.page_link("pages/tune.py", label=_("Search for better settings"), icon=":material/tune:")
    with st.expander(_("Modify the network, the data and how it learns"), icon=":material/tune:"):
        config = None
        with explained():
            config = modified(preset)
        tensorboard = st.toggle(_("Write logs for TensorBoard"), key="tensorboard", persist_state="session")
        if st.button(_("Back to the preset"), icon=":material/undo:"):
            runs.plan().forget()
            st.rerun()
    if config is None:
        order.info(_("These settings do not fit together yet; below it says why."), icon=":material/tune:")
        return
    runs.show_plan(preset, config)
    with order, explained():
        show_order(preset, config, speeds, tensorboard)


def show_order(preset: str, config: TrainingConfig, speeds: dict[str, float], tensorboard: bool) -> None:
    """What is to be trained, and the button to start."""
    layers = layers_of(config)
    weights = number(sum(layer.parameters for layer in layers))
    time = duration(seconds_expected(config, preset, speeds))
    st.header(_("Train it"), anchor=False)
    st.html(facts({_("Weights"): weights, _("Time at most"): time}))
    st.caption(memory_words(memory_expected(config)))
    name = st.text_input(_("Name of the new model"), config.name, key=f"name-{preset}", max_chars=64)
    if st.button(_("Start training"), type="primary", icon=":material/play_arrow:", width="stretch"):
        start(preset, replace(config, name=name), tensorboard)
    with st.popover(_("Its layers"), icon=":material/layers:", width="stretch"):
        st.dataframe(
            [{"layer": row.name, "gives": "×".join(map(str, row.output)), "weights": row.parameters} for row in layers],
            hide_index=True,
            column_config={"layer": _("layer"), "gives": _("gives"), "weights": _("weights")},
        )
    st.caption(_("The address of this page holds the recipe with all that you changed: send it to others as a lesson."))


def show_models(known: list[Job]) -> None:
    """All that has been trained, and the runs that came to nothing."""
    st.header(_("What has been trained"), anchor=False)
    names = models.names_of_page()
    cards = models.readable_cards(names)
    models.show_table(cards)
    models.show_damaged_models(names, cards)
    models.show_actions(cards)
    if len(cards) > 1:
        models.show_comparison(cards)
    watched = runs.run_id()
    show_lost([job for job in known if job.state in ("failed", "cancelled") and job.id != watched])
    show_removed(TRAIN, _("Removed runs"))
    show_damaged()


runs.TRAIN_ADDRESS.follow()
st.title(_("Teach a network"), anchor=False)

with explained():
    runs.plan()
with explained():
    known = [job for job in jobs.all_jobs() if job.kind == TRAIN]
    wanted = runs.run_id()
    watched = next((job for job in known if job.id == wanted), None)
    # Each says for itself what does not work, and hides none of the others: on a full disk one comes here to delete.
    with explained():
        show_run(watched) if watched else show_choice()
    if not (watched and watched.is_active):
        show_models(known)
keep_drawing()  # a run reads it, also after this page was loaded anew
