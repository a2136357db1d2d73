"""The answer: the digit or number in large type, how sure the network is, and a bar for each possibility."""

from collections.abc import Sequence

from mnist_core import language
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.doubt import UNKNOWN, verdict, verdict_of_number
from mnist_core.model.reliability import Reliability
from mnist_core.types import CLASSES, Prediction

HINT = N_("Draw a digit from 0 to 9, or a number, with a mouse, a pen or a finger.")


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
    A section whose `data-answer` is what was read, with "?" where that is in doubt; empty when there is nothing.
    """
    if not predictions:
        hint = _(HINT) if hint is None else hint
        return _section("", "", f"<span>{in_html(hint)}</span>", hint, bars([0.0] * CLASSES, ""))
    said = verdict_of_number(predictions, learned_from, reliability)
    label = f"{said.sign}. {said.headline}. {said.reason}"
    if len(predictions) == 1:
        rows = bars(predictions[0].probabilities.tolist(), said.sign)
    else:
        rows = _of_number(predictions) + (boxes(predictions, size) if size else "")
    return _section(said.sign, said.sign, _words(said.headline, said.reason), label, rows)


def trouble(headline: str, message: str) -> str:
    """What stands in the answer's place when there is an error, as HTML."""
    return _section("", "", _words(headline, message), f"{headline} {message}", bars([0.0] * CLASSES, ""))


def bars(shares: Sequence[float], reading: str) -> str:
    """Ten bars as HTML, as long as the probabilities (10,); that of the digit that was read stands out."""
    rows = "".join(_bar(str(number), share, str(number) == reading) for number, share in enumerate(shares))
    return f'<ol class="bars" start="0" aria-label="{in_html(_("Probability of each digit"))}">{rows}</ol>'


def boxes(predictions: Sequence[Prediction], size: tuple[int, int]) -> str:
    """A box around each digit with its reading, as HTML to lay over what they were read on.

    Parameters
    ----------
    size
        Width and height of that in the unit of the predictions' boxes.
    """
    return f'<ol class="boxes">{"".join(_box(each, size) for each in predictions if each.box)}</ol>'


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


def _section(reading: str, shown: str, words: str, label: str, rows: str) -> str:
    """The frame of every answer."""
    return (
        f'<section class="answer" data-answer="{reading}" style="--signs:{len(shown)}" aria-label="{in_html(label)}">'
        f'<div class="answer-digit" aria-hidden="true">{shown}</div>'
        f'<p class="answer-sentence">{words}</p>{rows}</section>'
    )


def _words(headline: str, more: str) -> str:
    """How sure, and why not."""
    return f"<strong>{in_html(headline)}</strong><span>{in_html(more)}</span>"


def _of_number(predictions: Sequence[Prediction]) -> str:
    """A bar for each digit of a number."""
    rows = "".join(_bar(_sign(each), each.probability, _sign(each) != UNKNOWN) for each in predictions)
    return f'<ol class="bars" aria-label="{in_html(_("Probability of each digit of the number"))}">{rows}</ol>'


def _bar(name: str, share: float, is_answer: bool) -> str:
    """One digit's bar."""
    mark = ' class="is-answer"' if is_answer else ""
    return (
        f'<li{mark}><span class="bar-name">{name}</span>'
        f'<span class="bar-track"><span class="bar" style="width:{100 * share:.1f}%"></span></span>'
        f'<span class="bar-value">{in_html(percent(share))}</span></li>'
    )


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
    style = ";".join(f"{side}:{100 * share:.2f}%" for side, share in place.items())
    sign = _sign(prediction)
    return f'<li class="{"is-doubt" if sign == UNKNOWN else "is-read"}" style="{style}"><span>{sign}</span></li>'


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
