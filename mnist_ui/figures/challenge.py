"""The challenge's pictures: what became of each digit."""

from collections.abc import Sequence

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_ui.figures.strip import img
from mnist_ui.state.challenge import Attempt

ENLARGEMENT = 3
# Stands where nothing was drawn.
BLANK = '<span class="blank" aria-hidden="true"></span>'


def results(attempts: Sequence[Attempt]) -> str:
    """The visitor's digits with what was read and how long each took, as HTML."""
    title = _("Your digits so far")
    return f'<ul class="digits attempts" aria-label="{in_html(title)}">{"".join(map(_result, attempts))}</ul>'


def _result(attempt: Attempt) -> str:
    """One digit."""
    verdict = "is-right" if attempt.is_right else "is-wrong"
    said = in_html(_said(attempt))
    took = in_html(_("{seconds} s").format(seconds=number(attempt.milliseconds / 1000, 1)))
    drawn = BLANK if attempt.image is None else img(attempt.image, "", ENLARGEMENT)
    return f'<li class="{verdict}">{drawn}<span>{attempt.digit}</span><small>{said}<br>{took}</small></li>'


def _said(attempt: Attempt) -> str:
    """What became of it, in a word or two."""
    if attempt.is_right:
        return _("read right")
    if attempt.image is None:
        return _("not drawn")
    return _("not read") if attempt.read is None else _("read as {digit}").format(digit=attempt.read)
