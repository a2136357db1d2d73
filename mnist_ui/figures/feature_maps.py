"""A digit on its way through a network, as HTML: its numbers, filters and maps, features, scores."""

import functools
from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number as local_number
from mnist_core.model.activations import CloseUp
from mnist_core.model.doubt import verdict
from mnist_core.model.reliability import Reliability
from mnist_core.reader.answer import percent
from mnist_core.types import Float32Array, Prediction, UInt8Array
from mnist_ui.figures.strip import img

# As many maps as stand in one row where there is room.
FEW = 8
CROP_SIDE = 8
ROW_OF_FEATURES = 32

# In every picture dark is nothing, whatever the page's theme; blue and orange are told apart by all kinds of eyes.
_NOTHING = (30, 36, 46)
_FOR = (122, 200, 255)
_AGAINST = (255, 145, 48)
# Below 1, so that the hue of small values can be seen.
_CONTRAST = 0.7


def most_active(maps: Float32Array, count: int | None = FEW) -> list[int]:
    """Numbers of the maps (h, w, channels) that answer most, the most active first; all of them for None."""
    order = np.argsort(-np.abs(maps).mean(axis=(0, 1)), kind="stable")
    return [int(number) for number in order[:count]]


def coloured(values: Float32Array, most: float) -> UInt8Array:
    """Values (h, w) as a picture: uint8 (h, w, 3), blue-green-red.

    Parameters
    ----------
    most
        The value of the full colour. Values below 0 are orange, others blue; 0 is dark.
    """
    share = np.clip(values / max(most, 1e-9), -1, 1)[..., np.newaxis]
    ends = np.where(share < 0, _AGAINST, _FOR)
    rgb = np.array(_NOTHING) + np.abs(share) ** _CONTRAST * (ends - np.array(_NOTHING))
    return np.ascontiguousarray(rgb.round().astype(np.uint8)[..., ::-1])


def glowing(values: Float32Array, most: float) -> UInt8Array:
    """Values (h, w), none below 0, as a picture from dark violet over green to yellow: uint8 (h, w, 3)."""
    grey = np.clip(255 * values / max(most, 1e-9), 0, 255).round().astype(np.uint8)
    return _viridis()[grey]


@functools.cache
def _viridis() -> UInt8Array:
    """The colour of each grey: uint8 (256, 3). OpenCV would work it out again for each picture, in 0.3 ms."""
    greys = np.arange(256, dtype=np.uint8)[:, np.newaxis]
    return np.asarray(cv2.applyColorMap(greys, cv2.COLORMAP_VIRIDIS), np.uint8)[:, 0]


def picture(values: Float32Array, most: float, alt: str) -> str:
    """Values (h, w) as an `<img>`, pixel for pixel; with both signs in blue and orange."""
    paint = coloured if most < 0 else glowing
    return img(paint(values, abs(most)), alt)


def numbers(image: UInt8Array) -> str:
    """A digit image (28, 28) with a frame, and the numbers of the pixels in it."""
    top, left = busiest(image)
    crop = image[top : top + CROP_SIDE, left : left + CROP_SIDE]
    cells = [[_cell(str(value), (value, value, value)) for value in row] for row in crop.tolist()]
    size = _("{width}×{height} pixels").format(width=len(image), height=len(image))
    return (
        f'<div class="numbers">{framed(image, top, left, CROP_SIDE, size)}'
        f"{_table(cells, _('The numbers in the frame'))}</div>"
    )


def close_up(image: UInt8Array, place: CloseUp) -> str:
    """One place of a digit image (28, 28) under a filter: ink, weights, and what comes of them."""
    strongest = float(np.abs(place.weights).max())
    ink = [[_cell(local_number(value, 1), (round(255 * value),) * 3) for value in row] for row in place.patch.tolist()]
    colours = coloured(place.weights, strongest)[..., ::-1].tolist()
    weights = [
        [_cell(_signed(value), colour) for value, colour in zip(*row, strict=True)]
        for row in zip(place.weights.tolist(), colours, strict=True)
    ]
    addend = f"+ {_signed(place.offset)}".replace("+ −", "− ")
    where = framed(image, place.top, place.left, len(place.weights), _("One place"))
    return (
        f'<div class="numbers close-up">{where}{_table(ink, _("Ink there"))}'
        f'<span class="sign">×</span>{_table(weights, _filter(place.number))}'
        f'<span class="sign">{addend} =</span>'
        f'<figure><span class="total">{_signed(place.total)}</span>'
        f"<figcaption>{in_html(_('its answer'))}</figcaption></figure></div>"
    )


