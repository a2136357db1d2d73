"""A run that has ended: the model that came of it, or why none did."""

from collections.abc import Callable

import streamlit as st

from mnist_core import jobs
from mnist_core.errors import MnistError
from mnist_core.jobs import Job
from mnist_core.model.bundle import SHIPPED
from mnist_core.model.markdown import ENDINGS
from mnist_ui import resources, state
from mnist_ui.messages import explained
from mnist_ui.models import use_button
from mnist_ui.progress import show_notices, show_progress
from mnist_ui.recipes import duration
from mnist_ui.scores import show_scores


def show_ended(job: Job) -> None:
    """A run that has ended."""
    if job.state == "done":
        _show_done(job)
    else:
        show_unfinished(job)


def _show_done(job: Job) -> None:
    """A run that has given a model."""
    result = job.result or {}
    name = result.get("model", job.title)
    st.subheader(f"{name} has learned to read", anchor=False)
    with explained():
        _, card = resources.model(name)
        st.write(
            f"{ENDINGS.get(result.get('ending', ''), '')} {card.epochs} epochs took {duration(card.seconds)}. "
            f"It has {card.parameters:,} weights."
        )
        _, shipped = resources.model(SHIPPED)
        show_scores(card, shipped)
        use_button(name, "run", "primary")
    progress = state.progress(job)
    show_notices(progress)
    show_progress(job, progress)


def show_unfinished(job: Job) -> None:
    """A run that failed or was cancelled, and what can be done with it."""
    if job.state == "failed":
        st.error(f"**{job.title} did not finish.** {job.error}", icon=":material/error:")
    else:
        st.info(f"{job.title} was cancelled; nothing was kept.", icon=":material/cancel:")
    with st.container(horizontal=True):
        if job.state == "failed" and st.button("Go on from its last epoch", key=f"resume-{job.id}"):
            _done(jobs.resume, job, watch=True)
        if st.button("Remove from the list", key=f"remove-{job.id}"):
            _done(jobs.remove, job, watch=False)
    if log := job.log_tail():
        with st.popover("The last lines of its log", icon=":material/article:"):
            st.code(log, language=None, wrap_lines=True)


def _done(action: Callable[[str], object], job: Job, *, watch: bool) -> None:
    """Do something with a job and show the page anew."""
    try:
        action(job.id)
    except MnistError as error:
        st.error(str(error))
        return
    state.watch_run(job.id if watch else None)
    st.rerun()
