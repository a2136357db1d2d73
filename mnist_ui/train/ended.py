"""A run that has ended: the model that came of it, or why none did."""

from collections.abc import Callable, Sequence

import streamlit as st

from mnist_core import jobs
from mnist_core.discretion import without_places
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.jobs.job import DAMAGED
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.model.bundle import SHIPPED
from mnist_core.model.card import ModelCard
from mnist_core.model.markdown import ENDINGS
from mnist_ui import resources
from mnist_ui.choices import page_of
from mnist_ui.durations import duration
from mnist_ui.messages import explained, repeated, told
from mnist_ui.ownership import note_another, offer_return
from mnist_ui.scores import show_scores
from mnist_ui.state import people, runs
from mnist_ui.state.starts import begun
from mnist_ui.train.models import use_button
from mnist_ui.train.progress import show_notices, show_progress

# So many runs of a list are on a page.
IN_PAGE = 5


def show_ended(job: Job) -> None:
    """A run that has ended."""
    if job.state == "done":
        _show_done(job)
    else:
        show_unfinished(job)


def _show_done(job: Job) -> None:
    """A run that has given a model."""
    result = {key: value for key, value in (job.result or {}).items() if isinstance(value, str)}
    name = result.get("model", job.title)
    st.header(_("{model} has learned to read").format(model=in_markdown(name)), anchor=False)
    note_another(job.owner)
    with explained():
        _recognizer, card = resources.model(name)
        st.write(f"{_(ENDINGS.get(result.get('ending', ''), ''))} {_in_words(card)}")
        _recognizer, shipped = resources.model(SHIPPED)
        show_scores(card, shipped)
        use_button(name, "run", "primary")
    with explained():
        progress = runs.progress(job)
        show_notices(progress)
        show_progress(job, progress)


def _in_words(card: ModelCard) -> str:
    """How long a model has learned, and how large it is."""
    return ngettext(
        "{epochs} epoch took {time}. It has {weights} weights.",
        "{epochs} epochs took {time}. It has {weights} weights.",
        card.epochs,
    ).format(epochs=card.epochs, time=duration(card.seconds), weights=number(card.parameters))


def show_unfinished(job: Job) -> None:
    """A run that failed or was cancelled, and what can be done with it."""
    if job.state == "failed":
        sentence = _("**{run} did not finish.**").format(run=in_markdown(job.title))
        st.error(f"{sentence} {told(job.error or '')}", icon=":material/error:")
    else:
        st.info(
            _("{run} was cancelled; nothing was kept.").format(run=in_markdown(job.title)), icon=":material/cancel:"
        )
    if people.may_change(job.owner):
        with st.container(horizontal=True):
            if (
                job.state == "failed"
                and job.kind != DAMAGED
                and st.button(_("Go on from its last epoch"), key=f"resume-{job.id}")
            ):
                go_on(job, runs.watch_run)
            if st.button(_("Remove from the list"), key=f"remove-{job.id}"):
                remove(job, runs.watch_run)
    show_log(job)


def show_lost(lost: Sequence[Job]) -> None:
    """The runs that failed or were cancelled, where there are any."""
    if lost:
        title = _("Runs that gave no model ({count})").format(count=len(lost))
        with st.expander(title, icon=":material/history:"):
            for job in page_of(lost, IN_PAGE, "lost-page"):
                show_unfinished(job)


def show_removed(kind: str, title: str) -> None:
    """The visitor's own runs of a kind that were removed, and the way back."""
    gone = {job.id: (job.title, job.owner) for job in jobs.removed() if job.kind == kind}
    offer_return(kind, gone, jobs.restore, title=title)


def show_damaged() -> None:
    """Jobs of which nobody can tell what they were to do: they can only be removed."""
    damaged = [job for job in jobs.all_jobs() if job.kind == DAMAGED and people.may_change(job.owner)]
    if damaged:
        with st.expander(_("Damaged jobs ({count})").format(count=len(damaged)), icon=":material/broken_image:"):
            for job in page_of(damaged, IN_PAGE, "damaged-page"):
                show_unfinished(job)


def show_log(job: Job) -> None:
    """The last lines that a job wrote, for whoever may change it and wants to know why it failed."""
    log = job.log_tail()
    if log and people.may_change(job.owner):
        with st.popover(_("The last lines of its log"), icon=":material/article:"):
            st.code(without_places(log), language=None, wrap_lines=True)


def go_on(job: Job, watch: Callable[[str | None], None]) -> None:
    """Have a job go on where it was, watch it and show the page anew."""
    with repeated():
        begun(lambda by: jobs.resume(job.id, by))
        watch(job.id)
        st.rerun()


def remove(job: Job, watch: Callable[[str | None], None]) -> None:
    """Take a job from the list, watch none from now on and show the page anew."""
    with repeated():
        jobs.remove(job.id, people.actor())
        watch(None)
        st.rerun()
