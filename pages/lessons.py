"""Lessons: all of them, or one of them step by step, for its teacher, or as slides."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.lessons.library import lesson
from mnist_core.lessons.plan import LessonPlan
from mnist_ui.address import Parameter
from mnist_ui.lessons.address import LESSON, LESSONS_ADDRESS, SHOW, SLIDES, TEACHER
from mnist_ui.lessons.page import show_all, show_slides, show_step
from mnist_ui.lessons.teacher import show_teacher
from mnist_ui.messages import explained

# What a visitor chooses between; the address has it in English.
LESSON_ITSELF = "lesson"
SHOWN = Parameter.one_of(SHOW, (LESSON_ITSELF, TEACHER, SLIDES), LESSON_ITSELF)


def show_one(plan: LessonPlan) -> None:
    """One lesson, for who takes it or for who gives it."""
    if LESSONS_ADDRESS.value(SHOWN) == SLIDES:
        show_slides(plan)
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(
            _("All lessons"),
            key="lessons-all",
            type="tertiary",
            icon=":material/arrow_back:",
            on_click=LESSONS_ADDRESS.set,
            args=({LESSON: None, SHOW: None, "step": None},),
        )
        words = {LESSON_ITSELF: _("The lesson"), TEACHER: _("For the teacher")}
        st.segmented_control(
            _("What to look at"),
            list(words),
            required=True,
            format_func=words.__getitem__,
            label_visibility="collapsed",
            **LESSONS_ADDRESS.bound(SHOWN),
        )
    st.title(plan.title, anchor=False)
    if LESSONS_ADDRESS.value(SHOWN) == TEACHER:
        show_teacher(plan)
    else:
        show_step(plan)


LESSONS_ADDRESS.follow()
with explained():
    name = LESSONS_ADDRESS.parameters.get(LESSON)
    show_one(lesson(name)) if name else show_all()
