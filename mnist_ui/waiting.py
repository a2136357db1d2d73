"""How far a job is that finds something out for a page, and what to do if it came to nothing."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mnist_core import jobs
from mnist_core.jobs import Job, SoFar
from mnist_core.types import Dataset
from mnist_ui import resources
from mnist_ui.messages import explained

LOOK_EVERY_S = 1.0
MINUTE_S = 60


def wait_for(
    look: Callable[[], Job | None],
    saying: str,
    *,
    can_stop: bool = True,
    on_nothing: Callable[[Job], None] | None = None,
) -> None:
    """Show how far a job is until it has ended, and run the page again then; if it came to nothing, say why.

    Parameters
    ----------
    look
        Gives the job as it is now; None once what it finds out is known.
    saying
        What it does, as a sentence for a visitor.
    can_stop
        Whether a visitor may end it, if it is only this visitor's.
    on_nothing
        Says of a job that it came to nothing, and what can be done; by default the reason and a button to try again.
    """
    job = look()
    is_active = job is not None and job.is_active
    st.fragment(_show, run_every=LOOK_EVERY_S if is_active else None)(
        look, saying, is_active, can_stop, on_nothing or partial(_offer_again, saying=saying)
    )


def wait_for_reading(name: str, saying: str, images: Dataset | None = None) -> None:
    """Show how far a model is with reading every image of a dataset, for all visitors.

    Parameters
    ----------
    images
        By default those that a drawing is compared with.
    """

    def look() -> Job | None:
        found = resources.readings(name, images)
        return found if isinstance(found, Job) else None

    wait_for(look, saying, can_stop=False)


def _show(
    look: Callable[[], Job | None], saying: str, was_active: bool, can_stop: bool, on_nothing: Callable[[Job], None]
) -> None:
    """One look at how far it is."""
    with explained():
        job = look()
        if job is None or (was_active and not job.is_active):
            st.rerun()
        elif job.is_active:
            st.write(saying)
            _show_bar(job)
            if can_stop and st.button("Stop", icon=":material/stop:", key=f"stop-{job.id}"):
                jobs.cancel(job.id)
                st.rerun()
        else:
            on_nothing(job)


def _show_bar(job: Job) -> None:
    """How much of the work is done."""
    far = job.so_far()
    if far:
        st.progress(far.share, in_words(far))
    else:
        before = jobs.waiting_before(job) if job.state == "queued" else 0
        st.progress(0.0, f"It waits until {before} before it are done." if before else "It is about to start.")


def in_words(far: SoFar) -> str:
    """How far it is, as a visitor reads it.

    Examples
    --------
    >>> in_words(SoFar(2048, 70000))
    '2,048 of 70,000'
    >>> in_words(SoFar(3, 5, "Fold 3 of 5", 100))
    'Fold 3 of 5 · about 2 min left'
    """
    parts = [far.stage or f"{far.done:,.0f} of {far.total:,.0f}"]
    if far.left_s is not None and far.left_s >= 1:
        minutes = far.left_s >= 1.5 * MINUTE_S
        parts.append(f"about {far.left_s / MINUTE_S:.0f} min left" if minutes else f"about {far.left_s:.0f} s left")
    return " · ".join(parts)


def _offer_again(job: Job, saying: str) -> None:
    """Why there is nothing, and a button for another try."""
    why = "This was stopped." if job.state == "cancelled" else f"This did not work. {job.error or ''}"
    st.warning(f"{saying} {why}", icon=":material/error:")
    if st.button("Try again", icon=":material/refresh:", key=f"again-{job.id}"):
        jobs.resume(job.id)
        st.rerun()
