"""A training run on the page: how far it is, how to end it, and what has come of it."""

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from mnist_core import jobs
from mnist_core.errors import MnistError
from mnist_core.jobs import Job
from mnist_core.jobs.runs import MEASURE, Progress, RunSettings
from mnist_core.model.bundle import SHIPPED
from mnist_core.types import UInt8Array
from mnist_ui import resources, state
from mnist_ui.figures.answer import bars
from mnist_ui.figures.digits import digit_grid, reading_grid
from mnist_ui.figures.facts import facts
from mnist_ui.figures.live_curves import HEIGHT, live_curve, live_points
from mnist_ui.messages import explained
from mnist_ui.recipes import duration
from mnist_ui.scores import show_scores

POLL_S = 1.0

STAGES = {
    "waiting": "Starting up; this takes some seconds.",
    "preparing": "Preparing the images.",
    "training": "",
    "measuring": "Trained. Now it is measured on digits that it has never seen, and saved.",
}
ENDINGS = {
    "all epochs": "It has gone through all its epochs.",
    "no better": "It stopped early, as it had not got better on the validation images for a while.",
    "stopped": "You stopped it; the best epoch was kept.",
    "not a number": "The loss grew beyond all numbers, so training ended; the best epoch before that was kept. "
    "A smaller learning rate helps.",
}


def show_run(job: Job) -> None:
    """A run, going on or ended."""
    if job.is_active:
        st.fragment(_show_active, run_every=POLL_S)(job.id)
    elif job.state == "done":
        _show_done(job)
    else:
        show_unfinished(job)


def show_queue() -> None:
    """What goes on and what waits, where there is anything; it looks again by itself."""
    is_busy = any(job.is_active for job in jobs.all_jobs())
    st.fragment(_show_queue, run_every=POLL_S if is_busy else None)(is_busy)


def _show_queue(was_busy: bool) -> None:
    """A line for each job that goes on or waits."""
    active = [job for job in reversed(jobs.all_jobs()) if job.is_active]
    if was_busy and not active:
        st.rerun()
    for job in active:
        if job.kind == MEASURE:
            st.caption("This machine is being measured, so that each recipe can say how long it takes.")
            continue
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"**{job.title}**: {_state_in_words(job)}", width="stretch")
            if st.button("Watch", key=f"watch-{job.id}", icon=":material/visibility:"):
                state.watch_run(job.id)
                st.rerun()
            if st.button("Cancel", key=f"cancel-{job.id}", icon=":material/delete:"):
                jobs.cancel(job.id)
                st.rerun(scope="fragment")


def _show_active(job_id: str) -> None:
    """A run that waits or goes on; only this runs again while it does."""
    with explained():
        job = next((each for each in jobs.all_jobs() if each.id == job_id), None)
        if not (job and job.is_active):
            st.rerun()
        progress = state.progress(job)
        _show_head(job, progress)
        if job.state == "queued":
            return
        _show_notices(progress)
        st.html(facts(_numbers(progress, RunSettings.from_json(job.settings))))
        _show_curves(progress, job)
        _show_readings(job, progress)


