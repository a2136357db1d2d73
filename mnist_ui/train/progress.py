"""How far a run is: its curves, and what it reads. Shown while it goes on and afterwards."""

import streamlit as st

from mnist_core.datasets.registry import watched_tests
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.reader.answer import bars
from mnist_core.training.progress import Progress
from mnist_core.training.run_settings import RunSettings
from mnist_core.types import UInt8Array
from mnist_ui import resources
from mnist_ui.figures.digits import digit_grid, reading_grid
from mnist_ui.figures.live_curves import HEIGHT, live_curve, live_points
from mnist_ui.scores import listed
from mnist_ui.state import people


def show_progress(job: Job, progress: Progress) -> None:
    """Curves, test digits, and the visitor's drawing."""
    _show_curves(job, progress)
    _show_readings(job, progress)


def show_notices(progress: Progress) -> None:
    """What the run's owner should know."""
    for notice in progress.notices:
        if notice["kind"] == "died":
            sentence = _("The worker ended without a word; the run goes on from its last epoch.")
            st.warning(sentence, icon=":material/restart_alt:")
        else:
            wanted, used = (in_markdown(listed(notice[name])) for name in ("wanted", "used"))
            sentence = _("{wanted} could not be had, so it learns from {used}.").format(wanted=wanted, used=used)
            st.info(sentence, icon=":material/database:")


def _show_curves(job: Job, progress: Progress) -> None:
    """Loss and accuracy, by the step and by the epoch."""
    epochs = RunSettings.from_json(job.settings).config.epochs if job.is_active else len(progress.epochs)
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        points = live_points(progress.steps, progress.epochs, measure)
        column.vega_lite_chart(points, live_curve(measure, epochs), height=HEIGHT, key=f"{job.id}-{measure}")


def _show_readings(job: Job, progress: Progress) -> None:
    """How the network now reads test digits, and the visitor's drawing."""
    settings = RunSettings.from_json(job.settings)
    images, labels = resources.watched(progress.watched.get("dataset", watched_tests(settings.config.data)))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(_("**Twenty test digits, and what it reads**"))
        read = progress.read if len(progress.read) == len(labels) else []
        st.html(reading_grid(images, labels.tolist(), read))
        st.caption(_("Below each digit stands what the network takes it for; the frame is green where that is right."))
    with right:
        # A drawing is its owner's alone, though everybody may watch the run.
        if people.is_mine(job.owner):
            _show_drawing(settings.drawing, progress, job)


def _show_drawing(drawing: UInt8Array | None, progress: Progress, job: Job) -> None:
    """How the visitor's drawing is read, after each epoch."""
    if drawing is None:
        st.caption(_("Draw a digit on the Draw page before you start a run: it is then read after every epoch."))
        return
    st.markdown(_("**Your drawing, and how it is read**"))
    read = [epoch["drawing"] for epoch in progress.epochs if epoch.get("drawing")]
    shown = progress.latest.get("drawing") if job.is_active else None
    if not job.is_active and len(read) > 1:
        epoch = st.slider(_("After epoch"), 1, len(read), len(read), key=f"replay-{job.id}")
        shown = read[epoch - 1]
    shares = shown or (read[-1] if read else [0.0] * 10)
    answer = str(max(range(10), key=shares.__getitem__)) if any(shares) else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(digit_grid(drawing[None], _("Your drawing as the network sees it")), width=96)
        st.html(bars(shares, answer), width="stretch")
