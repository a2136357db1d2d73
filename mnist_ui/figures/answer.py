"""The answer: the digit or number in large type, how sure the network is, and a bar for each possibility."""

from collections.abc import Sequence

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.model.doubt import UNKNOWN, said_lines, verdict, verdict_of_number
from mnist_core.model.reliability import Reliability
from mnist_core.reader.answer import (
    BARS_OF_NUMBER,
    BOX,
    BOXES,
    IN_DOUBT,
    READ,
    WORDS,
    bar,
    bars,
    nothing,
    section,
)
from mnist_core.types import Prediction


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
        return nothing(hint)
    said = verdict_of_number(predictions, learned_from, reliability)
    lines = said_lines(predictions)
    label = f"{', '.join(lines)}. {said.headline}. {said.reason}"
    if len(predictions) == 1:
        rows = bars(predictions[0].probabilities.tolist(), said.sign)
    else:
        rows = _of_number(predictions) + (boxes(predictions, size) if size else "")
    return section("\n".join(lines), _words(said.headline, said.reason), label, rows)


def trouble(headline: str, message: str) -> str:
    """What stands in the answer's place when there is an error, as HTML."""
    return section("", _words(headline, message), f"{headline} {message}", "")


def boxes(predictions: Sequence[Prediction], size: tuple[int, int]) -> str:
    """A box around each digit with its reading, as HTML to lay over what they were read on.

    Parameters
    ----------
    size
        Width and height of that in the unit of the predictions' boxes.
    """
    return BOXES.format(rows="".join(_box(each, size) for each in predictions if each.box))


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


def _words(headline: str, more: str) -> str:
    """How sure, and why not."""
    return WORDS.format(headline=in_html(headline), more=in_html(more))


def _of_number(predictions: Sequence[Prediction]) -> str:
    """A bar for each digit of a number."""
    rows = "".join(bar(_sign(each), each.probability, _sign(each) != UNKNOWN) for each in predictions)
    return BARS_OF_NUMBER.format(label=in_html(_("Probability of each digit of the number")), rows=rows)


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
    kind = IN_DOUBT if sign == UNKNOWN else READ
    return BOX.format(kind=kind, sign=sign, **{side: f"{100 * share:.2f}" for side, share in place.items()})


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