def framed(image: UInt8Array, top: int, left: int, size: int, caption: str) -> str:
    """A digit image (28, 28) with a frame round some of its pixels."""
    side = len(image)
    frame = f"left:{100 * left / side:.2f}%;top:{100 * top / side:.2f}%;width:{100 * size / side:.2f}%"
    return (
        f'<figure><span class="pixels">{img(image, _("The digit as the network sees it"))}'
        f'<span class="crop" style="{frame}"></span></span><figcaption>{in_html(caption)}</figcaption></figure>'
    )


def busiest(image: UInt8Array) -> tuple[int, int]:
    """Top and left of the window of an image (28, 28) whose numbers differ most."""
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(np.float32), (CROP_SIDE, CROP_SIDE))
    top, left = np.unravel_index(int(windows.std(axis=(2, 3)).argmax()), windows.shape[:2])
    return int(top), int(left)


def filter_grid(filters: Float32Array, maps: Float32Array, count: int | None = FEW) -> str:
    """Filters (channels, k, k), each on a scale of its own, beside the maps (h, w, channels) that they give."""
    most = scale(maps)
    pairs = [(number, -float(np.abs(filters[number]).max())) for number in most_active(maps, count)]
    alt = _("What filter {number} finds in the digit")
    items = "".join(
        f'<li>{picture(filters[number], strongest, _filter(number))}<span aria-hidden="true">→</span>'
        f"{picture(maps[..., number], most, alt.format(number=number + 1))}</li>"
        for number, strongest in pairs
    )
    return f'<ul class="filters" aria-label="{in_html(_("Filters and what they find"))}">{items}</ul>'


def map_grid(maps: Float32Array, name: str, count: int | None = FEW) -> str:
    """The maps (h, w, channels) of one layer, all on one scale, the most active first."""
    most, chosen = scale(maps), most_active(maps, count)
    alt = _("{name}, map {number}")
    items = "".join(
        f"<li>{picture(maps[..., number], most, alt.format(name=name, number=number + 1))}</li>" for number in chosen
    )
    many = " many" if len(chosen) > FEW else ""
    return f'<ul class="maps{many}" aria-label="{in_html(name)}">{items}</ul>'


def has_signs(values: Float32Array) -> bool:
    """Whether values are painted in blue above 0 and orange below, as none is below 0 after ReLU."""
    return bool(values.min() < 0)


def scale(values: Float32Array) -> float:
    """The largest value, as a negative number where there are values of both signs."""
    largest = float(np.abs(values).max())
    return -largest if has_signs(values) else largest


