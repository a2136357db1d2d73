"""A walk in steps: which are shown, how much of each, and the digit that is followed."""

from collections.abc import Iterable

import streamlit as st

from mnist_core import Drawing, ink
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import UInt8Array
from mnist_ui.figures.feature_maps import FEW
from mnist_ui.state import paper
from mnist_ui.widgets import one_of

WHOLE = N_("All steps")

# A three, for who has not drawn yet.
EXAMPLE = [[(135, 125), (162, 98), (203, 88), (238, 104), (250, 140), (233, 172), (192, 191), (237, 203), (263, 236),
            (257, 278), (226, 307), (184, 313), (143, 295)]]  # fmt: skip


def digit_to_follow() -> UInt8Array:
    """The visitor's last drawing, or one of the app's own and a word that it is: uint8 (28, 28)."""
    image = paper.sketch().digit()
    if image is not None:
        st.write(
            _("From your pen to the answer in six steps, with the network's own numbers for **your last drawing**.")
        )
        return image
    with st.container(horizontal=True, vertical_alignment="center"):
        st.write(_("From pen to answer in six steps. You have not drawn yet: this three is **an example by the app**."))
        if st.button(_("Draw your own"), icon=":material/draw:"):
            st.switch_page("pages/draw.py")
    return ink.digit_pixels(Drawing.from_strokes(EXAMPLE))


def choose_steps(names: Iterable[str]) -> list[str]:
    """The steps to show: all of them, or one alone for a teacher at a projector."""
    order = [WHOLE, *names]
    with st.container(horizontal=True, vertical_alignment="center", key="walk"):
        step = one_of(_("Steps"), order, WHOLE, paper.STEP, format_func=_, label_visibility="collapsed")
        is_last = step == order[-1]
        st.button(_("Next step"), on_click=_next, args=(order,), disabled=is_last, icon=":material/arrow_forward:")
    return order[1:] if step == WHOLE else [step]


def chosen_number(most: int, name: str, label: str) -> int:
    """How many maps to show: a few, or all on request by a switch of this name and label."""
    if most <= FEW:
        return most
    return most if st.toggle(label, key=f"all {name}", persist_state="session") else FEW


def _next(order: list[str]) -> None:
    """Show the next step alone; after all of them together that is the first."""
    st.session_state[paper.STEP] = order[order.index(st.session_state[paper.STEP]) + 1]
