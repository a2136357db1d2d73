"""The answer: the digit in large type, how sure the network is, and ten bars."""

from collections.abc import Sequence
from html import escape

from mnist_core.types import CLASSES, Prediction

HINT = "Draw a digit from 0 to 9, with a mouse, a pen or a finger."
UNLIKE = "Unlike any digit it has learned, so do not rely on it."


def percent(share: float) -> str:
    """A share as a person reads it: one decimal, and never 100 %: a network is never certain."""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if share >= 0.9995:
        return "> 99.9 %"
    return f"{share:.1%}".replace("%", " %")


def answer(prediction: Prediction | None) -> str:
    """The answer as HTML; the same height with and without one.

    Returns
    -------
    A section whose `data-answer` is the digit, or empty when there is none.
    """
    if prediction is None:
        reading, digit, sentence = "", "", HINT
        label, shares = HINT, [0.0] * CLASSES
    else:
        reading = digit = str(prediction.digit)
        sure = f"{percent(prediction.probability)} sure"
        sentence = f"<strong>{escape(sure)}</strong>" + ("" if prediction.is_digit else f"<br>{UNLIKE}")
        label = f"I read a {digit}, {sure}. {'' if prediction.is_digit else UNLIKE}"
        shares = prediction.probabilities.tolist()
    return (
        f'<section class="answer" data-answer="{reading}" role="status" aria-label="{escape(label)}">'
        f'<div class="answer-digit" aria-hidden="true">{digit}</div>'
        f'<p class="answer-sentence">{sentence}</p>'
        f"{bars(shares, reading)}</section>"
    )


def bars(shares: Sequence[float], reading: str) -> str:
    """Ten bars as HTML, as long as the probabilities (10,); that of the digit that was read stands out."""
    rows = "".join(_bar(number, share, str(number) == reading) for number, share in enumerate(shares))
    return f'<ol class="bars" start="0" aria-label="Probability of each digit">{rows}</ol>'


def _bar(number: int, share: float, is_answer: bool) -> str:
    """One digit's bar."""
    mark = ' class="is-answer"' if is_answer else ""
    return (
        f'<li{mark}><span class="bar-name">{number}</span>'
        f'<span class="bar-track"><span class="bar" style="width:{100 * share:.1f}%"></span></span>'
        f'<span class="bar-value">{escape(percent(share))}</span></li>'
    )
