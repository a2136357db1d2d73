"""What pages are written with: how dark, how even and of what colour the ink is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.synthesis.pages.patterns import clouds
from mnist_core.synthesis.pages.sheet import Mark, Sheet
from mnist_core.types import Float32Array, as_shades

# What each colour counts for in a grey picture (ITU-R BT.601, as OpenCV's conversion weighs them).
GREY = np.array([0.299, 0.587, 0.114], np.float32)
# On paper darker than this people write with something pale, and with what differs from it by so many shades.
DARK_PAPER, LEAST_CONTRAST = 110, 55
TRIES = 8
# A pencil differs from its paper by so many shades at least, before its grain.
FAINTEST = 40


@dataclass(frozen=True)
class Ink:
    """Something to write with.

    Attributes
    ----------
    name
        What it is.
    lay
        Inks the marks of a sheet.
    pens
        The least and the greatest width of a stroke, as shares of a digit's height.
    """

    name: str
    lay: Callable[[Sheet, np.random.Generator], None]
    pens: tuple[float, float] = (0.035, 0.15)


def coverage(sheet: Sheet, marks: Sequence[Mark]) -> Float32Array:
    """How much ink of some marks is where on a sheet, (h, w) from 0 to 1."""
    width, height = sheet.size
    ink = np.zeros((height, width), np.uint8)
    for mark in marks:
        x, y = mark.place
        part = ink[y : y + mark.ink.shape[0], x : x + mark.ink.shape[1]]
        np.maximum(part, mark.ink[: part.shape[0], : part.shape[1]], out=part)
    return as_shades(ink)


def _marks(sheet: Sheet) -> list[Mark]:
    """All that was written on a sheet."""
    return [mark for line in sheet.lines for mark in line]


def _dark(sheet: Sheet, rng: np.random.Generator) -> Float32Array:
    """A colour that stands out from the paper: black, blue, at times red or green; pale on dark paper."""
    paper = float(sheet.paper @ GREY)
    for _ in range(TRIES):
        colour = _any_pen(rng, is_pale=paper < DARK_PAPER)
        if abs(float(colour @ GREY) - paper) > LEAST_CONTRAST:
            return colour
    return np.full(3, 255 if paper < DARK_PAPER else 0, np.float32)


def _any_pen(rng: np.random.Generator, *, is_pale: bool) -> Float32Array:
    """The colour of a pen, or of chalk."""
    if is_pale:
        return (255 - rng.uniform(0, 50) - rng.uniform(0, 20, 3)).astype(np.float32)
    kind = rng.random()
    base = rng.uniform(5, 80)
    colour = base + rng.uniform(0, 25, 3)
    if kind < 0.4:
        colour = np.array([base * 0.5, base * 0.8, min(base + rng.uniform(60, 140), 220)])
    elif kind < 0.5:
        colour = np.array([rng.uniform(150, 220), base * 0.6, base * 0.7])
    elif kind < 0.56:
        colour = np.array([base * 0.5, rng.uniform(80, 130), base])
    return colour.astype(np.float32)


def _pen(sheet: Sheet, rng: np.random.Generator) -> None:
    """Any pen: one colour, pressed a little more here than there."""
    ink = coverage(sheet, _marks(sheet))
    sheet.ink(ink * (1 - rng.uniform(0, 0.3) * clouds(rng, ink.shape, 12)), _dark(sheet, rng))


def _flat(sheet: Sheet, rng: np.random.Generator) -> None:
    """A program's pen: one flat colour, often pure black."""
    if rng.random() < 0.35:
        _black(sheet, rng)
    else:
        sheet.ink(coverage(sheet, _marks(sheet)), _dark(sheet, rng))


def _black(sheet: Sheet, _rng: np.random.Generator) -> None:
    """Pure black; pure white on what is dark."""
    is_dark = float(sheet.paper @ GREY) < 128
    sheet.ink(coverage(sheet, _marks(sheet)), np.full(3, 255 if is_dark else 0, np.float32))


def _felt(sheet: Sheet, rng: np.random.Generator) -> None:
    """A felt pen: pale where it runs, dark where it rested, at the ends of strokes."""
    marks = _marks(sheet)
    ink = coverage(sheet, marks)
    rested = np.zeros_like(ink)
    for mark in marks:
        size = max(mark.ink.shape)
        for x, y in np.unique(mark.ends, axis=0).tolist():
            radius = max(1, round(size * float(rng.uniform(0.05, 0.14))))
            cv2.circle(rested, (round(x), round(y)), radius, 1.0, cv2.FILLED, cv2.LINE_AA)
    size = float(np.median([max(mark.ink.shape) for mark in marks])) if marks else 1.0
    rested = cv2.GaussianBlur(rested, (0, 0), max(0.02 * size, 0.8))  # type: ignore[assignment]
    running = rng.uniform(0.25, 0.6)
    strength = running + (1 - running) * np.clip(rested * rng.uniform(0.8, 1.3), 0, 1)
    sheet.ink(ink * strength * (1 - 0.1 * clouds(rng, ink.shape, 20)), _dark(sheet, rng))