def feature_strip(features: Float32Array) -> str:
    """Features (d,) as rows of coloured cells, from the first to the last."""
    rows = -(-len(features) // ROW_OF_FEATURES)
    cells = np.zeros(rows * ROW_OF_FEATURES, np.float32)
    cells[: len(features)] = features
    text = _("{count} features, {above} of them above zero")
    alt = text.format(count=len(features), above=int((features > 0).sum()))
    image = picture(cells.reshape(rows, ROW_OF_FEATURES), scale(features), alt)
    return f'<div class="features">{image}</div>'


def score_table(scores: Float32Array, probabilities: Float32Array) -> str:
    """Ten scores beside the ten probabilities that they become."""
    largest, best = float(np.abs(scores).max()), int(probabilities.argmax())
    rows = "".join(
        _score_row(digit, float(score), float(score) / max(largest, 1e-9), float(share), digit == best)
        for digit, (score, share) in enumerate(zip(scores, probabilities, strict=True))
    )
    digit, score, probability = (in_html(_(name)) for name in (N_("Digit"), N_("Score"), N_("Probability")))
    head = f'<tr><th scope="col">{digit}</th><th scope="col" colspan="2">{score}</th>'
    return (
        f'<table class="scores" aria-label="{in_html(_("Scores and probabilities"))}"><thead>'
        f'{head}<th scope="col" colspan="2">{probability}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _score_row(digit: int, score: float, share_of_largest: float, probability: float, is_best: bool) -> str:
    """One digit's score, to the left of the middle where it is below 0, and its probability."""
    length = 50 * abs(share_of_largest)
    left = 50 if score >= 0 else 50 - length
    sign = "for" if score >= 0 else "against"
    mark = ' class="is-answer"' if is_best else ""
    return (
        f'<tr{mark}><th scope="row">{digit}</th>'
        f'<td><span class="score-track"><span class="{sign}" style="margin-left:{left:.1f}%;width:{length:.1f}%">'
        f"</span></span></td><td>{_signed(score)}</td>"
        f'<td><span class="bar-track"><span class="bar" style="width:{100 * probability:.1f}%"></span></span></td>'
        f"<td>{in_html(percent(probability))}</td></tr>"
    )


def answer_card(read: Prediction, learned_from: int, reliability: Reliability | None = None) -> str:
    """The answer in large type, in words, and the two measures behind it.

    Parameters
    ----------
    learned_from
        How many digits the network learned from.
    reliability
        How often its answers are right; None where nobody has counted.
    """
    said = verdict(read, learned_from, reliability)
    second = int(read.probabilities.argsort()[-2])
    share = percent(float(read.probabilities[second]))
    runner_up = _("Next most likely is {second}, with {share}.").format(second=second, share=share)
    if read.is_digit:
        likeness = _("Like the digits that it has learned from.")
    else:
        likeness = _("Unlike the digits that it has learned from.")
    probability = _("Probability of {digit}").format(digit=read.digit)
    return (
        f'<div class="verdict"><span class="verdict-digit">{said.sign}</span><div>'
        f"<p><strong>{in_html(_('{headline}.').format(headline=said.headline))}</strong> {in_html(said.reason)}</p><dl>"
        f"{_meter(probability, read.probability, percent(read.probability), runner_up)}"
        f"{_meter(_('Novelty'), read.novelty, local_number(read.novelty, 2), likeness, is_halved=True)}"
        "</dl></div></div>"
    )


def _meter(name: str, share: float, value: str, sentence: str, *, is_halved: bool = False) -> str:
    """A measure from 0 to 1; of novelty, one half is where doubt begins."""
    mark = " halved" if is_halved else ""
    return (
        f"<dt>{in_html(name)} <strong>{in_html(value)}</strong></dt>"
        f'<dd><span class="bar-track{mark}"><span class="bar" style="width:{100 * share:.1f}%"></span></span>'
        f"{in_html(sentence)}</dd>"
    )


def _filter(number: int) -> str:
    """What a filter is called."""
    return _("Filter {number}").format(number=number + 1)


def _table(cells: list[list[str]], caption: str) -> str:
    """Numbers in rows."""
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    name = in_html(caption)
    return f'<figure><table aria-label="{name}">{rows}</table><figcaption>{name}</figcaption></figure>'


def _cell(text: str, colour: Sequence[int]) -> str:
    """A number on its own colour (red, green, blue), in black or white, whichever is easier to read."""
    red, green, blue = colour
    # Luminance at which black and white stand out equally (WCAG 2.2, contrast ratio), with a gamma of 2.2 for sRGB's.
    luminance = (0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2) / 255**2.2
    ink = "#000" if luminance > 0.179 else "#fff"
    return f'<td style="background:rgb({red},{green},{blue});color:{ink}">{text}</td>'


def _signed(value: float) -> str:
    """A number with a true minus sign."""
    return local_number(float(f"{value:z.1f}"), 1).replace("-", "−")
