"""What a network read in a digit before it was taught and what it reads after, beside each other."""

from html import escape

from mnist_core.language import gettext as _
from mnist_core.model.doubt import verdict
from mnist_core.types import Prediction
from mnist_ui.figures.answer import bars


def before_and_after(before: Prediction, after: Prediction, learned_from: int) -> str:
    """Both readings as HTML: the sign in large type, how sure, and a bar for each digit.

    Parameters
    ----------
    learned_from
        How many digits the network learned from.
    """
    return (
        f'<div class="before-after">{_reading(_("Before"), before, learned_from)}'
        f"{_reading(_('After'), after, learned_from)}</div>"
    )


def _reading(when: str, prediction: Prediction, learned_from: int) -> str:
    """One of the two."""
    said = verdict(prediction, learned_from)
    label = _("{when}: {sign}. {headline}").format(when=when, sign=said.sign, headline=said.headline)
    return (
        f'<section data-sign="{said.sign}" aria-label="{escape(label)}"><span>{escape(when)}</span>'
        f"<strong>{said.sign}</strong><p>{escape(said.headline)}</p>"
        f"{bars(prediction.probabilities.tolist(), said.sign)}</section>"
    )
