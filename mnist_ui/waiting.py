"""How far a job is that finds something out for a page, and what to do if it came to nothing."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mnist_core import jobs
from mnist_core.jobs import Job, SoFar, stages
from mnist_core.language import gettext as _
from mnist_core.language import number
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
            if can_stop and st.button(_("Stop"), icon=":material/stop:", key=f"stop-{job.id}"):
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
        st.progress(0.0, _waiting(before))


def _waiting(before: int) -> str:
    """What a job waits for."""
    if not before:
        return _("It is about to start.")
    return _("It waits until {count} before it are done.").format(count=before)


def in_words(far: SoFar) -> str:
    """How far it is, as a visitor reads it.

    Examples
    --------
    >>> in_words(SoFar(2048, 70000))
    '2,048 of 70,000'
    >>> in_words(SoFar(3, 5, "Fold 3 of 5", 100))
    'Fold 3 of 5 · about 2 min left'
    """
    so_far = (
        stages.in_words(far.stage)
        if far.stage
        else _("{done} of {total}").format(done=number(far.done), total=number(far.total))
    )
    if far.left_s is None or far.left_s < 1:
        return so_far
    if far.left_s >= 1.5 * MINUTE_S:
        left = _("about {minutes} min left").format(minutes=number(far.left_s / MINUTE_S))
    else:
        left = _("about {seconds} s left").format(seconds=number(far.left_s))
    return f"{so_far} · {left}"


def _offer_again(job: Job, saying: str) -> None:
    """Why there is nothing, and a button for another try."""
    did_not_work = _("This did not work. {reason}").format(reason=job.error or "")
    why = _("This was stopped.") if job.state == "cancelled" else did_not_work
    st.warning(f"{saying} {why}", icon=":material/error:")
    if st.button(_("Try again"), icon=":material/refresh:", key=f"again-{job.id}"):
        jobs.resume(job.id)
        st.rerun()
