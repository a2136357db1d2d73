"""A training run that goes on or waits: how far it is, and how to end it. It looks again by itself."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mnist_core import jobs
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.training.progress import Progress
from mnist_core.training.run_settings import TRAIN, RunSettings
from mnist_ui.choices import page_of
from mnist_ui.durations import duration
from mnist_ui.figures.facts import facts
from mnist_ui.messages import explained, told
from mnist_ui.ownership import note_another, own_first, show_badge
from mnist_ui.state import people, runs
from mnist_ui.train.progress import show_notices, show_progress
from mnist_ui.waiting import in_words

POLL_S = 1.0
# So many jobs are on a page: each visitor's looks anew every second.
IN_PAGE = 8

STAGES = {
    "waiting": N_("Starting up; this takes some seconds."),
    "preparing": N_("Preparing the images."),
    "training": "",
    "measuring": N_("Trained. Now it is measured on digits that it has never seen, and saved."),
}


def show_active(job: Job) -> None:
    """A run that goes on or waits; only this runs again while it does."""
    st.fragment(_show_active, run_every=POLL_S)(job.id)


def show_queue() -> None:
    """What goes on and what waits, where there is anything; it looks again by itself."""
    is_busy = any(job.is_active for job in jobs.all_jobs())
    st.fragment(_show_queue, run_every=POLL_S if is_busy else None)(is_busy)


def _show_queue(was_busy: bool) -> None:
    """A line for each job that goes on or waits; other pages show and stop what is no training."""
    active = [job for job in reversed(jobs.all_jobs()) if job.is_active]
    if was_busy and not active:
        st.rerun()
    for job in page_of(own_first(active, lambda job: job.owner), IN_PAGE, "queue-page"):
        if job.kind != TRAIN:
            far = job.so_far()
            title = in_markdown(job.title)
            st.caption(f"{title}: {in_markdown(in_words(far))}" if far else f"{title}.")
            continue
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"**{in_markdown(job.title)}**: {_state_words(job)}", width="stretch")
            show_badge(job.owner, (other.owner for other in active))
            if st.button(_("Watch"), key=f"watch-{job.id}", icon=":material/visibility:"):
                runs.watch_run(job.id)
                st.rerun()
            with explained():
                if people.may_change(job.owner) and st.button(
                    _("Cancel"), key=f"cancel-{job.id}", icon=":material/delete:"
                ):
                    jobs.cancel(job.id, people.actor())
                    st.rerun(scope="fragment")


def _show_active(job_id: str) -> None:
    """One look at a run."""
    with explained():
        job = next((each for each in jobs.all_jobs() if each.id == job_id), None)
        if not (job and job.is_active):
            st.rerun()
        progress = runs.progress(job)
        _show_head(job, progress)
        if job.state == "queued":
            return
        show_notices(progress)
        st.html(facts(_numbers(progress, RunSettings.from_json(job.settings))))
        show_progress(job, progress)


def _show_head(job: Job, progress: Progress) -> None:
    """The run's name, how far it is, and how to end it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"{in_markdown(job.title)}: {_state_words(job)}", anchor=False, width="stretch")
        if people.may_change(job.owner):
            _show_ends(job, progress)
    note_another(job.owner)
    if job.state == "queued" and not job.error:
        st.caption(_("It starts by itself; you can leave this page meanwhile."))
        return
    epochs = RunSettings.from_json(job.settings).config.epochs
    sentence = told(job.error or "") or _(STAGES[progress.stage])
    epoch = _("Epoch {epoch} of {epochs}").format(epoch=min(int(progress.place) + 1, epochs), epochs=epochs)
    st.progress(min(progress.place / epochs, 1.0), sentence or epoch)


def _show_ends(job: Job, progress: Progress) -> None:
    """Two ways to end a run."""
    can_stop = job.state == "running" and progress.stage == "training"
    help_text = _("Ends training and keeps the best epoch as a model.")
    if st.button(_("Stop and keep"), disabled=not can_stop, help=help_text, icon=":material/stop_circle:"):
        jobs.stop(job.id, people.actor())
        st.rerun(scope="fragment")
    if st.button(_("Cancel"), help=_("Ends training and keeps nothing."), icon=":material/delete:"):
        jobs.cancel(job.id, people.actor())
        st.rerun(scope="fragment")


def _state_words(job: Job) -> str:
    """What a run is doing."""
    if job.state == "queued":
        before = jobs.waiting_before(job)
        more = _("waits for its turn, {count} more before it").format(count=before)
        return more if before else _("waits for its turn")
    if job.state == "stopping":
        return _("ends, keeping nothing") if job.wish == "cancel" else _("ends, keeping its best epoch")
    return _("learning")


def _numbers(progress: Progress, settings: RunSettings) -> dict[str, str]:
    """Where a run is, in numbers."""
    epochs = settings.config.epochs
    left = (epochs - progress.place) * progress.images / progress.rate if progress.rate else None
    return {
        _("Epoch"): _("{done} of {total}").format(done=min(int(progress.place) + 1, epochs), total=epochs),
        _("Step"): _step(progress.latest),
        _("Images used"): number(progress.images_used),
        _("Images a second"): number(progress.rate) if progress.rate else "…",
        _("Time left at most"): duration(left) if left is not None else "…",
    }


def _step(latest: Mapping[str, Any]) -> str:
    """Which step of the epoch was the last one."""
    if not latest:
        return "…"
    if "step" not in latest:
        return _("epoch done")
    return _("{done} of {total}").format(done=latest["step"], total=latest["steps"])
