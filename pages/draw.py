"""Draw a digit or a number, have it read, and see why."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_ui.correction.asking import ask
from mnist_ui.draw.examples import load_examples
from mnist_ui.draw.reasons import show_reasons
from mnist_ui.draw.seen import Seen
from mnist_ui.draw.sources import PAD, SOURCES, choose_source, offer_comparison
from mnist_ui.draw.steps import show_steps
from mnist_ui.draw.which_model import show_reader
from mnist_ui.messages import explained
from mnist_ui.state import paper
from mnist_ui.state.sketch import as_strokes

st.title(_("Draw a digit"), anchor=False)


@st.fragment
def drawing_and_reading() -> None:
    """Everything that follows the pen; only this runs again after a stroke."""
    source = choose_source()
    seen = Seen()
    with explained():
        seen = SOURCES[source]()
    show_reader(is_beside=source == PAD)
    place = st.container()
    if source == PAD:
        show_examples()
        label = _("Look inside the network that reads it")
        st.page_link("pages/how.py", label=label, icon=":material/school:")
    with explained():
        which = digit_to_look_at(seen)
        digit = seen.digit(which)
        show_steps(digit, seen, which)
        offer_comparison()
        with place:
            ask(digit, seen.drawing, seen.page.digits)
        if digit:  # last, as it may have to wait for its turn
            show_reasons(digit, is_whole=digit is seen.drawing)


def show_examples() -> None:
    """Drawings to try: the pad draws them like a hand."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="examples"):
        st.markdown(_("Or watch one:"))
        for example in load_examples():
            st.button(
                _(example.name),
                on_click=paper.sketch().replay,
                args=(as_strokes(example.drawing),),
                key=f"example-{example.name}",
            )


def digit_to_look_at(seen: Seen) -> int:
    """Which digit is looked at closely: of a number the one that the visitor chooses."""
    digits = seen.page.digits
    if seen.which is not None or len(digits) < 2:
        return seen.which or 0
    chosen: int = st.segmented_control(
        _("Which digit to look at closely"),
        range(len(digits)),
        default=0,
        required=True,
        format_func=lambda place: f"{place + 1}. {digits[place].digit}",
        key=f"{paper.WHICH}-{len(digits)}",
    )
    return chosen


drawing_and_reading()
