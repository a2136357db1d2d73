"""The answer: the digit or number in large type, how sure the network is, and a bar for each possibility."""

import re
from collections.abc import Sequence
from typing import Any

from mnist_core import language
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.doubt import UNKNOWN, said_lines, verdict, verdict_of_number
from mnist_core.model.reliability import Reliability
from mnist_core.types import CLASSES, Prediction

HINT = N_("Draw a digit from 0 to 9, or a number, with a mouse, a pen or a finger.")

# What answers are made of. They are filled in here, and in the browser where that reads by itself.
_SECTION = (
    '<section class="answer" data-answer="{sign}" style="--signs:{signs};--lines:{lines}" aria-label="{label}">'
    '<div class="answer-digit" aria-hidden="true">{sign}</div>'
    '<p class="answer-sentence">{words}</p>{rows}</section>'
)
_WORDS = "<strong>{headline}</strong><span>{more}</span>"
_BARS = '<ol class="bars" start="0" aria-label="{label}">{rows}</ol>'
_BARS_OF_NUMBER = '<ol class="bars" aria-label="{label}">{rows}</ol>'
_BAR = (
    '<li{mark}><span class="bar-name">{name}</span>'
    '<span class="bar-track"><span class="bar" style="width:{width}%"></span></span>'
    '<span class="bar-value">{share}</span></li>'
)
_MARK = ' class="is-answer"'
_BOXES = '<ol class="boxes">{rows}</ol>'
_BOX = '<li class="{kind}" style="left:{left}%;top:{top}%;width:{width}%;height:{height}%"><span>{sign}</span></li>'
_READ, _IN_DOUBT = "is-read", "is-doubt"


def templates() -> dict[str, Any]:
    """What answers are made of, for JSON: in the language that is spoken, with places for what was read.

    Returns
    -------
    HTML by what it shows, and under "percent" how shares are written: the least and the greatest that are, and what
    stands before, within and after all others.
    """
    written = re.fullmatch(r"(\D*)12(\D)3(.*)", language.percent(0.123))
    assert written
    return {
        "section": _SECTION,
        "words": _WORDS,
        "bars": _BARS.replace("{label}", in_html(_("Probability of each digit"))),
        "bars_of_number": _BARS_OF_NUMBER.replace("{label}", in_html(_("Probability of each digit of the number"))),
        "bar": _BAR,
        "mark": _MARK,
        "boxes": _BOXES,
        "box": _BOX,
        "is_read": _READ,
        "is_doubt": _IN_DOUBT,
        "percent": {"least": in_html(percent(0.0004)), "most": in_html(percent(1.0)), "parts": written.groups()},
    }


def percent(share: float) -> str:
    """A share as a person reads it: one decimal, and never 100 %: a network is never certain."""
    if 0 < share < 0.0005:
        return f"< {language.percent(0.001)}"
    if share >= 0.9995:
        return f"> {language.percent(0.999)}"
    return language.percent(share)


def answer(
    predictions: Sequence[Prediction],
    learned_from: int = 0,
    reliability: Reliability | None = None,
    size: tuple[int, int] | None = None,
    hint: str | None = None,
) -> str:
    """The answer as HTML; the same height for none, one digit or a number.

    Parameters
    ----------
    predictions
        The digits from left to right; empty before there is one.
    learned_from
        How many digits the network learned from.
    reliability
        How often its answers are right; None where nobody has counted.
    size
        Width and height of what they were read on; with it, several digits get a box each.
    hint
        What to do while there is nothing to read; by default `HINT`.

    Returns
    -------
    A section whose `data-answer` is what was read, line by line, with "?" where that is in doubt; empty when there is
    nothing.
    """
    if not predictions:
        hint = _(HINT) if hint is None else hint
        return _section("", f"<span>{in_html(hint)}</span>", hint, bars([0.0] * CLASSES, ""))
    said = verdict_of_number(predictions, learned_from, reliability)
    lines = said_lines(predictions)
    label = f"{', '.join(lines)}. {said.headline}. {said.reason}"
    if len(predictions) == 1:
        rows = bars(predictions[0].probabilities.tolist(), said.sign)
    else:
        rows = _of_number(predictions) + (boxes(predictions, size) if size else "")
    return _section("\n".join(lines), _words(said.headline, said.reason), label, rows)


