"""Images with what they show and what was read, as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.reader.answer import percent
from mnist_core.types import UInt8Array
from mnist_ui.figures.strip import img

ENLARGEMENT = 2


@dataclass(frozen=True, eq=False)
class ReadImage:
    """One image that a model has read.

    Attributes
    ----------
    index
        Where it is in its dataset's test images, from 0.
    image
        uint8 (28, 28).
    guesses
        The most probable digits with their probabilities, the first one first.
    neighbours
        The training images most like it with what they show; empty where these are not known.
    link
        Where more is told of it; empty for nowhere.
    """

    index: int
    image: UInt8Array
    label: int
    guesses: Sequence[tuple[int, float]]
    neighbours: Sequence[tuple[UInt8Array, int]] = ()
    link: str = ""


def mistakes(images: Sequence[ReadImage], *, hidden: bool) -> str:
    """Images side by side, each with its best guesses and the training images most like it.

    Parameters
    ----------
    hidden
        Whether label and guesses are hidden until the visitor asks.
    """
    return f'<ul class="mistakes">{"".join(_card(each, hidden) for each in images)}</ul>'


def _card(each: ReadImage, hidden: bool) -> str:
    """One mistake with all that is known of it."""
    told = _told(each)
    if hidden:
        told = f"<details><summary>{in_html(_('Would you have known?'))}</summary>{told}</details>"
    alt = _("a test image") if hidden else _("a {label}").format(label=each.label)
    picture = img(each.image, alt, ENLARGEMENT)
    if each.link and not hidden:  # there it says what it is
        picture = f'<a href="{in_html(each.link)}" target="_blank">{picture}</a>'
    title = _("Test image {image}").format(image=number(each.index))
    return f'<li data-index="{each.index}" title="{in_html(title)}">{picture}<div>{told}</div></li>'


def _told(each: ReadImage) -> str:
    """Label, best guesses and neighbours of a mistake."""
    (first, stated), (second, less) = each.guesses[:2]
    shown = _("True digit: {label}").format(label=each.label)
    read = _("read as {digit} ({share})").format(digit=first, share=percent(stated))
    other = _("or {digit} ({share})").format(digit=second, share=percent(less))
    said = f"<p><strong>{in_html(shown)}</strong></p><p>{in_html(read)}<br>{in_html(other)}</p>"
    return f"{said}{_neighbours(each.neighbours)}"


def _neighbours(neighbours: Sequence[tuple[UInt8Array, int]]) -> str:
    """The training images that are most like it."""
    shows, title = _("a training digit that shows {label}"), _("Most like it in training")
    items = "".join(
        f"<li>{img(image, shows.format(label=label), ENLARGEMENT)}<span>{label}</span></li>"
        for image, label in neighbours
    )
    return f'<ul class="nearest" aria-label="{in_html(title)}">{items}</ul>' if items else ""
