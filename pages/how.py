"""A walk from pen to answer: what each step of the network makes of the last drawing."""

from collections.abc import Callable

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.model.activations import Activations, LayerOutput, close_up
from mnist_core.model.layers import LayerKind
from mnist_core.types import UInt8Array
from mnist_ui import resources
from mnist_ui.figures import feature_maps as figures
from mnist_ui.how.fooling import show_fooling
from mnist_ui.how.glossary import glossary
from mnist_ui.how.walk import choose_steps, chosen_number, digit_to_follow
from mnist_ui.messages import explained
from mnist_ui.state import reader

Step = Callable[[UInt8Array, Activations], None]


def show_numbers(image: UInt8Array, _seen: Activations) -> None:
    """The drawing as the network gets it."""
    st.write(
        _(
            "The drawing is cut out, shrunk and centred. What is left is 28×28 = 784 numbers: 0 is empty paper, 255 is "
            "full ink. These numbers are all that the network ever sees."
        )
    )
    st.html(figures.numbers(image))


def show_filters(image: UInt8Array, seen: Activations) -> None:
    """The first layer: filters and their maps."""
    first = map_layers(seen)[0]
    count, side = seen.filters.shape[:2]
    text = _(
        "A filter is a window of {side}×{side} weights that slides over the picture. Blue weights want ink under "
        "them, orange ones want none. Nobody drew these {count} filters: the network learned them. This is the place "
        "with the strongest answer of all:"
    )
    st.write(text.format(side=side, count=count))
    st.html(figures.close_up(image, close_up(image, seen)))
    if figures.has_signs(first.values):
        text = _(
            "That is all a filter does: multiply the ink at each place by its weights, add it all up, and add an "
            "offset of its own. The answers at all places make a picture again, its feature map. These filters answer "
            "most:"
        )
    else:
        text = _(
            "That is all a filter does: multiply the ink at each place by its weights, add it all up, and add an "
            "offset of its own. An answer below 0 counts as 0. The answers at all places make a picture again, its "
            "feature map. These filters answer most:"
        )
    st.write(text)
    shown = chosen_number(count, "filters", _("Show all filters"))
    st.html(figures.filter_grid(seen.filters, first.values, shown))


def show_layers(_image: UInt8Array, seen: Activations) -> None:
    """The maps of the layers after it."""
    deeper = map_layers(seen)[1:]
    st.write(
        _(
            "Each layer looks at the maps of the layer before it, not at the drawing. Edges become corners and arcs, "
            "and these become parts of digits. The maps get smaller and what they mean gets more abstract: where "
            "something is matters less and less, what it is matters more."
        )
    )
    most = max((layer.values.shape[2] for layer in deeper), default=0)
    count_shown = chosen_number(most, "maps of each layer", _("Show all maps of each layer"))
    kinds: set[LayerKind] = set()
    for place, layer in enumerate(deeper, start=2):
        height, width, count = layer.values.shape
        kind = layer.name.replace(f"{layer.window}x", f"{layer.window}×") if layer.window else layer.name
        name = _("Layer {number}: {kind}").format(number=place, kind=kind)
        said = "" if layer.kind in kinds else _(layer.kind.deed)
        kinds.add(layer.kind)
        text = _("**{name}**, {count} maps of {height}×{width}. {said}")
        st.markdown(text.format(name=name, count=count, height=height, width=width, said=said))
        st.html(figures.map_grid(layer.values, name, count_shown))


def show_features(_image: UInt8Array, seen: Activations) -> None:
    """The vector before the scores."""
    has_signs = figures.has_signs(seen.features)
    colours = _("Blue is above 0, orange below, dark is 0.") if has_signs else _("Dark is 0.")
    text = _(
        "All of it ends in a list of {count} numbers, the features: here one cell each. Two drawings of "
        "the same digit get similar lists, even where they look different. {colours}"
    )
    st.write(text.format(count=number(len(seen.features)), colours=colours))
    st.html(figures.feature_strip(seen.features))


def show_scores(_image: UInt8Array, seen: Activations) -> None:
    """Scores and probabilities."""
    st.write(
        _(
            "Each feature speaks for or against each digit, as strongly as training has taught it. Added up, that is "
            "one score for each digit. One point more makes a digit about 2.7 times as likely; then all ten are scaled "
            "so that they make 100 % together. This step is called softmax."
        )
    )
    st.html(figures.score_table(seen.scores, seen.prediction.probabilities))


def show_answer(_image: UInt8Array, seen: Activations) -> None:
    """The answer and how far to trust it."""
    st.write(
        _(
            "The most probable digit is the answer. A network always finds one, even in a scribble. So it also "
            "measures how unlike all digits of its training a drawing is: its novelty. Where that is above one half, "
            "or no digit is probable enough, the app answers with a question mark and says why."
        )
    )
    _recognizer, card = resources.model(reader.model_name())
    st.html(figures.answer_card(seen.prediction, card.digits, card.reliability))


STEPS: dict[str, tuple[str, Step]] = {
    N_("1 Numbers"): (N_("Your drawing becomes numbers"), show_numbers),
    N_("2 Filters"): (N_("Small filters look for edges"), show_filters),
    N_("3 Layers"): (N_("Layer after layer, the maps get more abstract"), show_layers),
    N_("4 Features"): (N_("What was found becomes one list"), show_features),
    N_("5 Scores"): (N_("The list becomes ten scores, and these probabilities"), show_scores),
    N_("6 Answer"): (N_("The answer, and the doubt"), show_answer),
}


def map_layers(seen: Activations) -> list[LayerOutput]:
    """The layers that give pictures."""
    return [layer for layer in seen.layers if layer.is_map and not layer.is_shortcut]


st.title(_("How it works"), anchor=False)
image = digit_to_follow()
with explained():
    seen = resources.probe(reader.model_name()).look(image)
    for name in choose_steps(STEPS):
        title, show = STEPS[name]
        st.subheader(f"{name[0]}. {_(title)}", anchor=False)
        show(image, seen)
show_fooling(image)
st.subheader(_("The words that the app uses"), anchor=False)
st.html(glossary())
