"""An image that was changed so that another digit is read: before, the change, after, and what comes of it, as HTML."""

from collections.abc import Mapping

import numpy as np

from mnist_core.explanation.fooling import Fooling
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import number as local_number
from mnist_core.model.doubt import UNKNOWN
from mnist_core.reader.answer import percent
from mnist_core.types import NOVEL, SURE, Float32Array, UInt8Array
from mnist_ui.figures.strip import data_url, enlarged

ENLARGEMENT = 8
# Dark is nothing, whatever the page's theme; blue and orange are told apart by all kinds of eyes.
_NOTHING = (30, 36, 46)
_MORE = (122, 200, 255)
_LESS = (255, 145, 48)
# Below 1, so that the hue of small changes can be seen.
_CONTRAST = 0.7
# Noise is shown as if its strongest change were full ink, but never more than so many times as strong.
MOST_TIMES = 32


def pictures(found: Fooling, number: int) -> str:
    """Before, what is added, and after, each with what is read.

    Parameters
    ----------
    number
        Which of the changed images.
    """
    noise = found.noise(number)
    times = min(MOST_TIMES, 255 / max(1, int(np.abs(noise).max())))
    alt = _("Enlarged {times} times: blue is more ink, orange less.")
    told = alt.format(times=local_number(times, 0 if times >= 10 else 1))
    none = _("Nothing is added.")
    change = _coloured((noise * times).astype(np.float32), 255)
    steps = [
        (found.images[0], _("Your digit"), _read(found, 0)),
        (change, _("What is added"), told if noise.any() else none),
        (found.images[number], _("Both together"), _read(found, number)),
    ]
    signs = ("", "+", "=")
    items = "".join(
        f'<li>{_sign(sign)}<figure><img src="{data_url(enlarged(image, ENLARGEMENT))}" alt="{in_html(title)}">'
        f"<figcaption><strong>{in_html(title)}</strong> {in_html(words)}</figcaption></figure></li>"
        for sign, (image, title, words) in zip(signs, steps, strict=True)
    )
    return f'<ol class="fooling" data-number="{number}">{items}</ol>'


def facts(found: Fooling, number: int, others: Mapping[str, int], by_chance: tuple[int, int] | None) -> str:
    """What comes of a change: how large it is, who notices, who else falls for it.

    Parameters
    ----------
    others
        What other models read in the changed image, by name.
    by_chance
        How many of how many images with as much noise by chance are read as before; None where that was not tried.
    """
    before, now = (int(found.readings.digits[each]) for each in (0, number))
    novelty = float(found.readings.novelty[number])
    notices = _("yes, it would answer with “?”") if novelty >= NOVEL else _("no")
    rows = {
        _("The change beside the ink"): percent(found.share(number)),
        _("Does novelty notice?"): _("{notices} (novelty {novelty}, the limit is {limit})").format(
            notices=notices, novelty=local_number(novelty, 2), limit=local_number(NOVEL, 1)
        ),
        _("Another model"): _of_others(others, before, now),
    }
    if by_chance:
        text = _("read as {digit} as before {same} times in {count}")
        rows[_("As much noise by chance")] = text.format(digit=before, same=by_chance[0], count=by_chance[1])
    items = "".join(f"<div><dt>{in_html(name)}</dt><dd>{in_html(value)}</dd></div>" for name, value in rows.items())
    return f'<dl class="fooling-facts">{items}</dl>'


def _coloured(change: Float32Array, most: float) -> UInt8Array:
    """A change (h, w) as a picture, uint8 (h, w, 3) in OpenCV's order: blue for more, orange for less."""
    share = np.clip(change / max(most, 1e-9), -1, 1)[..., np.newaxis]
    ends = np.where(share < 0, _LESS, _MORE)
    rgb = np.array(_NOTHING) + np.abs(share) ** _CONTRAST * (ends - np.array(_NOTHING))
    return np.ascontiguousarray(rgb.round().astype(np.uint8)[..., ::-1])


def _read(found: Fooling, number: int) -> str:
    """What is read in one of the images, and whether the app would say so."""
    digit, share = int(found.readings.digits[number]), float(found.readings.probabilities[number].max())
    text = _("It reads a {digit}, {share}.").format(digit=digit, share=percent(share))
    if share >= SURE and found.readings.novelty[number] < NOVEL:
        return text
    return text + " " + _("The app would show “{sign}”.").format(sign=UNKNOWN)


def _of_others(others: Mapping[str, int], before: int, now: int) -> str:
    """What other models make of it."""
    if not others:
        return _("There is none here yet: train one on the page Train, and see whether it falls for this, too.")
    if now == before:
        return "; ".join(_("{name} reads a {digit}").format(name=name, digit=digit) for name, digit in others.items())
    falls, stands = _("{name} falls for it, too: {digit}"), _("{name} does not fall for it: it reads a {digit}")
    return "; ".join(
        (falls if digit == now else stands).format(name=name, digit=digit) for name, digit in others.items()
    )


def _sign(sign: str) -> str:
    """What joins a picture to the one before."""
    return f'<span class="sign" aria-hidden="true">{sign}</span>' if sign else ""
