"""A class in pictures: the sign that phones find it by, and the result at the end."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import segno

from mnist_core.collection import Entry, alias_in_words
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.types import CLASSES
from mnist_ui.figures.digits import ENLARGEMENT
from mnist_ui.figures.strip import img

# A cell's colour at its deepest, in percent of it; text can be read on all of them.
_DEEPEST = 70


def sign(url: str, code: str, *, is_large: bool = False) -> str:
    """The QR code of an address, the same address as text, and the class's code, as HTML.

    Parameters
    ----------
    is_large
        Whether the QR code fills the screen's height.
    """
    shown = url.split("?")[0].removeprefix("http://")
    size = " is-large" if is_large else ""
    return (
        f'<div class="join-sign{size}"><img src="{qr_code(url)}" alt="{in_html(_("QR code of the address below"))}">'
        f'<p class="join-address"><span>{in_html(_("Scan it, or open"))}</span> <strong>{in_html(shown)}</strong></p>'
        f'<p class="join-code"><span>{in_html(_("and type the code"))}</span> <strong>{in_html(code)}</strong></p>'
        "</div>"
    )


@functools.lru_cache(maxsize=32)
def qr_code(text: str) -> str:
    """A text as a QR code (ISO/IEC 18004), dark on white in both themes, with its quiet zone: an SVG for an image."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_data_uri(dark="#000", light="#fff", border=4, omitsize=True))


def class_name(name: str) -> str:
    """The name of a class as a heading; markup in it stays text."""
    return f'<h1 class="class-name">{in_html(name)}</h1>'


def joined(here: int, members: int, drawn: int, right: int | None) -> str:
    """How many are there, have joined and have drawn so far, as HTML.

    Parameters
    ----------
    here
        How many phones have the class's page open.
    right
        How many digits were read right; None while that is not to be told.
    """
    told = [
        ngettext("{count} phone here", "{count} phones here", here).format(count=f"<b>{number(here)}</b>"),
        ngettext("{count} has joined", "{count} have joined", members).format(count=f"<b>{number(members)}</b>"),
        ngettext("{count} digit", "{count} digits", drawn).format(count=f"<b>{number(drawn)}</b>"),
    ]
    if right is not None:
        told.append(ngettext("{count} read right", "{count} read right", right).format(count=f"<b>{number(right)}</b>"))
    return f'<p class="class-counts">{"".join(f"<span>{each}</span>" for each in told)}</p>'


def confusion_table(confusion: npt.NDArray[np.int64]) -> str:
    """What was read as what, as an HTML table.

    Parameters
    ----------
    confusion
        int (10, 11): rows true digits, columns what was read, the last one what was in doubt.
    """
    columns = [*map(str, range(CLASSES)), "?"]
    head = "".join(f'<th scope="col">{each}</th>' for each in columns)
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>{"".join(_cells(row.tolist(), digit))}</tr>'
        for digit, row in enumerate(confusion)
    )
    corner = in_html(_("Drawn ↓ read →"))
    return (
        f'<table class="class-confusion"><thead><tr><th class="corner">{corner}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _cells(row: Sequence[int], digit: int) -> list[str]:
    """The cells of one digit; the deeper the colour, the larger the share of the row."""
    whole = sum(row) or 1
    return [
        f'<td class="{"is-right" if column == digit else "is-wrong"}" '
        f'style="--deep: {round(_DEEPEST * count / whole)}%">{number(count)}</td>'
        if count
        else "<td></td>"
        for column, count in enumerate(row)
    ]


def unread(found: Mapping[str, Sequence[Entry]], drawn: Mapping[str, int]) -> str:
    """Whose drawings of a digit were not read, with these drawings, as HTML.

    Parameters
    ----------
    found
        Each alias, as it is kept, with its drawings.
    drawn
        How many of this digit each alias has drawn in all.
    """
    return f'<ul class="unread">{"".join(_unread_of(alias, found[alias], drawn[alias]) for alias in found)}</ul>'


def _unread_of(alias: str, entries: Sequence[Entry], drawn: int) -> str:
    """One of the class."""
    who = in_html(alias_in_words(alias) if alias else _("Nobody by name"))
    share = in_html(_("{count} of {all}").format(count=number(len(entries)), all=number(drawn)))
    return f'<li><p>{who} <small>{share}</small></p><ul class="digits">{"".join(map(_misread, entries))}</ul></li>'


def _misread(entry: Entry) -> str:
    """A drawing that was not read, and as what it was."""
    verdict, sign = ("is-unread", "?") if entry.digit is None else ("is-wrong", str(entry.digit))
    alt = _("in doubt") if entry.digit is None else _("read as {digit}").format(digit=entry.digit)
    return f'<li class="{verdict}">{img(entry.image, alt, ENLARGEMENT)}<span>→ {sign}</span></li>'
