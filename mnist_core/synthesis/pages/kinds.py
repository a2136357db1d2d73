"""The kinds of pages: what is written with what on what, what is around it, and how the picture was taken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mnist_core.synthesis.pages import camera, desks, inks, papers, screens, texts
from mnist_core.synthesis.pages import surroundings as around
from mnist_core.synthesis.pages.camera import Taking
from mnist_core.synthesis.pages.hands import Hands
from mnist_core.synthesis.pages.inks import Ink
from mnist_core.synthesis.pages.page import Page, Part, one_of
from mnist_core.synthesis.pages.sheet import Background, Room, Sheet
from mnist_core.synthesis.pages.surroundings import Surrounding, nothing
from mnist_core.synthesis.pages.texts import Lines, Text
from mnist_core.synthesis.pages.writing import columns, write

# The least and the most pixels of a picture, as the side of a square.
SIDES = 280, 460
# The greatest share of width to height, and of height to width.
LONGEST = 3.2
# Widths of whole pictures as shares of their heights, and the share of pictures that are not cut out.
SHAPES, UNCUT = (4 / 3, 3 / 4, 3 / 2, 1.0, 16 / 9), 0.5
# How often a text is tried anew that finds no place on its sheet.
TRIES = 5


@dataclass(frozen=True)
class Kind:
    """A kind of page. Wherever there are several of something, one is drawn.

    Attributes
    ----------
    name
        What people would call it.
    texts, papers, inks
        What is written, on what, with what.
    around
        What is on the sheet besides.
    desks
        What the sheet lies on; empty where it fills the picture.
    rim
        What is at the rim of the picture.
    takings
        How the picture is taken.
    side
        Pixels of a square picture; None where the size is drawn.
    weight
        How often it is among pages to learn from, beside the others.
    """

    name: str
    texts: tuple[Text, ...]
    papers: tuple[Background, ...] = papers.PLAIN
    inks: tuple[Ink, ...] = (inks.PEN,)
    around: tuple[Surrounding, ...] = (nothing,)
    desks: tuple[Background, ...] = ()
    rim: tuple[Surrounding, ...] = (nothing,)
    takings: tuple[Taking, ...] = (camera.photo, camera.scan)
    side: int | None = None
    weight: float = 1.0

    def page(self, hands: Hands, part: Part, rng: np.random.Generator) -> Page:
        """A page of this kind.

        Parameters
        ----------
        hands
            Whose digits are written on it: those of the same part.
        part
            Whose backgrounds it has.
        """
        text, ink = one_of(self.texts, rng), one_of(self.inks, rng)
        sheet = self._written(text, ink, hands, part, rng)
        ink.lay(sheet, rng)
        one_of(self.around, rng)(sheet, rng)
        if self.desks:
            width, height = _size(one_of(SHAPES, rng), rng)
            desk = of_part(self.desks, part, rng).draw(Room(width, height), rng)
            sheet = desks.lying(sheet, desk, rng)
        one_of(self.rim, rng)(sheet, rng)
        np.clip(sheet.picture, 0, 255, out=sheet.picture)
        sheet, picture = one_of(self.takings, rng)(sheet, rng)
        return Page(picture, sheet.things())

    def _written(self, text: Text, ink: Ink, hands: Hands, part: Part, rng: np.random.Generator) -> Sheet:
        """A sheet with the marks of a text; the first that has a place for all of it, else for some of it."""
        background = of_part(self.papers, part, rng)
        for _ in range(TRIES):
            lines = text.lines(rng)
            sheet = background.draw(self._room(lines, rng), rng)
            write(sheet, text, lines, hands, rng, ink.pens)
            if [len(line) for line in sheet.lines] == [len(line) for line in lines]:
                break
        return sheet

    def _room(self, lines: Lines, rng: np.random.Generator) -> Room:
        """How large the sheet is to be."""
        longest = max((columns(line) for line in lines), default=1.0)
        longest_line = max(map(len, lines), default=1)
        if self.side:
            return Room(self.side, self.side, len(lines), longest_line)
        fitting = (longest + 0.3) * 0.7 / (1.5 * max(len(lines), 1)) * float(np.exp(rng.normal(0.15, 0.3)))
        # Cameras and programs have shapes of their own, others cut out what was written.
        width, height = _size(one_of(SHAPES, rng) if rng.random() < UNCUT else fitting, rng)
        return Room(width, height, len(lines), longest_line)


def of_part(backgrounds: Sequence[Background], part: Part, rng: np.random.Generator) -> Background:
    """One of the backgrounds that pages of a part have."""
    return one_of([each for each in backgrounds if each.part == part], rng)


def _size(aspect: float, rng: np.random.Generator) -> tuple[int, int]:
    """Width and height of a picture so many times as wide as high, or nearly."""
    aspect = float(np.clip(aspect, 1 / LONGEST, LONGEST))
    side = float(rng.uniform(*SIDES))
    return round(side * aspect**0.5), round(side / aspect**0.5)


_SHEETS = papers.PLAIN + papers.RULED + papers.SQUARED
_NUMBERS = (texts.NUMBER, texts.TOUCHING)
_LARGE_DIGIT = replace(texts.DIGIT, fill=(0.65, 0.95))
# With room around for what is drawn there.
_DIGIT, _NUMBER = (replace(text, fill=(0.3, 0.62)) for text in (texts.DIGIT, texts.NUMBER))
_SCREEN = (camera.export,)
_STILL = (camera.still_photo,)

KINDS: tuple[Kind, ...] = (
    Kind("a digit on paper", (texts.DIGIT,), _SHEETS, weight=2.0),
    Kind("a number on paper", _NUMBERS, _SHEETS, weight=3.0),
    Kind("chalk on a board", (texts.DIGIT, texts.NUMBER), papers.BOARDS),
    # Paper that does not fill the picture.
    Kind("a digit on a sheet on a desk", (texts.DIGIT,), _SHEETS, desks=desks.DESKS, takings=_STILL),
    Kind("a number on a sheet on a desk", _NUMBERS, _SHEETS, desks=desks.DESKS, takings=_STILL, weight=2.0),
    Kind("a sticky note", (texts.DIGIT, texts.NUMBER), papers.NOTES, desks=desks.DESKS, takings=_STILL),
    Kind("a dark object at the rim", (texts.DIGIT,), rim=(around.dark_object,), takings=_STILL),
    Kind("a laptop's edge", (texts.DIGIT,), rim=(around.laptop_edge,), takings=_STILL),
    Kind("a thumb at the rim", (texts.DIGIT,), rim=(around.thumb,), takings=_STILL),
    Kind("punch holes", (texts.DIGIT, texts.NUMBER), around=(around.punch_holes,)),
    # Several lines and columns.
    Kind("two or three rows", (texts.ROWS,), _SHEETS, weight=2.0),
    Kind("a column", (texts.COLUMN,), _SHEETS),
    Kind("several lines", (texts.SEVERAL,), _SHEETS, weight=3.0),
    # Uneven ink.
    Kind("a felt pen with dark ends", (texts.DIGIT, texts.NUMBER), inks=(inks.FELT,)),
    Kind("a ballpoint that skips", (texts.DIGIT, texts.NUMBER), inks=(inks.SKIPPING,)),
    Kind("a faint pencil", (texts.DIGIT, texts.NUMBER), _SHEETS, inks=(inks.PENCIL,)),
    Kind("pale beside dark strokes", (texts.DIGIT, texts.NUMBER), inks=(inks.PALE_AND_DARK,)),
    # Something around or under it.
    Kind("a frame at the rim", (texts.DIGIT,), around=(around.frame_at_rim,), takings=(camera.export, camera.scan)),
    Kind("a frame inset", (texts.DIGIT,), around=(around.frame_inset,), takings=(camera.export, camera.photo)),
    Kind(
        "a one-pixel border", (texts.DIGIT,), screens.CANVASES, (inks.PROGRAM,), (around.one_pixel_border,),
        takings=_SCREEN,
    ),
    Kind("a tile on a page", (texts.DIGIT,), screens.SITES, (inks.PROGRAM,), takings=_SCREEN),
    Kind("axes of a plot", (texts.DIGIT,), screens.PLOTS, (inks.PROGRAM,), takings=_SCREEN, weight=2.0),
    Kind("a drawing program", (texts.DIGIT, texts.NUMBER), screens.PROGRAMS, (inks.PROGRAM,), takings=_SCREEN),
    Kind("a drawn box", (_DIGIT, _NUMBER), around=(around.drawn_box,)),
    Kind("a ring around a digit", (_DIGIT,), around=(around.ring,)),
    Kind("a ring around a number", (_NUMBER,), around=(around.ring,)),
    Kind("boxes of a form", (texts.NUMBER, texts.ROWS), papers.FORMS, (inks.FINE,)),
    Kind("an underlined number", (_NUMBER,), _SHEETS, around=(around.underline,)),
    # Dirt.
    Kind("specks on a scan", (texts.DIGIT,), around=(around.specks,), takings=(camera.scan, camera.bleached)),
    Kind("remnants at the rim", (texts.DIGIT,), around=(around.remnants,)),
    # Colour.
    Kind("ink as bright as the paper", (texts.DIGIT,), papers.COLOURED, (inks.AS_BRIGHT,)),
    Kind("a highlighter", (texts.DIGIT, texts.NUMBER), inks=(inks.HIGHLIGHTER,)),
    Kind("two colours in a digit", (texts.DIGIT,), inks=(inks.TWO_COLOURS,), takings=(camera.photo, camera.export)),
    # Signs.
    Kind("a date", (texts.DATE,), _SHEETS),
    Kind("slashes", (texts.SLASHED,), _SHEETS),
    Kind("a minus", (texts.SUBTRACTION,), _SHEETS),
    Kind("a calculation", (texts.CALCULATION,), _SHEETS, weight=1.5),
    Kind("a number beside a word", (texts.WITH_A_WORD,), _SHEETS, weight=3.0),
    Kind("no digits", (texts.NO_DIGITS,), _SHEETS, weight=4.0),
    # Files.
    Kind("a drawing of a program", (texts.DIGIT, texts.NUMBER), screens.CANVASES, (inks.PROGRAM,), takings=_SCREEN),
    Kind("a transparent card", (texts.DIGIT,), screens.STICKERS, (inks.PROGRAM,), takings=_SCREEN),
    Kind(
        "28 x 28 with a fringe", (_LARGE_DIGIT,), screens.CANVASES, (inks.BLACK,), takings=(camera.tiny_with_fringe,),
        side=112,
    ),
    # Touching and overlapping digits.
    Kind("touching digits", (texts.TOUCHING,), screens.CANVASES, (inks.PROGRAM,), takings=_SCREEN, weight=2.0),
    Kind("touching digits on paper", (texts.TOUCHING,), _SHEETS, weight=2.0),
    Kind("overlapping digits", (texts.OVERLAPPING,), _SHEETS, (inks.FINE, inks.PEN)),
    Kind("an amount on a cheque", (texts.AMOUNT,), papers.CHEQUES, (inks.FINE, inks.PEN), weight=3.0),
    Kind("a stamp over a number", _NUMBERS, _SHEETS + papers.CHEQUES, around=(around.stamp,)),
)  # fmt: skip
"""What real photos and exports are like, each by the name that people would give it."""


def kind_of(name: str) -> Kind:
    """The kind of that name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {kind.name: kind for kind in KINDS}[name]
