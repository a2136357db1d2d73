"""How far a job is that finds something out for a page, and what to do if it came to nothing."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from mnist_core import jobs
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job, SoFar
from mnist_core.jobs.finding import Finding
from mnist_core.jobs.kinds import is_for_all
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_ui import extras
from mnist_ui.messages import explained, told
from mnist_ui.state import people
from mnist_ui.state.starts import asked, begun

T = TypeVar("T")

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

    What keeps it from being started is said in its place, and the page goes on.

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
    with explained():
        job = look()
        is_active = job is not None and job.is_active
        st.fragment(_show, run_every=LOOK_EVERY_S if is_active else None)(
            look, saying, is_active, can_stop, on_nothing or partial(_offer_again, saying=saying)
        )


def found(
    finding: Finding[..., T],
    *of: Any,
    saying: str,
    offer: Callable[[], bool] | None = None,
    can_stop: bool = False,
) -> T | None:
    """What is found out once for all visitors; while that is not known, how far it is, or why it came to nothing.

    Parameters
    ----------
    of
        What the question is about.
    saying
        What is done to find it out, as a sentence for a visitor.
    offer
        Says what is to be had and asks with a button whether to begin; without it, the work begins by itself.
    can_stop
        As of `wait_for`.

    Returns
    -------
    None while it is not known.

    Raises
    ------
    MnistError
        If the question cannot be asked; that no job can be started is said.
    """
    known = finding.known(*of)
    if known is not None:
        return known
    if finding.needed and not extras.has(finding.needed):
        return None
    job = finding.job(*of) if offer else None
    if offer and (job is None or job.state == "done"):  # done, and what it wrote is gone
        if offer():
            with explained():
                begun(lambda by: finding.start(by, *of))
                st.rerun()
        return None

    def look() -> Job | None:
        if offer:
            return finding.job(*of) if finding.known(*of) is None else None
        if finding.known(*of) is not None:
            return None
        job = finding.job(*of)
        if job and job.state != "done":
            return job
        answer = asked(lambda by: finding.ask(by, *of))
        return answer if isinstance(answer, Job) else None

    wait_for(look, saying, can_stop=can_stop)
    return None


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
            if (
                can_stop
                and people.may_change(job.owner)
                and st.button(_("Stop"), icon=":material/stop:", key=f"stop-{job.id}")
            ):
                jobs.cancel(job.id, people.actor())
                st.rerun()
        else:
            on_nothing(job)


def _show_bar(job: Job) -> None:
    """How much of the work is done."""
    far = job.so_far()
    if far:
        st.progress(far.share, in_markdown(in_words(far)))
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
    >>> in_words(SoFar(3, 5, "Part {part} of {parts}", {"part": 3, "parts": 5}, 100))
    'Part 3 of 5 · about 2 min left'
    """
    so_far = far.words if far.stage else _("{done} of {total}").format(done=number(far.done), total=number(far.total))
    if far.left_s is None or far.left_s < 1:
        return so_far
    if far.left_s >= 1.5 * MINUTE_S:
        left = _("about {minutes} min left").format(minutes=number(far.left_s / MINUTE_S))
    else:
        left = _("about {seconds} s left").format(seconds=number(far.left_s))
    return f"{so_far} · {left}"


def _offer_again(job: Job, saying: str) -> None:
    """Why there is nothing, and a button for another try."""
    did_not_work = _("This did not work. {reason}").format(reason=told(job.error or ""))
    why = _("This was stopped.") if job.state == "cancelled" else did_not_work
    st.warning(f"{saying} {why}", icon=":material/error:")
    can_try = is_for_all(job.kind) or people.may_change(job.owner)
    if can_try and st.button(_("Try again"), icon=":material/refresh:", key=f"again-{job.id}"):
        begun(lambda by: jobs.resume(job.id, by))
        st.rerun()
