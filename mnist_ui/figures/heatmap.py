"""Which ink speaks for a digit: the digit in two colours, the same in words, and the training digits most like it."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.explanation.occlusion import OcclusionMap
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import Float32Array, UInt8Array
from mnist_ui.figures.strip import data_url, enlarged, img

# Okabe and Ito's sky blue and orange, told apart with any colour vision, on the black that digits always have here.
FOR, AGAINST, NEUTRAL = (86, 180, 233), (230, 159, 0), (190, 190, 190)
WHITE = (255, 255, 255)
# Each pixel becomes a square of so many, with room for a sign.
ENLARGEMENT = 12
# Ink with this share of the strongest effect also gets a sign, a plus or a minus: colour alone says nothing.
SIGNED = 0.4
# Effects (nats for the ink of a whole pixel) that are too weak to be shown, and weak ones: a dozen pixels lie under a
# patch.
LEAST_EFFECT, WEAK_EFFECT = 0.0005, 0.005
# The strongest effect is taken to be this percentile: a single pixel must not make all others pale.
STRONGEST = 98
# So much of an effect lies in one half of the digit when it is said to be there.
MOSTLY = 0.65

# Half of the digit that an effect lies in, downwards and across: -1 the first, 1 the second, 0 neither.
Where = tuple[int, int]
PLACES: dict[Where, str] = {
    (0, 0): N_("in several places"),
    (-1, 0): N_("in the upper half"),
    (1, 0): N_("in the lower half"),
    (0, -1): N_("in the left half"),
    (0, 1): N_("in the right half"),
    (-1, -1): N_("in the upper left"),
    (-1, 1): N_("in the upper right"),
    (1, -1): N_("in the lower left"),
    (1, 1): N_("in the lower right"),
}
# What the ink there does, and what it does where that is weak.
_SPEAKS_FOR = N_("The ink {place} speaks for {digit}."), N_("The ink {place} speaks a little for {digit}.")
_SPEAKS_AGAINST = N_("The ink {place} speaks against {digit}."), N_("The ink {place} speaks a little against {digit}.")


def heatmap(heat: OcclusionMap, digit: int) -> str:
    """The ink that speaks for a digit and against it, as HTML: a picture and a legend in words.

    Parameters
    ----------
    digit
        Which of the ten digits is asked about.
    """
    words = heatmap_words(heat, digit)
    alt = _("Your digit, asked whether it is a {digit}. {words}").format(digit=digit, words=words)
    meanings = {1: _("for {digit}").format(digit=digit), -1: _("against it"), 0: _("no difference")}
    legend = " ".join(f"<span>{swatch(sign)} {in_html(meaning)}</span>" for sign, meaning in meanings.items())
    return (
        f'<figure class="heatmap" data-digit="{digit}"><img src="{data_url(bgr(coloured(heat, digit)))}" '
        f'alt="{in_html(alt)}" style="width:100%">'
        f'<figcaption><span class="legend">{legend}</span> {in_html(words)}</figcaption></figure>'
    )


def neighbours_row(images: UInt8Array, labels: Sequence[int], answer: int | None) -> str:
    """The training digits that are most like a drawing, as HTML; those of another label than the answer are marked.

    Parameters
    ----------
    images, labels
        uint8 (n, 28, 28), the nearest first, and what each of them shows.
    answer
        The digit that was read; None where that is in doubt.
    """
    same = sum(int(label) == answer for label in labels)
    text = _("{same} of the {count} training digits most like yours show {answer}")
    if answer is None:
        text = _("The {count} training digits most like yours")
    title = in_html(text.format(same=same, count=len(labels), answer=answer))
    items = "".join(_neighbour(image, int(label), answer) for image, label in zip(images, labels, strict=True))
    return f'<ul class="digits neighbours" data-same="{same}" aria-label="{title}">{items}</ul>'


def marked(pixels: Float32Array, piece: Float32Array, words: str) -> str:
    """A digit with a piece of its ink marked, as HTML.

    Parameters
    ----------
    pixels, piece
        float32 (28, 28): the digit, and the part of its ink to mark.
    words
        What is so special about the piece.
    """
    colours = np.where((piece > 0)[..., np.newaxis], AGAINST, WHITE) * pixels[..., np.newaxis]
    large = enlarged(np.rint(colours).astype(np.uint8), ENLARGEMENT)
    for row, column in np.argwhere(piece > 0.5).tolist():
        put_sign(large, row * ENLARGEMENT, column * ENLARGEMENT, False)
    alt = in_html(_("Your digit with a piece of its ink marked"))
    return (
        f'<figure class="heatmap"><img src="{data_url(bgr(large))}" alt="{alt}" '
        f'style="width:100%"><figcaption>{in_html(words)}</figcaption></figure>'
    )


def heatmap_words(heat: OcclusionMap, digit: int) -> str:
    """Where the ink speaks for a digit and where against, in a sentence or two."""
    effect, is_weak = _effect(heat, digit), _strongest(heat, digit) < WEAK_EFFECT
    parts = [
        _(texts[is_weak]).format(place=_(PLACES[where]), digit=digit)
        for texts, part in ((_SPEAKS_FOR, np.maximum(effect, 0)), (_SPEAKS_AGAINST, np.maximum(-effect, 0)))
        if (where := _where(part, heat.pixels)) is not None
    ]
    nothing = _("No single piece of ink makes a difference for {digit}: the rest of it would be enough.")
    return " ".join(parts) or nothing.format(digit=digit)


def coloured(heat: OcclusionMap, digit: int) -> UInt8Array:
    """The digit in colours, uint8 (336, 336, 3) RGB on black, with signs where the effect is strong."""
    strength = _effect(heat, digit)
    towards = np.where(strength[..., np.newaxis] > 0, FOR, AGAINST)
    share = np.abs(strength)[..., np.newaxis]
    colour = (NEUTRAL + share * (towards - np.array(NEUTRAL))) * heat.pixels[..., np.newaxis]
    large = enlarged(np.rint(colour).astype(np.uint8), ENLARGEMENT)
    for row, column in np.argwhere((share[..., 0] >= SIGNED) & (heat.pixels > 0.5)).tolist():
        put_sign(large, row * ENLARGEMENT, column * ENLARGEMENT, strength[row, column] > 0)
    return large


def _effect(heat: OcclusionMap, digit: int) -> Float32Array:
    """What full ink at each pixel does for a digit, -1 (strongest against) to 1 (strongest for); 0 without ink."""
    effect, strongest = _of_full_ink(heat, digit), _strongest(heat, digit)
    if not strongest >= LEAST_EFFECT:
        return np.zeros_like(effect)
    return np.clip(effect / np.float32(strongest), -1, 1)


def _strongest(heat: OcclusionMap, digit: int) -> float:
    """The strongest effect on a digit, in nats for the ink of a whole pixel; 0 for a blank image."""
    effect = np.abs(_of_full_ink(heat, digit)[heat.pixels > 0])
    return float(np.percentile(effect, STRONGEST)) if effect.size else 0.0


def _of_full_ink(heat: OcclusionMap, digit: int) -> Float32Array:
    """What full ink at each pixel does for a digit, in nats."""
    values = heat.values[digit]
    return np.divide(values, heat.pixels, out=np.zeros_like(values), where=heat.pixels > 0)


def _where(effect: Float32Array, ink: Float32Array) -> Where | None:
    """Where on a digit an effect (28, 28) of its ink lies; None if there is hardly any."""
    return where(np.where(effect >= SIGNED, effect * ink, 0), ink)


def where(weight: Float32Array, ink: Float32Array) -> Where | None:
    """In which half of the ink most of a weight (28, 28) lies; None if there is hardly any weight."""
    left, top, width, height = cv2.boundingRect((ink > 0).astype(np.uint8))
    if weight[top : top + height, left : left + width].sum() < 1:
        return None
    rows, columns = weight.sum(axis=1)[top : top + height], weight.sum(axis=0)[left : left + width]
    return _half(rows), _half(columns)


def _half(line: np.ndarray) -> int:
    """Which half of a line holds most of it: -1 the first, 1 the second, 0 neither."""
    first = float(line[: len(line) // 2].sum() + line[len(line) // 2 : (len(line) + 1) // 2].sum() / 2) / line.sum()
    return -1 if first >= MOSTLY else 1 if first <= 1 - MOSTLY else 0


def put_sign(image: UInt8Array, top: int, left: int, is_plus: bool) -> None:
    """A dark plus or minus in the square of a pixel."""
    middle, reach = ENLARGEMENT // 2, ENLARGEMENT // 4
    thin, wide = slice(middle - 1, middle + 1), slice(middle - reach, middle + reach)
    square = image[top : top + ENLARGEMENT, left : left + ENLARGEMENT]
    square[thin, wide] = 0
    if is_plus:
        square[wide, thin] = 0


def swatch(sign: int) -> str:
    """A square of a colour with its sign, for the legend."""
    colour = (NEUTRAL, FOR, AGAINST)[sign]
    square = np.full((ENLARGEMENT, ENLARGEMENT, 3), colour, np.uint8)
    if sign:
        put_sign(square, 0, 0, sign > 0)
    return f'<img class="swatch" src="{data_url(bgr(enlarged(square, 2)))}" alt="" width="16" height="16">'


def _neighbour(image: UInt8Array, label: int, answer: int | None) -> str:
    """One training digit with its label."""
    is_same = label == answer
    verdict, caption = ("is-right", str(label)) if is_same else ("is-wrong", f"≠ {label}")
    if answer is None:
        verdict, caption = "is-unread", str(label)
    text = (
        _("a training digit that shows {label}")
        if is_same or answer is None
        else _("a training digit that shows {label}, another digit than the answer")
    )
    return f'<li class="{verdict}">{img(image, text.format(label=label), 2)}<span>{caption}</span></li>'


def bgr(image: UInt8Array) -> UInt8Array:
    """An RGB picture with its colours in OpenCV's order."""
    return np.ascontiguousarray(image[..., ::-1])
