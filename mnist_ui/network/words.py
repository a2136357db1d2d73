"""All words on the picture of the network, in the visitor's language."""

from typing import Any

from mnist_core.language import gettext as _
from mnist_core.model import layers


def words() -> dict[str, Any]:
    """What stands beside and below the picture; names in braces are filled in by the browser."""
    return {
        "title": _("The network in one picture"),
        "steps": _("Steps"),
        "step_by_step": _("Step by step"),
        "whole": _("Everything"),
        "back": _("Back"),
        "next": _("Next step"),
        "links": _("Connections"),
        "sum": _("Sum"),
        "loading": _("The network is on its way."),
        "trouble": _("This browser cannot show the network. Load the page again."),
        "example": _("You have not drawn yet: this three is an example by the app."),
        "more": _("All {count}"),
        "fewer": _("Fewer"),
        "layer": _("Layer {number}: {kind}"),
        "start": _("Draw, and watch every number between your pen and the answer."),
        "step": _("Step {number} of {count}, {kind}."),
        "whole_picture": _(
            "From the drawing to the ten probabilities: the lit connections led to the answer, and the "
            "thickest contributed most. Point at any place to see how its number came about."
        ),
        "help": _(
            "Point at a place of a map, tap it or go there with the arrow keys: what it looks at lights up, and how "
            "its number came about stands below. With Shift the arrow keys go from map to map; Escape lets go."
        ),
        "kinds": _kinds(),
        "shorts": _shorts(),
        "deeds": _deeds(),
        **_of_places(),
        **_of_sums(),
    }


def _kinds() -> dict[str, str]:
    """What each kind of layer is called."""
    return {
        "image": _("drawing"),
        "convolution": _square(layers.CONVOLUTION),
        "shortcut": _("shortcut"),
        "depthwise": _square(layers.DEPTHWISE),
        "strongest": _(layers.MAX_POOLING.title),
        "average": _(layers.AVERAGE_POOLING.title),
        "mean": _(layers.GLOBAL_POOLING.title),
        "sum": _(layers.RESIDUAL.title),
        "dense": _(layers.DENSE.title),
        "scores": _("scores"),
        "softmax": _("probabilities"),
    }


def _shorts() -> dict[str, str]:
    """The same in a narrow column, where there is something shorter."""
    return {"convolution": "{side}×{side}", "depthwise": "{side}×{side}"}


def _square(kind: layers.LayerKind) -> str:
    """A title whose side stands twice."""
    return _(kind.title).replace("}x{", "}×{")


def _deeds() -> dict[str, str]:
    """What each kind of layer does, in a sentence or two."""
    return {
        "image": _(
            "Your drawing, cut out, shrunk and centred: 784 numbers from 0 for empty paper to 1 for full ink. The "
            "network never sees anything else."
        ),
        "first": _(
            "{count} filters slide over the drawing, each a window of {side}×{side} weights. Where the ink fits the "
            "weights, the feature map of the filter lights up."
        ),
        "convolution": _(layers.CONVOLUTION.deed),
        "shortcut": _("It only brings the maps to the size of those that they will be added to."),
        "depthwise": _(layers.DEPTHWISE.deed),
        "strongest": _(layers.MAX_POOLING.deed),
        "average": _(layers.AVERAGE_POOLING.deed),
        "mean": _("Of each map only the mean stays: whether something was found, and no longer where."),
        "sum": _(layers.RESIDUAL.deed),
        "dense": _("Each of the {count} numbers weighs everything that the layer before found."),
        "scores": _(
            "Each feature speaks for or against each digit, as strongly as training has taught it. Added up, that is "
            "one score for each digit."
        ),
        "softmax": _(
            "The scores become shares of 100 %. The most probable digit is the answer, and the novelty says whether it "
            "is a digit at all."
        ),
    }


def _of_places() -> dict[str, str]:
    """What places are called."""
    return {
        "place": _("Map {map}, row {row}, column {column}"),
        "pixel": _("Row {row}, column {column}"),
        "item": _("Number {number}"),
        "feature": _("Feature {number}"),
        "digit": _("Digit {digit}"),
        "of_map": _("Map {map} there"),
        "map_of_layer": _("Layer {layer}, map {map}"),
    }


def _of_sums() -> dict[str, str]:
    """What stands in a sum."""
    return {
        "ink": _("Ink there"),
        "ink_of_pixel": _("Ink here: {value}, which is shade {shade} of 255."),
        "weights": _("Weights"),
        "offset": _("offset"),
        "others": _("{count} more together"),
        "beyond": _("beyond the rim: 0"),
        "strongest": _("the greatest"),
        "average": _("the mean"),
        "mean": _("the mean"),
        "relu": _("ReLU: below 0 is 0"),
        "tanh": "tanh",
        "logistic": "1 / (1 + e⁻ˣ)",
        "times": "×",
        "plus": "+",
        "minus": "−",
        "colours": _("Blue speaks for it, orange against it."),
        "normalised": _("Batch normalisation is folded into these weights and this offset."),
        "tempered": _(
            "The temperature, which makes probabilities honest, is folded into these weights and this offset."
        ),
        "temperature": _(
            "Scores are divided by the temperature, {temperature}, which makes the probabilities honest: of all "
            "answers with 90 %, nine in ten are right."
        ),
        "digit_head": _("Digit"),
        "score": _("Score"),
        "share": _("Probability"),
        "novelty": _("Novelty"),
        "is_like": _("Like the digits that it has learned from."),
        "is_unlike": _("Unlike the digits that it has learned from."),
    }
