"""How a drawing is brought into the form of MNIST: the steps as pictures, a switch each, and what that does."""

from collections.abc import Sequence

import streamlit as st

from mnist_core import ink
from mnist_core.language import gettext as _
from mnist_core.model.doubt import UNKNOWN, Verdict, verdict
from mnist_core.numbers.paper import PageReading
from mnist_core.types import Drawing, Stage, UInt8Array
from mnist_ui import resources
from mnist_ui.draw.examples import load_examples
from mnist_ui.draw.preparation import preparation
from mnist_ui.draw.seen import Seen
from mnist_ui.figures.strip import strip
from mnist_ui.state import reader

# The last steps, which each digit takes on its own: cut out, shrunk into the box, centred.
PLACING = 3


def show_steps(drawing: Drawing | None, seen: Seen, which: int) -> None:
    """The steps that one digit takes to the network, with the switches that are off left out of them.

    Parameters
    ----------
    drawing
        One digit; None before there is one.
    seen, which
        What it is a part of, and which of its digits it is. A photo is cleaned as a whole before its digits are told
        apart, or each is lifted off the paper by itself.

    Raises
    ------
    MnistError
        If the drawing holds no ink, or the model cannot be used.
    """
    st.header(_("How it sees your drawing"), anchor=False)
    if drawing is None:
        _show_example()
        return
    pixels = seen.drawing.pixels if seen.drawing else None
    photo = None if drawing is seen.drawing else pixels
    recipe = preparation(of_picture=pixels is not None, is_clean=photo is not None)
    steps = ink.stages(drawing, recipe)
    recognizer, card = resources.model(reader.model_name())
    st.html(strip(steps if photo is None else [*_first_steps(photo, seen.page, which, steps), *steps[-PLACING:]]))
    if recipe != ink.Recipe():
        learned_from = card.digits
        with_switches = verdict(recognizer.predict(ink.as_digit(steps)), learned_from)
        with_all = verdict(recognizer.predict(drawing), learned_from)
        st.info(_compared(with_switches, with_all), icon=":material/toggle_off:")


def _show_example() -> None:
    """The steps of another drawing, paler, while there is none."""
    example = load_examples()[0]
    with st.container(key="steps-example"):
        st.caption(_("What happens to your drawing comes here. For example: {name}.").format(name=_(example.name)))
        st.html(strip(ink.stages(example.drawing)))


def _first_steps(photo: UInt8Array, page: PageReading, which: int, steps: Sequence[Stage]) -> Sequence[Stage]:
    """How one of several digits of a photo came to its ink."""
    box = page.digits[which].box
    if not page.is_lifted or box is None:
        return ink.cleaning_stages(photo)
    return ink.lifting_stages(photo, box, steps[-PLACING - 1].image)


def _compared(with_switches: Verdict, with_all: Verdict) -> str:
    """What the switches that are off do to the answer."""
    doubts_now, doubted = with_switches.sign == UNKNOWN, with_all.sign == UNKNOWN
    if doubts_now and doubted:
        text = _("Prepared like this, it doubts what this is: the same as with everything on.")
    elif with_switches.sign == with_all.sign:
        text = _("Prepared like this, it reads **{now}**: the same as with everything on.")
    elif doubts_now:
        text = _(
            "Prepared like this, it doubts what this is. With everything on, it reads **{then}**. "
            "This is why most digit demos fail on your handwriting."
        )
    elif doubted:
        text = _(
            "Prepared like this, it reads **{now}**. With everything on, it is in doubt too. "
            "This is why most digit demos fail on your handwriting."
        )
    else:
        text = _(
            "Prepared like this, it reads **{now}**. With everything on, it reads **{then}**. "
            "This is why most digit demos fail on your handwriting."
        )
    return text.format(now=with_switches.sign, then=with_all.sign)