def _skipping(sheet: Sheet, rng: np.random.Generator) -> None:
    """A ballpoint that skips: gaps along the strokes, and fine white streaks."""
    marks = _marks(sheet)
    ink = coverage(sheet, marks)
    height = ink.shape[0]
    size = float(np.median([max(mark.ink.shape) for mark in marks])) if marks else float(height)
    cells = max(6, round(height / size * rng.uniform(14, 26)))
    gone = np.clip((clouds(rng, ink.shape, cells) - rng.uniform(0.55, 0.72)) * 9, 0, 1)
    streaks = np.clip((clouds(rng, ink.shape, max(height // 3, 4)) - 0.6) * 5, 0, 1) * rng.uniform(0.2, 0.7)
    kept = 1 - np.maximum(gone * rng.uniform(0.75, 1.0), streaks)
    sheet.ink((ink * kept).astype(np.float32), _dark(sheet, rng))


def _pencil(sheet: Sheet, rng: np.random.Generator) -> None:
    """A faint pencil: grey, grained by the paper, and a little darker or paler than it."""
    ink = coverage(sheet, _marks(sheet))
    paper = float(sheet.paper @ GREY)
    shade = rng.uniform(40, 90) if paper >= DARK_PAPER else rng.uniform(190, 240)
    least = FAINTEST / abs(paper - shade)
    grain = 0.55 + 0.45 * rng.random(ink.shape, np.float32)
    strength = np.float32(max(rng.uniform(0.16, 0.5), least)) * (1 - 0.4 * clouds(rng, ink.shape, 16))
    sheet.ink(ink * grain * strength, shade + rng.uniform(-5, 5, 3))


def _pale_and_dark(sheet: Sheet, rng: np.random.Generator) -> None:
    """Pale signs beside dark ones, or one sign whose lower half is pale."""
    colour, pale = _dark(sheet, rng), rng.uniform(0.22, 0.45)
    marks = _marks(sheet)
    is_pale = rng.random(len(marks)) < 0.5
    if len(marks) > 1:
        is_pale[rng.permutation(len(marks))[:2]] = True, False
        for strength, wanted in ((pale, True), (1.0, False)):
            chosen = [mark for mark, each in zip(marks, is_pale, strict=True) if each == wanted]
            sheet.ink(coverage(sheet, chosen) * np.float32(strength), colour)
        return
    ink = coverage(sheet, marks)
    share = _across(sheet, rng)
    sheet.ink(ink * (pale + (1 - pale) * share), colour)


def _two_colours(sheet: Sheet, rng: np.random.Generator) -> None:
    """Two pens: half of each sign in the one colour, half in the other."""
    ink, share = coverage(sheet, _marks(sheet)), _across(sheet, rng)
    colours = np.array([[200, 30, 40], [25, 50, 190], [20, 130, 60], [30, 30, 35], [230, 120, 20], [130, 40, 160],
                        [240, 235, 225], [250, 220, 70], [130, 210, 250]])  # fmt: skip
    far = colours[np.argsort(-np.abs(colours @ GREY - sheet.paper @ GREY))[:6]]
    one, other = far[rng.permutation(len(far))[:2]] + rng.uniform(-15, 15, (2, 3))
    sheet.ink(ink * share, one.astype(np.float32))
    sheet.ink(ink * (1 - share), other.astype(np.float32))


def _highlighter(sheet: Sheet, rng: np.random.Generator) -> None:
    """A highlighter: bright yellow, at times pink, green or orange, through which the paper shines."""
    colours = np.array([[255, 245, 60], [250, 240, 20], [255, 250, 90], [255, 130, 200], [140, 250, 110]])
    colour = colours[int(rng.choice(len(colours), p=[0.3, 0.3, 0.2, 0.1, 0.1]))].astype(np.float32)
    ink = coverage(sheet, _marks(sheet)) * np.float32(rng.uniform(0.7, 1.0))
    stained = sheet.picture * (colour / 255)
    sheet.picture += (stained - sheet.picture) * ink[..., None]


def _as_bright(sheet: Sheet, rng: np.random.Generator) -> None:
    """Ink as bright as the paper, to a few shades, and of quite another colour."""
    paper = float(sheet.paper @ GREY)
    best, farthest = sheet.paper, 0.0
    for _ in range(24):
        colour = rng.uniform(0, 255, 3).astype(np.float32)
        colour = np.clip(colour + (paper - float(colour @ GREY) + rng.normal(0, 3)), 0, 255)
        distance = float(np.abs(colour - sheet.paper).sum()) if abs(float(colour @ GREY) - paper) < 8 else 0.0
        if distance > farthest:
            best, farthest = colour, distance
        if farthest > 190:
            break
    sheet.ink(coverage(sheet, _marks(sheet)), best)


def _across(sheet: Sheet, rng: np.random.Generator) -> Float32Array:
    """From 0 on one side of what is written to 1 on the other, (h, w), with a quick change in its middle."""
    box, (width, height) = sheet.box, sheet.size
    angle = rng.uniform(0, 2 * np.pi)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    x = (np.arange(width, dtype=np.float32) - np.float32(box.x + box.width / 2)) / np.float32(box.width)
    y = (np.arange(height, dtype=np.float32) - np.float32(box.y + box.height / 2)) / np.float32(box.height)
    return np.clip((x * cos + y[:, None] * sin) * np.float32(12) + np.float32(0.5), 0, 1)


PEN = Ink("a pen", _pen)
FINE = Ink("a fine pen", _pen, (0.03, 0.075))
PROGRAM = Ink("a program's pen", _flat, (0.04, 0.16))
BLACK = Ink("black", _black, (0.085, 0.17))
FELT = Ink("a felt pen with dark ends", _felt, (0.08, 0.17))
SKIPPING = Ink("a ballpoint that skips", _skipping, (0.04, 0.09))
PENCIL = Ink("a faint pencil", _pencil, (0.035, 0.08))
PALE_AND_DARK = Ink("pale beside dark", _pale_and_dark)
TWO_COLOURS = Ink("two colours", _two_colours, (0.05, 0.15))
HIGHLIGHTER = Ink("a highlighter", _highlighter, (0.1, 0.19))
AS_BRIGHT = Ink("as bright as the paper", _as_bright, (0.06, 0.16))
