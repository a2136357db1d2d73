"""What a teacher needs: goals, where they fit, minutes, what to say, answers, worksheets and slides."""

from collections.abc import Iterable

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.lessons.frameworks import AI4K12, COMPETENCES, DIGCOMP, IDEAS
from mnist_core.lessons.plan import LessonPlan, LessonStep
from mnist_core.lessons.sheets import PAPERS, notes, worksheet
from mnist_ui.lessons.address import LESSON, LESSONS_ADDRESS, SHOW, SLIDES, STEP


def show_teacher(plan: LessonPlan) -> None:
    """All about a lesson for who gives it."""
    st.write(plan.about)
    _offer_files(plan)
    goals, fits = st.columns(2, gap="large")
    with goals:
        st.header(_("What they can do afterwards"), anchor=False)
        st.markdown(_list(plan.goals))
        st.header(_("Before the lesson"), anchor=False)
        st.markdown(_list(plan.prepare))
    with fits:
        st.header(_("What usually goes wrong"), anchor=False)
        st.markdown(_list(plan.mistakes))
        st.header(_("Where it fits"), anchor=False)
        st.markdown(_("**Five big ideas in AI** (AI4K12)"))
        st.markdown(_list(f"{number}. {_(IDEAS[number])}".replace(". ", "\\. ", 1) for number in plan.ideas))
        st.markdown(_("**DigComp 2.2** (European Union)"))
        st.markdown(_list(f"{number} {_(COMPETENCES[number])}" for number in plan.competences))
        st.caption(f"{AI4K12}. {DIGCOMP}.")
    title = _("Running order: {minutes} minutes").format(minutes=plan.minutes)
    st.header(title, anchor=False)
    for place, step in enumerate(plan.steps, 1):
        _show_order(place, step)


def _show_order(place: int, step: LessonStep) -> None:
    """A step as a teacher gives it."""
    minutes = _("{minutes} min").format(minutes=step.minutes)
    with st.container(border=True):
        st.markdown(f"**{place}. {step.title}** · {minutes}")
        st.markdown(step.todo or step.text)
        if step.say:
            st.markdown(_("**Say:** {words}").format(words=step.say))
        if step.options:
            st.markdown(_("**Right:** {words}").format(words=f"{step.options[step.right]} {step.because}"))
        if step.answer:
            st.markdown(_("**What comes out:** {words}").format(words=step.answer))


def _offer_files(plan: LessonPlan) -> None:
    """Slides, worksheets and notes."""
    with st.container(horizontal=True):
        slides = {LESSON: plan.name, STEP: plan.steps[0].name, SHOW: SLIDES}
        st.button(
            _("Show as slides"),
            key="slides",
            type="primary",
            icon=":material/slideshow:",
            on_click=LESSONS_ADDRESS.set,
            args=(slides,),
        )
        for paper in PAPERS:
            for name, label, made in (
                ("worksheet", _("Worksheet ({paper})"), worksheet),
                ("notes", _("Notes ({paper})"), notes),
            ):
                st.download_button(
                    label.format(paper=paper),
                    made(plan, paper),
                    f"{plan.name}-{name}-{paper.lower()}.html",
                    "text/html",
                    on_click="ignore",
                    icon=":material/print:",
                    key=f"{name}-{paper}",
                )
    st.caption(_("Open a file in a browser and print it. It needs no internet, and is as good in black and white."))


def _list(texts: Iterable[str]) -> str:
    """Texts as a list."""
    return "\n".join(f"- {text}" for text in texts)
