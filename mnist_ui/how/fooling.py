"""Fool it: the least change after which the network reads another digit, once somebody asks for it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core import Drawing, ink
from mnist_core.explanation.fooling import Fooling, few_pixels, least_noise, one_stroke, withstood
from mnist_core.explanation.gradients import GradientNetwork
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.bundle import graph_digest
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import CLASSES, UInt8Array
from mnist_ui import resources
from mnist_ui.figures import fooling as figures
from mnist_ui.messages import explained
from mnist_ui.network import EXAMPLE
from mnist_ui.state import paper, reader
from mnist_ui.widgets import one_of

IS_ON, WAY = "fooling", "fooling-way"
# So many images with as much noise by chance are read.
BY_CHANCE = 20


@dataclass(frozen=True)
class Way:
    """A way to fool a network.

    Attributes
    ----------
    title, amount
        Its name, and what its slider says.
    unit
        How the slider shows an amount.
    found, missed
        What is said when it succeeds, with places for `digit` and `amount`, and when it does not.
    find
        What does it, to an image, for a digit.
    """

    title: str
    amount: str
    unit: str
    found: str
    missed: str
    find: Callable[[UInt8Array, int], Fooling]


def _noise(image: UInt8Array, digit: int) -> Fooling:
    """The least noise."""
    return least_noise(*_networks(), image, digit)


def _pixels(image: UInt8Array, digit: int) -> Fooling:
    """Single pixels."""
    return few_pixels(*_networks(), image, digit)


def _stroke(image: UInt8Array, digit: int) -> Fooling:
    """One stroke."""
    return one_stroke(_networks()[0], image, digit)


WAYS = {
    "noise": Way(
        N_("A little noise"),
        N_("Most that a pixel changes, in shades of 255"),
        "%d",
        N_("Noise that changes no pixel by more than {amount} of 255 shades is enough to have it read a {digit}."),
        N_("Even noise that changes pixels by {amount} of 255 shades does not have it read a {digit}."),
        _noise,
    ),
    "pixels": Way(
        N_("Single pixels"),
        N_("Pixels that are changed"),
        "%d",
        N_("Pixels changed to have it read a {digit}: {amount} of 784."),
        N_("{amount} of 784 pixels, changed one after another, do not have it read a {digit}."),
        _pixels,
    ),
    "stroke": Way(
        N_("One stroke"),
        N_("How much of the stroke is drawn"),
        "%d %%",
        N_("One straight stroke has it read a {digit}, once {amount} % of it is drawn."),
        N_("No straight stroke has it read a {digit}. This one comes nearest."),
        _stroke,
    ),
}


def digit_to_fool() -> UInt8Array:
    """What the network reads of the visitor's drawing, or of the example of the network's picture: uint8 (28, 28)."""
    image = paper.sketch().digit()
    return ink.digit_pixels(Drawing.from_strokes([EXAMPLE])) if image is None else image


@st.fragment
def show_fooling(image: UInt8Array) -> None:
    """A switch, and where it is on the least change after which another digit is read, and all that comes of it.

    Parameters
    ----------
    image
        uint8 (28, 28), what the network reads.
    """
    st.header(_("Fool it"), anchor=False)
    st.write(
        _(
            "Can it be made to read another digit, by a change that you hardly see? Whoever knows all of its weights "
            "can work out which change moves the answer fastest."
        )
    )
    if not st.toggle(_("Try to fool it"), key=IS_ON, persist_state="session"):
        return
    with explained():
        read = resources.model(reader.model_name())[0].readings(image[np.newaxis])
        with st.container(key="fooling-choice"):
            way = one_of(_("How"), list(WAYS), "noise", WAY, format_func=lambda name: _(WAYS[name].title), wrap=True)
            digit = _chosen_digit(read.probabilities[0])
        with st.spinner(_("Looking for the least change…")):
            found = _found(way, image, digit)
        _show(WAYS[way], way, found, _digest(image))


def _chosen_digit(probabilities: np.ndarray) -> int:
    """What it is to be read as: at first the second most probable digit."""
    answer, second = (int(digit) for digit in np.argsort(-probabilities, kind="stable")[:2])
    others = [digit for digit in range(CLASSES) if digit != answer]
    return one_of(_("Have it read a …"), others, second, f"fooling-digit-{answer}-{second}", wrap=True)


def _show(way: Way, name: str, found: Fooling, digest: str) -> None:
    """The slider, the pictures, and what comes of it."""
    enough, amounts = found.first, found.amounts
    said = _(way.missed if enough is None else way.found)
    amount = int(amounts[-1 if enough is None else enough])
    st.markdown(f"**{said.format(amount=amount, digit=found.digit)}**")
    step = int(amounts[1])
    key = f"fooling-{name}-{found.digit}-{digest}"
    chosen = st.slider(_(way.amount), 0, int(amounts[-1]), amount, step, key=key, format=way.unit)
    number = chosen // step
    st.html(figures.pictures(found, number))
    st.html(figures.facts(found, number, _others(found, number), _by_chance(name, found, number)))
    st.write(
        _(
            "**What this means.** The network does not look for a shape as you do: it adds up very many small numbers, "
            "and many small changes in the right direction add up, too. Such a change hardly comes about by chance: it "
            "is made for these very weights. But it shows that a high probability is no proof, and that a network "
            "alone is no guard where somebody gains by fooling it."
        )
    )


def _others(found: Fooling, number: int) -> dict[str, int]:
    """What the visitor's other models read in the changed image, by the names that are shown."""
    own = reader.model_name()
    models = [name for name in reader.models_to_choose() if name != own]
    image = found.images[number][np.newaxis]
    return {reader.shown_name(name): int(resources.model(name)[0].readings(image).digits[0]) for name in models}


def _by_chance(name: str, found: Fooling, number: int) -> tuple[int, int] | None:
    """How many of how many images with as much noise by chance are read as before; of noise alone."""
    if name != "noise" or not number:
        return None
    return withstood(resources.model(reader.model_name())[0], found, number, BY_CHANCE), BY_CHANCE


def _found(way: str, image: UInt8Array, digit: int) -> Fooling:
    """What was found; looked for once."""
    key = ("fooling", graph_digest(reader.model_name()), way, str(digit), _digest(image))
    return resources.made(key, lambda: WAYS[way].find(image, digit))


def _networks() -> tuple[Recognizer, GradientNetwork]:
    """What reads, and what knows the gradients."""
    name = reader.model_name()
    return resources.model(name)[0], resources.gradients(name)


def _digest(image: UInt8Array) -> str:
    """An image in a few letters."""
    return hashlib.sha256(image.tobytes()).hexdigest()[:16]
