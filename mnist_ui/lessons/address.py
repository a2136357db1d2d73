"""The address of a lesson: `?lesson=handwriting&step=draw`, and `&show=teacher` or `&show=slides`."""

import streamlit as st

from mnist_ui.address import Address

LESSON, STEP, SHOW = "lesson", "step", "show"
TEACHER, SLIDES = "teacher", "slides"
PATH, PAGE = "lessons", "pages/lessons.py"

LESSONS_ADDRESS = Address("lessons", (LESSON, STEP, SHOW))


def are_slides() -> bool:
    """Whether the address asks for slides, beside which there is nothing else on the screen."""
    return st.query_params.get(SHOW) == SLIDES and LESSON in st.query_params


def step_in_address(lesson: str, step: str) -> dict[str, str]:
    """A step as the address says it."""
    return {LESSON: lesson, STEP: step}
