"""Digits as small pictures: what a network learns from, and which of them it reads right."""

from collections.abc import Sequence

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import ngettext
from mnist_core.types import UInt8Array
from mnist_ui.figures.strip import img

# Small images are enlarged in whole steps, so that their pixels can be seen.
ENLARGEMENT = 2


def digit_grid(images: UInt8Array, label: str) -> str:
    """Images (n, 28, 28) side by side, as HTML.

    Parameters
    ----------
    label
        What they are, for who cannot see them.
    """
    pictures = "".join(_picture(image, "") for image in images)
    return f'<ul class="digits large" aria-label="{in_html(label)}">{pictures}</ul>'


def reading_grid(images: UInt8Array, labels: Sequence[int], read: Sequence[int]) -> str:
    """Digits with a frame that is green where the network reads them right, and what it reads below, as HTML.

    Parameters
    ----------
    images, labels
        uint8 (n, 28, 28) and the n digits that they are.
    read
        The n digits that the network takes them for; empty before it has looked.
    """
    right = sum(a == b for a, b in zip(labels, read, strict=False))
    title = _title(right, len(labels)) if len(read) else _("It has not looked at any digit yet")
    answers: list[int | None] = list(read) or [None] * len(labels)
    items = [
        _picture(image, *_verdict(label, answer)) for image, label, answer in zip(images, labels, answers, strict=True)
    ]
    return f'<ul class="digits" data-right="{right}" aria-label="{in_html(title)}">{"".join(items)}</ul>'


def _title(right: int, count: int) -> str:
    """How many digits are read right."""
    text = ngettext(
        "{right} of {count} test digits is read right", "{right} of {count} test digits are read right", right
    )
    return text.format(right=right, count=count)


def _verdict(label: int, answer: int | None) -> tuple[str, str]:
    """How a digit is framed, and what stands below it."""
    if answer is None:
        return "is-unread", ""
    return ("is-right", str(answer)) if answer == label else ("is-wrong", str(answer))


def _picture(image: UInt8Array, verdict: str, caption: str = "") -> str:
    """One digit."""
    if not caption:
        alt = _("a digit")
    elif verdict == "is-right":
        alt = _("read as {digit}, right").format(digit=caption)
    else:
        alt = _("read as {digit}, wrong").format(digit=caption)
    below = f"<span>{caption}</span>" if verdict else ""
    return f'<li class="{verdict}">{img(image, alt, ENLARGEMENT)}{below}</li>'