def _show_head(job: Job, progress: Progress) -> None:
    """The run's name, how far it is, and how to end it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{job.title}: {_state_in_words(job)}", anchor=False, width="stretch")
        can_stop = job.state == "running" and progress.stage == "training"
        help_text = "Ends training and keeps the best epoch as a model."
        if st.button("Stop and keep", disabled=not can_stop, help=help_text, icon=":material/stop_circle:"):
            jobs.stop(job.id)
            st.rerun(scope="fragment")
        if st.button("Cancel", help="Ends training and keeps nothing.", icon=":material/delete:"):
            jobs.cancel(job.id)
            st.rerun(scope="fragment")
    epochs = RunSettings.from_json(job.settings).config.epochs
    sentence = job.error or STAGES[progress.stage]
    st.progress(
        min(progress.place / epochs, 1.0), sentence or f"Epoch {min(int(progress.place) + 1, epochs)} of {epochs}"
    )


def _state_in_words(job: Job) -> str:
    """What a run is doing."""
    if job.state == "queued":
        before = jobs.waiting_before(job)
        return f"waits for its turn, {before} more before it" if before else "waits for its turn"
    if job.state == "stopping":
        return "ends, keeping nothing" if job.wish == "cancel" else "ends, keeping its best epoch"
    return "learning"


def _numbers(progress: Progress, settings: RunSettings) -> dict[str, str]:
    """Where a run is, in numbers."""
    epochs = settings.config.epochs
    left = (epochs - progress.place) * progress.images / progress.rate if progress.rate else None
    return {
        "Epoch": f"{min(int(progress.place) + 1, epochs)} of {epochs}",
        "Step": _step(progress.latest),
        "Images used": f"{progress.images_used:,}",
        "Images a second": f"{progress.rate:,.0f}" if progress.rate else "…",
        "Time left at most": duration(left) if left is not None else "…",
    }


def _step(latest: Mapping[str, Any]) -> str:
    """Which step of the epoch was the last one."""
    if not latest:
        return "…"
    return f"{latest['step']} of {latest['steps']}" if "step" in latest else "epoch done"


def _show_curves(progress: Progress, job: Job) -> None:
    """Loss and accuracy, by the step and by the epoch."""
    epochs = RunSettings.from_json(job.settings).config.epochs if job.is_active else len(progress.epochs)
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        points = live_points(progress.steps, progress.epochs, measure)
        column.vega_lite_chart(points, live_curve(measure, epochs), height=HEIGHT, key=f"{job.id}-{measure}")


def _show_notices(progress: Progress) -> None:
    """What the run's owner should know."""
    for notice in progress.notices:
        if notice["kind"] == "died":
            st.warning(
                "The worker ended without a word; the run goes on from its last epoch.", icon=":material/restart_alt:"
            )
        else:
            wanted, used = (" and ".join(notice[name]) for name in ("wanted", "used"))
            st.info(f"{wanted} could not be had, so it learns from {used}.", icon=":material/database:")


def _show_readings(job: Job, progress: Progress) -> None:
    """How the network now reads test digits, and the visitor's drawing."""
    settings = RunSettings.from_json(job.settings)
    images, labels = resources.watched(progress.watched.get("dataset", settings.config.data[0]))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**Twenty test digits, and what it reads**")
        st.html(reading_grid(images, labels.tolist(), progress.read))
        st.caption("Below each digit stands what the network takes it for; the frame is green where that is right.")
    with right:
        _show_drawing(settings.drawing, progress, job)


def _show_drawing(drawing: UInt8Array | None, progress: Progress, job: Job) -> None:
    """How the visitor's drawing is read, after each epoch."""
    if drawing is None:
        st.caption("Draw a digit on the Draw page before you start a run: it is then read after every epoch.")
        return
    st.markdown("**Your drawing, and how it is read**")
    read = [epoch["drawing"] for epoch in progress.epochs if epoch.get("drawing")]
    shown = progress.latest.get("drawing") if job.is_active else None
    if not job.is_active and len(read) > 1:
        epoch = st.slider("After epoch", 1, len(read), len(read), key=f"replay-{job.id}")
        shown = read[epoch - 1]
    shares = shown or (read[-1] if read else [0.0] * 10)
    answer = str(max(range(10), key=shares.__getitem__)) if any(shares) else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(digit_grid(drawing[None], "Your drawing as the network sees it"), width=96)
        st.html(bars(shares, answer), width="stretch")


def _show_done(job: Job) -> None:
    """A run that has given a model."""
    result: dict[str, Any] = job.result or {}
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
    _show_notices(progress)
    _show_curves(progress, job)
    _show_readings(job, progress)


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


def use_button(name: str, place: str, kind: Literal["primary", "secondary"] = "secondary") -> None:
    """A button to draw with a model from now on; `place` tells it from others of the same model."""
    is_used = name == state.model_name()
    label = "This model reads your drawings" if is_used else "Use this model for drawing"
    if st.button(label, type=kind, disabled=is_used, key=f"use-{place}-{name}", icon=":material/draw:"):
        state.choose_model(name)
        st.switch_page("pages/draw.py")


def _done(action: Any, job: Job, *, watch: bool) -> None:
    """Do something with a job and show the page anew."""
    try:
        action(job.id)
    except MnistError as error:
        st.error(str(error))
        return
    state.watch_run(job.id if watch else None)
    st.rerun()