def trouble(headline: str, message: str) -> str:
    """What stands in the answer's place when there is an error, as HTML."""
    return _section("", _words(headline, message), f"{headline} {message}", bars([0.0] * CLASSES, ""))


def bars(shares: Sequence[float], reading: str) -> str:
    """Ten bars as HTML, as long as the probabilities (10,); that of the digit that was read stands out."""
    rows = "".join(_bar(str(number), share, str(number) == reading) for number, share in enumerate(shares))
    return _BARS.format(label=in_html(_("Probability of each digit")), rows=rows)


def boxes(predictions: Sequence[Prediction], size: tuple[int, int]) -> str:
    """A box around each digit with its reading, as HTML to lay over what they were read on.

    Parameters
    ----------
    size
        Width and height of that in the unit of the predictions' boxes.
    """
    return _BOXES.format(rows="".join(_box(each, size) for each in predictions if each.box))


def before_and_after(before: Prediction, after: Prediction, learned_from: int) -> str:
    """Both readings as HTML: the sign in large type, how sure, and a bar for each digit.

    Parameters
    ----------
    learned_from
        How many digits the network learned from.
    """
    return (
        f'<div class="before-after">{_before_or_after(_("Before"), before, learned_from)}'
        f"{_before_or_after(_('After'), after, learned_from)}</div>"
    )


def _section(sign: str, words: str, label: str, rows: str) -> str:
    """The frame of every answer."""
    lines = sign.split("\n")
    signs = max(map(len, lines))
    return _SECTION.format(sign=sign, signs=signs, lines=len(lines), label=in_html(label), words=words, rows=rows)


def _words(headline: str, more: str) -> str:
    """How sure, and why not."""
    return _WORDS.format(headline=in_html(headline), more=in_html(more))


def _of_number(predictions: Sequence[Prediction]) -> str:
    """A bar for each digit of a number."""
    rows = "".join(_bar(_sign(each), each.probability, _sign(each) != UNKNOWN) for each in predictions)
    return _BARS_OF_NUMBER.format(label=in_html(_("Probability of each digit of the number")), rows=rows)


def _bar(name: str, share: float, is_answer: bool) -> str:
    """One digit's bar."""
    mark = _MARK if is_answer else ""
    return _BAR.format(mark=mark, name=name, width=f"{100 * share:.1f}", share=in_html(percent(share)))


def _box(prediction: Prediction, size: tuple[int, int]) -> str:
    """The box of one digit."""
    box = prediction.box
    assert box is not None
    width, height = size
    place = {
        "left": box.x / width,
        "top": box.y / height,
        "width": box.width / width,
        "height": box.height / height,
    }
    sign = _sign(prediction)
    kind = _IN_DOUBT if sign == UNKNOWN else _READ
    return _BOX.format(kind=kind, sign=sign, **{side: f"{100 * share:.2f}" for side, share in place.items()})


def _sign(prediction: Prediction) -> str:
    """The digit, or a question mark where it is in doubt."""
    return verdict_of_number([prediction], 0).sign


def _before_or_after(when: str, prediction: Prediction, learned_from: int) -> str:
    """What is read before or after."""
    said = verdict(prediction, learned_from)
    label = _("{when}: {sign}. {headline}").format(when=when, sign=said.sign, headline=said.headline)
    return (
        f'<section data-sign="{said.sign}" aria-label="{in_html(label)}"><span>{in_html(when)}</span>'
        f"<strong>{said.sign}</strong><p>{in_html(said.headline)}</p>"
        f"{bars(prediction.probabilities.tolist(), said.sign)}</section>"
    )
