"""The bar on other pages while a lesson is taken: what is to be done, whether it is, and the way back."""

import streamlit as st

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.lessons.library import lesson
from mnist_core.lessons.plan import LessonPlan, LessonStep
from mnist_ui.browser import StoredItem
from mnist_ui.lessons.address import PAGE, PATH, step_in_address
from mnist_ui.messages import explained
from mnist_ui.state import reader
from mnist_ui.state.lessons import MOST_DONE, lesson_progress

BAR = "bar"
LOOKED = "_lesson-looked"
_LESSONS = StoredItem("lessons", most=MOST_DONE)


def keep_progress() -> None:
    """Have the browser keep how far the visitor is, and say what it has kept."""
    progress = lesson_progress()
    _LESSONS.keep(progress.kept(), edition=progress.edition, is_sought=not progress.is_met, on_found=progress.take)


def show_bar(here: str) -> None:
    """Show the bar on every page but that of lessons.

    Parameters
    ----------
    here
        Path of the page that is shown.
    """
    progress = lesson_progress()
    if here == PATH or not progress.lesson:
        return
    try:
        plan = lesson(progress.lesson)
    except ConfigError:  # the browser kept one that this version does not have
        progress.leave()
        return
    with st.container(border=True, key="lesson-bar"):
        _show(plan, plan.steps[plan.place(progress.step)])


@st.fragment
def _show(plan: LessonPlan, step: LessonStep) -> None:
    """One step; only this runs again when it is checked."""
    place = plan.place(step.name)
    at = _("Step {number} of {count}").format(number=place + 1, count=len(plan.steps))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plan.title}** · {at}", width="stretch")
        if step.task:
            check_button(plan, step, BAR)
        back = {**reader.model_in_address(), **step_in_address(plan.name, step.name)}
        if st.button(_("Back to the lesson"), key="lesson-back", icon=":material/arrow_back:"):
            st.switch_page(PAGE, query_params=back)
        if st.button(_("Leave"), key="lesson-leave", type="tertiary", icon=":material/close:"):
            lesson_progress().leave()
            st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(step.todo or step.title, width="stretch")
        if step.task:
            show_outcome(plan, step)


def check_button(plan: LessonPlan, step: LessonStep, place: str) -> None:
    """A button that has a task checked."""
    st.button(
        _("Check it"),
        key=f"check-{place}-{plan.name}-{step.name}",
        icon=":material/task_alt:",
        type="primary" if place == BAR and not lesson_progress().has_done(plan.name, step.name) else "secondary",
        on_click=_look,
        args=(plan.name, step.name),
    )


def show_outcome(plan: LessonPlan, step: LessonStep) -> None:
    """What has become of a task, once it was asked for or is done, in a line."""
    progress = lesson_progress()
    words = ""
    with explained():
        if st.session_state.get(LOOKED) == (plan.name, step.name):
            words = _looked(plan, step)
    if progress.has_done(plan.name, step.name):
        words = f":green[:material/check_circle:] **{_('Done.')}** {words}"
    st.markdown(words or "\N{NO-BREAK SPACE}", width="content")


def _looked(plan: LessonPlan, step: LessonStep) -> str:
    """What a look at a task has found."""
    from mnist_ui.lessons.tasks import outcome  # what tasks look at takes a moment to load, and few visitors need it

    assert step.task is not None
    found = outcome(step.task)
    if found.is_done and not lesson_progress().has_done(plan.name, step.name):
        lesson_progress().do(plan.name, step.name)
        st.rerun()  # the browser keeps it
    return found.words


def _look(lesson: str, step: str) -> None:
    """Have a task looked at from now on."""
    st.session_state[LOOKED] = lesson, step
