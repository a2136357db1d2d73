"""What answers are made of, as HTML; filled in by the pages' figures, and in the browser where that reads by itself."""

import re
from collections.abc import Sequence
from typing import Any

from mnist_core import language
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_

HINT = N_("Draw a digit from 0 to 9, or a number, with a mouse, a pen or a finger.")

SECTION = (
    '<section class="answer" data-answer="{sign}" style="--signs:{signs};--lines:{lines}" aria-label="{label}">'
    '<div class="answer-digit" aria-hidden="true">{sign}</div>'
    '<p class="answer-sentence">{words}</p>'
    '<div class="answer-bars"><p class="answer-guess">{guess}</p>{rows}</div></section>'
)
# Above the bars of what is in doubt, which say more than the answer does.
_GUESS = N_("If it had to choose:")
WORDS = "<strong>{headline}</strong><span>{more}</span>"
BARS = '<ol class="bars" start="0" aria-label="{label}">{rows}</ol>'
BARS_OF_NUMBER = '<ol class="bars" aria-label="{label}">{rows}</ol>'
BAR = (
    '<li{mark}><span class="bar-name">{name}</span>'
    '<span class="bar-track"><span class="bar" style="width:{width}%"></span></span>'
    '<span class="bar-value">{share}</span></li>'
)
MARK = ' class="is-answer"'
BOXES = '<ol class="boxes">{rows}</ol>'
BOX = '<li class="{kind}" style="left:{left}%;top:{top}%;width:{width}%;height:{height}%"><span>{sign}</span></li>'
READ, IN_DOUBT = "is-read", "is-doubt"


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
        "nothing": nothing(),
        "section": SECTION.replace("{guess}", in_html(_(_GUESS))),
        "words": WORDS,
        "bars": BARS.replace("{label}", in_html(_("Probability of each digit"))),
        "bars_of_number": BARS_OF_NUMBER.replace("{label}", in_html(_("Probability of each digit of the number"))),
        "bar": BAR,
        "mark": MARK,
        "boxes": BOXES,
        "box": BOX,
        "is_read": READ,
        "is_doubt": IN_DOUBT,
        "percent": {"least": in_html(percent(0.0004)), "most": in_html(percent(1.0)), "parts": written.groups()},
    }


def nothing(hint: str | None = None) -> str:
    """What stands in the answer's place before there is one.

    Parameters
    ----------
    hint
        What to do; by default `HINT`.
    """
    hint = _(HINT) if hint is None else hint
    return section("", f"<span>{in_html(hint)}</span>", hint, "")


def section(sign: str, words: str, label: str, rows: str) -> str:
    """The frame of every answer.

    Parameters
    ----------
    sign
        What was read, line by line; empty where there is nothing.
    words, rows
        HTML: what is said of it, and its bars.
    label
        What is said of it to who does not see it, as text.
    """
    lines = sign.split("\n")
    sizes = {"signs": max(map(len, lines)), "lines": len(lines)}
    guess = in_html(_(_GUESS))
    return SECTION.format(sign=sign, **sizes, label=in_html(label), words=words, guess=guess, rows=rows)


def bars(shares: Sequence[float], reading: str) -> str:
    """Ten bars as HTML, as long as the probabilities (10,); that of the digit that was read stands out."""
    rows = "".join(bar(str(number), share, str(number) == reading) for number, share in enumerate(shares))
    return BARS.format(label=in_html(_("Probability of each digit")), rows=rows)


def bar(name: str, share: float, is_answer: bool) -> str:
    """One digit's bar."""
    mark = MARK if is_answer else ""
    return BAR.format(mark=mark, name=name, width=f"{100 * share:.1f}", share=in_html(percent(share)))


def percent(share: float) -> str:
    """A share as a person reads it: one decimal, and never 100 %: a network is never certain."""
    if 0 < share < 0.0005:
        return f"< {language.percent(0.001)}"
    if share >= 0.9995:
        return f"> {language.percent(0.999)}"
    return language.percent(share)
