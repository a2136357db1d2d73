"""What a job is at: its worker tells that in English, where it is kept; who looks on reads it in their own language."""

import re
from functools import cache

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number

STARTING = N_("Starting")
FOLD = N_("Part {part} of {parts}: a network learns from the other parts, then reads this one")
COMPARING = N_("Comparing what the networks read with the labels")
COMPONENTS = N_("Finding the directions in which the images differ most")
ODD_ONES = N_("Looking for odd ones among the images of each digit")
DOWNLOADING = N_("Downloading")
CONVERTING = N_("Bringing the digits into the app's form")
LOOKING = N_("The network looks at every digit.")
NEAREST = N_("The nearest digits of every digit are being looked for.")
LOADING = N_("UMAP is being loaded, which takes a minute the first time.")
LAYING_OUT = N_("The map is laid out: round {round} of {rounds}.")
LAYING_OUT_FILM = N_("{maps} maps of {digits} digits are laid out together.")
MEASURING = N_("How far the map can be trusted is being measured.")
MAP_READY = N_("The map is ready.")
FILM_READY = N_("The film is ready.")

STAGES = (
    STARTING,
    FOLD,
    COMPARING,
    COMPONENTS,
    ODD_ONES,
    DOWNLOADING,
    CONVERTING,
    LOOKING,
    NEAREST,
    LOADING,
    LAYING_OUT,
    LAYING_OUT_FILM,
    MEASURING,
    MAP_READY,
    FILM_READY,
)


def in_words(stage: str) -> str:
    """A stage that was told in English in the language that is spoken; as it is if it is none of these.

    Examples
    --------
    >>> in_words("Part 2 of 5: a network learns from the other parts, then reads this one")
    'Part 2 of 5: a network learns from the other parts, then reads this one'
    """
    for template in STAGES:
        if found := _pattern(template).fullmatch(stage):
            return _(template).format(**{name: _figure(text) for name, text in found.groupdict().items()})
    return stage


def _figure(text: str) -> str:
    """A number as the language writes it."""
    return number(int(text.replace(",", "")))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What a stage looks like whose figures are filled in."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[0-9,]+)", re.escape(template)))
