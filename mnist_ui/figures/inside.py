"""What the weights say of a digit, drawn over it: the gradient in two colours, the last layer in one."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.explanation.inside import InsideMaps
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.types import Float32Array, UInt8Array
from mnist_ui.figures.heatmap import (
    AGAINST,
    ENLARGEMENT,
    FOR,
    PLACES,
    SIGNED,
    STRONGEST,
    WHITE,
    bgr,
    put_sign,
    swatch,
    where,
)
from mnist_ui.figures.strip import data_url, enlarged

# What ink looks like below the colours, and how wide the line around it is, in pixels of the enlarged picture.
INK = (120, 120, 120)
OUTLINE = 2
# Shades that count as ink where the line is drawn.
IS_INK = 0.5
# So far from the ink, in pixels, a place is still spoken of as a part of the digit.
AROUND = 3


def saliency_map(inside: InsideMaps, digit: int) -> str:
    """Where more ink would speak for a digit and where against, as HTML: a picture, a legend and a sentence."""
    effect = _share(inside.saliency[digit])
    towards = np.where(effect[..., np.newaxis] > 0, FOR, AGAINST)
    picture = _over_digit(inside.pixels, np.abs(effect), towards)
    for row, column in np.argwhere(np.abs(effect) >= SIGNED).tolist():
        put_sign(picture, row * ENLARGEMENT, column * ENLARGEMENT, effect[row, column] > 0)
    words = saliency_words(inside, digit)
    legend = [
        f"{swatch(1)} {in_html(_('more ink speaks for {digit}').format(digit=digit))}",
        f"{swatch(-1)} {in_html(_('more ink speaks against it'))}",
    ]
    alt = _("Your digit, and what a little more ink at each place would do for {digit}. {words}")
    return _figure(
        "saliency", digit, _outlined(picture, inside.pixels), alt.format(digit=digit, words=words), legend, words
    )


def saliency_words(inside: InsideMaps, digit: int) -> str:
    """Where more ink would speak for a digit and where against, in a sentence."""
    effect, around = _share(inside.saliency[digit]), _surroundings(inside.pixels)
    places = [where(np.where(part >= SIGNED, part, 0), around) for part in (effect, -effect)]
    named = [None if place is None else _(PLACES[place]) for place in places]
    if named[0] and named[0] == named[1]:
        return _("Close together, a little more ink would here speak for {digit} and there against it.").format(
            digit=digit
        )
    if named[0] and named[1]:
        text = _("A little more ink {place} would speak for {digit}, and {other} against it.")
        return text.format(place=named[0], other=named[1], digit=digit)
    if named[0]:
        return _("A little more ink {place} would speak for {digit}.").format(place=named[0], digit=digit)
    if named[1]:
        return _("A little more ink {place} would speak against {digit}.").format(place=named[1], digit=digit)
    return _("No little change of the ink would move {digit}.").format(digit=digit)


def attention_map(inside: InsideMaps, digit: int) -> str:
    """Where the last layer speaks for a digit, as HTML: a picture, a legend and a sentence."""
    attention = inside.attention[digit]
    most = float(attention.max())
    share = attention / np.float32(most) if most > 0 else np.zeros_like(attention)
    picture = _over_digit(inside.pixels, share, np.array(FOR))
    words = attention_words(inside, digit)
    rows, columns = inside.places
    told = _("speaks for {digit}: {rows}×{columns} places").format(digit=digit, rows=rows, columns=columns)
    legend = [f"{_plain_swatch()} {in_html(told)}"]
    alt = _("Your digit, and where the last layer speaks for {digit}. {words}").format(digit=digit, words=words)
    return _figure("attention", digit, _outlined(picture, inside.pixels), alt, legend, words)


def attention_words(inside: InsideMaps, digit: int) -> str:
    """Where the last layer speaks for a digit, in a sentence."""
    attention = inside.attention[digit]
    most = float(attention.max())
    if most <= 0:
        return _("Nothing that the last layer finds speaks for {digit}.").format(digit=digit)
    share = attention / np.float32(most)
    place = where(np.where(share >= SIGNED, share, 0), _surroundings(inside.pixels))
    text = _("What the last layer finds {place} speaks most for {digit}.")
    return text.format(place=_(PLACES[place or (0, 0)]), digit=digit)


def _share(effect: Float32Array) -> Float32Array:
    """An effect (28, 28) as a share of the strongest, -1 to 1."""
    strongest = float(np.percentile(np.abs(effect), STRONGEST))
    return np.clip(effect / np.float32(strongest), -1, 1) if strongest > 0 else np.zeros_like(effect)


def _surroundings(pixels: Float32Array) -> Float32Array:
    """The ink and what is near it."""
    return np.asarray(cv2.dilate(pixels, np.ones((2 * AROUND + 1, 2 * AROUND + 1), np.uint8)), np.float32)


def _over_digit(pixels: Float32Array, share: Float32Array, colour: np.ndarray) -> UInt8Array:
    """A digit in grey under colours of these strengths (28, 28), uint8 (336, 336, 3) RGB."""
    ink, strength = pixels[..., np.newaxis] * np.array(INK), share[..., np.newaxis]
    return enlarged(np.rint(ink + strength * (colour - ink)).astype(np.uint8), ENLARGEMENT)


def _outlined(picture: UInt8Array, pixels: Float32Array) -> UInt8Array:
    """A picture with a white line, itself edged in black, around the ink."""
    side = pixels.shape[0] * ENLARGEMENT
    large = cv2.resize(pixels, (side, side), interpolation=cv2.INTER_CUBIC)
    lines, _hierarchy = cv2.findContours((large >= IS_INK).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    for width, colour in ((3 * OUTLINE, (0, 0, 0)), (OUTLINE, WHITE)):
        cv2.drawContours(picture, lines, -1, colour, width, cv2.LINE_AA)
    return picture


def _figure(kind: str, digit: int, picture: UInt8Array, alt: str, legend: Sequence[str], words: str) -> str:
    """A picture with its legend and a sentence."""
    items = " ".join(f"<span>{item}</span>" for item in legend)
    return (
        f'<figure class="heatmap inside {kind}" data-digit="{digit}"><img src="{data_url(bgr(picture))}" '
        f'alt="{in_html(alt)}" style="width:100%"><figcaption><span class="legend">{items}</span> '
        f"{in_html(words)}</figcaption></figure>"
    )


def _plain_swatch() -> str:
    """A square of the one colour."""
    square = np.full((ENLARGEMENT, ENLARGEMENT, 3), FOR, np.uint8)
    return f'<img class="swatch" src="{data_url(bgr(square))}" alt="" width="16" height="16">'
