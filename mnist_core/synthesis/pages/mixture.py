"""Pages to learn from: any kind, and things together that the kinds have one by one."""

from dataclasses import replace

import numpy as np

from mnist_core.synthesis.pages import camera, desks, inks, papers, texts
from mnist_core.synthesis.pages import surroundings as around
from mnist_core.synthesis.pages.hands import Hands
from mnist_core.synthesis.pages.kinds import KINDS, Kind
from mnist_core.synthesis.pages.page import Page, Part

# Share of pages on which anything comes together with anything.
MIXED = 0.4

_ANYTHING = Kind(
    "anything on paper",
    (
        texts.DIGIT, texts.NUMBER, texts.NUMBER, texts.TOUCHING, texts.OVERLAPPING, texts.AMOUNT, texts.DATE,
        texts.SLASHED, texts.SUBTRACTION, texts.CALCULATION, texts.ROWS, texts.COLUMN, texts.SEVERAL,
        texts.WITH_A_WORD, texts.NO_DIGITS,
    ),
    papers.PLAIN + papers.RULED + papers.SQUARED + papers.COLOURED + papers.CHEQUES + papers.NOTES + papers.BOARDS,
    (inks.PEN, inks.PEN, inks.FINE, inks.FELT, inks.SKIPPING, inks.PENCIL, inks.PALE_AND_DARK, inks.TWO_COLOURS),
    (
        around.nothing, around.nothing, around.nothing, around.frame_inset, around.drawn_box, around.ring,
        around.underline, around.punch_holes, around.specks, around.remnants, around.stamp,
    ),
    rim=(around.nothing, around.nothing, around.dark_object, around.laptop_edge, around.thumb),
    takings=(camera.photo, camera.still_photo, camera.scan, camera.bleached),
)  # fmt: skip
_ON_A_DESK = replace(_ANYTHING, name="anything on a desk", desks=desks.DESKS, takings=(camera.still_photo,))

_WEIGHTS = np.array([kind.weight for kind in KINDS])


def page(hands: Hands, part: Part, rng: np.random.Generator) -> Page:
    """A page of any kind, or of anything with anything.

    Parameters
    ----------
    hands
        Whose digits are written on it: those of the same part.
    part
        Whose backgrounds it has.
    """
    if rng.random() < MIXED:
        kind = _ON_A_DESK if rng.random() < 0.35 else _ANYTHING
    else:
        kind = KINDS[int(rng.choice(len(KINDS), p=_WEIGHTS / _WEIGHTS.sum()))]
    return kind.page(hands, part, rng)
