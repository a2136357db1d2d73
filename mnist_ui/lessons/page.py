"""The parts of the page of lessons: all of them, one step of one, and slides of it."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import ngettext
from mnist_core.lessons.library import lesson, lesson_names
from mnist_core.lessons.plan import LessonPlan, LessonStep
from mnist_ui.address import Parameter
from mnist_ui.lessons.address import LESSON, LESSONS_ADDRESS, SHOW, SLIDES, STEP, TEACHER
from mnist_ui.lessons.bar import check_button, show_outcome
from mnist_ui.lessons.places import place_link
from mnist_ui.state.lessons import lesson_progress
from mnist_ui.state.letters import letter


def show_all() -> None:
    """All lessons, by the age that they are for."""
    st.title(_("Lessons"), anchor=False)
    st.write(
        _(
            "Each lesson follows one question. A step says what to do, and most steps notice when it is done. How far "
            "you are is kept in this browser alone."
        )
    )
    plans = [lesson(name) for name in lesson_names()]
    for age in sorted({plan.age for plan in plans}):
        st.header(_("From {age} years").format(age=age), anchor=False)
        for place, plan in enumerate(each for each in plans if each.age == age):
            if place % 2 == 0:
                columns = st.columns(2, gap="medium")
            with columns[place % 2], st.container(border=True, height="stretch"):
                _show_card(plan)


def _show_card(plan: LessonPlan) -> None:
    """One of the lessons, and the way in."""
    progress = lesson_progress()
    done = sum(progress.has_done(plan.name, step.name) for step in plan.steps)
    st.markdown(f"### {plan.title}")
    st.write(plan.about)
    facts = [_("{minutes} minutes").format(minutes=plan.minutes)]
    facts.append(ngettext("{count} step", "{count} steps", len(plan.steps)).format(count=len(plan.steps)))
    if done:
        facts.append(_("{count} done").format(count=done))
    st.caption(" · ".join(facts))
    with st.container(horizontal=True):
        step = next((each.name for each in plan.steps if not progress.has_done(plan.name, each.name)), "")
        _button(_("Go on") if done else _("Begin"), f"open-{plan.name}", {LESSON: plan.name, STEP: step}, "primary")
        _button(_("For the teacher"), f"teach-{plan.name}", {LESSON: plan.name, SHOW: TEACHER}, "tertiary")


def show_step(plan: LessonPlan) -> None:
    """One step: its text, what is to be done, whether it is, and the way on."""
    progress = lesson_progress()
    names = [step.name for step in plan.steps]
    parameter = Parameter.one_of(STEP, names, names[0], is_default_said=True)
    st.segmented_control(
        _("Steps"),
        names,
        required=True,
        wrap=True,
        format_func=lambda name: f"{names.index(name) + 1}{' ✓' if progress.has_done(plan.name, name) else ''}",
        label_visibility="collapsed",
        **LESSONS_ADDRESS.bound(parameter),
    )
    step = plan.steps[plan.place(LESSONS_ADDRESS.value(parameter))]
    progress.go(plan.name, step.name)
    with st.container(border=True, key="lesson-step"):
        st.header(step.title, anchor=False)
        st.markdown(step.text)
        _show_doing(plan, step)
    _show_ways(plan, step)


def _show_doing(plan: LessonPlan, step: LessonStep) -> None:
    """What is to be done in a step, where, and what has become of it."""
    if step.todo:
        st.info(step.todo, icon=":material/flag:")
    if step.options:
        _ask(plan, step)
    with st.container(horizontal=True, vertical_alignment="center"):
        place_link(step, is_next=not lesson_progress().has_done(plan.name, step.name))
        if step.task:
            check_button(plan, step, "page")
    if step.task:
        show_outcome(plan, step)


def _ask(plan: LessonPlan, step: LessonStep) -> None:
    """A question, and whether the answer is right."""
    progress = lesson_progress()
    key = f"lesson-answer-{plan.name}-{step.name}"
    known = step.right if progress.has_done(plan.name, step.name) else None
    places = range(len(step.options))
    chosen = st.radio(_("Your answer"), places, index=known, format_func=lambda place: step.options[place], key=key)
    if chosen is None:
        return
    if chosen != step.right:
        st.warning(_("Not quite. Think again and choose another one."), icon=":material/refresh:")
        return
    if not progress.has_done(plan.name, step.name):
        progress.do(plan.name, step.name)
        st.rerun()  # the row of steps shows it
    st.success(f"{_('Right.')} {step.because}", icon=":material/check_circle:")


def _show_ways(plan: LessonPlan, step: LessonStep) -> None:
    """Back and on; at the end what was done, and all lessons."""
    place = plan.place(step.name)
    is_last = place + 1 == len(plan.steps)
    if is_last:
        progress = lesson_progress()
        checked = [each for each in plan.steps if each.is_checked]
        done = sum(progress.has_done(plan.name, each.name) for each in checked)
        st.markdown(
            _("You have done **{done} of {count}** tasks of this lesson.").format(done=done, count=len(checked))
        )
    with st.container(horizontal=True):
        if place:
            before = {LESSON: plan.name, STEP: plan.steps[place - 1].name}
            _button(_("Back"), "step-back", before, icon=":material/arrow_back:")
        if is_last:
            if st.button(_("End the lesson"), key="step-end", type="primary"):
                _pass(plan, step, {LESSON: None, STEP: None})
                lesson_progress().leave()
                st.rerun()
        else:
            st.button(
                _("Next step"),
                key="step-next",
                type="primary" if _is_behind(plan, step) else "secondary",
                icon=":material/arrow_forward:",
                on_click=_pass,
                args=(plan, step, {STEP: plan.steps[place + 1].name}),
            )


def _is_behind(plan: LessonPlan, step: LessonStep) -> bool:
    """Whether there is nothing more to do in a step."""
    return lesson_progress().has_done(plan.name, step.name) or not (step.is_checked or step.page)


def _pass(plan: LessonPlan, step: LessonStep, changes: dict[str, str | None]) -> None:
    """Go on from a step; one in which nothing is checked is done thereby."""
    if not step.is_checked:
        lesson_progress().do(plan.name, step.name)
    LESSONS_ADDRESS.set(changes)


def show_slides(plan: LessonPlan) -> None:
    """A step for a projector, large, with nothing else on the screen; arrow keys turn the slides."""
    place = plan.place(LESSONS_ADDRESS.parameters.get(STEP, ""))
    step, last = plan.steps[place], len(plan.steps) - 1
    with st.container(key="slide"):
        st.caption(f"{plan.title} · {place + 1}/{len(plan.steps)}")
        st.title(step.title, anchor=False)
        st.markdown(step.text)
        if step.todo:
            st.markdown(f"**{step.todo}**")
        if step.options:
            st.markdown("\n".join(f"{number}. {option}" for number, option in enumerate(step.options, 1)))
            if st.toggle(_("Show the answer"), key=f"reveal-{plan.name}-{step.name}"):
                st.success(
                    f"{step.right + 1}. {step.options[step.right]} {step.because}", icon=":material/check_circle:"
                )
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, to, icon, key in (
            (_("Back"), place - 1, ":material/arrow_back:", "Left"),
            (_("Next step"), place + 1, ":material/arrow_forward:", "Right"),
        ):
            where = {LESSON: plan.name, STEP: plan.steps[min(max(to, 0), last)].name, SHOW: SLIDES}
            st.button(
                label,
                key=f"slide-{key}",
                icon=icon,
                shortcut=letter(key),
                disabled=not 0 <= to <= last,
                on_click=LESSONS_ADDRESS.set,
                args=(where,),
            )
        place_link(step)
        leaving = {SHOW: TEACHER, STEP: None}
        st.button(
            _("Leave the slides"), key="slide-leave", type="tertiary", on_click=LESSONS_ADDRESS.set, args=(leaving,)
        )


def _button(label: str, key: str, parameters: dict[str, str], kind: str = "secondary", icon: str | None = None) -> None:
    """A button that leads to another address of this page."""
    changes = {LESSON: None, STEP: None, SHOW: None, **parameters}
    st.button(label, key=key, type=kind, icon=icon, on_click=LESSONS_ADDRESS.set, args=(changes,))  # type: ignore[arg-type]
