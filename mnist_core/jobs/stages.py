"""What a job is at: its worker tells that in English, where it is kept; who looks on reads it in their own language."""

import re
from collections.abc import Sequence
from functools import cache

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number, percent

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
TRIAL = N_("Trial {number} of {count}")
TRIAL_AND_BEST = N_("Trial {number} of {count}; best so far {score}")

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
    TRIAL,
    TRIAL_AND_BEST,
)


def in_words(stage: str, templates: Sequence[str] = STAGES) -> str:
    """A stage that was told in English in the language that is spoken; as it is if it is none of these.

    Parameters
    ----------
    templates
        All that may be told, marked for translation; a placeholder stands for a number, a share or a score.

    Examples
    --------
    >>> in_words("Part 2 of 5: a network learns from the other parts, then reads this one")
    'Part 2 of 5: a network learns from the other parts, then reads this one'
    """
    for template in templates:
        if found := _pattern(template).fullmatch(stage):
            return _(template).format(**{name: _figure(text) for name, text in found.groupdict().items()})
    return stage


def _figure(text: str) -> str:
    """A number or a share as the language writes it."""
    digits, share, _rest = text.replace(",", "").partition(" %")
    decimals = len(digits.partition(".")[2])
    return percent(float(digits) / 100, decimals) if share else number(float(digits), decimals)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What a stage looks like whose figures are filled in."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[0-9,]+(?:\.[0-9]+)?(?: %)?)", re.escape(template)))
