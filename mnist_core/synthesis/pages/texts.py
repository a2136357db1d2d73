"""What is written on a page: the names of its signs, line by line."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mnist_core.numbers.finding import NO_DIGIT
from mnist_core.synthesis.pages.page import one_of

Lines = list[list[str]]

SHORT, LONG = 2, 6
_SIGN_OF = {".": "full stop", ",": "comma", "-": "dash", "−": "minus", "+": "plus", "=": "equals", "/": "slash"}


@dataclass(frozen=True)
class Text:
    """A kind of text.

    Attributes
    ----------
    name
        What it is.
    lines
        The names of the things in each line.
    gap
        The least and the most space between neighbours, as shares of a digit's height. Less than 0: their ink meets,
        and lies over each other by so much.
    fill
        The least and the most share of the room that it takes.
    """

    name: str
    lines: Callable[[np.random.Generator], Lines]
    gap: tuple[float, float] = (0.1, 0.45)
    fill: tuple[float, float] = (0.5, 1.0)


def _number(rng: np.random.Generator, least: int = SHORT, most: int = LONG) -> list[str]:
    """So many digits."""
    return [str(digit) for digit in rng.integers(10, size=int(rng.integers(least, most + 1))).tolist()]


def _named(written: str) -> list[str]:
    """The names of signs that are written as a text."""
    return [_SIGN_OF.get(sign, sign) for sign in written]


def _joined(rng: np.random.Generator, *most: int) -> list[str]:
    """Numbers of at most so many digits each, as texts."""
    return ["".join(_number(rng, 1, each)) for each in most]


def _amount(rng: np.random.Generator) -> Lines:
    """A sum of money as cheques and bills have it."""
    whole, cents = "".join(_number(rng, 1, 4)), "".join(_number(rng, 2, 2))
    if len(whole) == 4 and rng.random() < 0.6:
        whole = f"{whole[0]}{one_of('.,', rng)}{whole[1:]}"
    ends = [f".{cents}", f",{cents}", ".00", ",00", "/-", ".-", ",-", "", f"-{cents}", "=", "--"]
    before = one_of(["", "", "", "-", "="], rng)
    return [_named(f"{before}{whole}{one_of(ends, rng)}")]


def _date(rng: np.random.Generator) -> Lines:
    """A day, with slashes, dots or dashes."""
    day, month = str(int(rng.integers(1, 32))), str(int(rng.integers(1, 13)))
    year = one_of(["26", "2026", str(int(rng.integers(1950, 2030))), ""], rng)
    sign = one_of("//.-", rng)
    return [_named(sign.join(each for each in (day, month, year) if each))]


def _slashed(rng: np.random.Generator) -> Lines:
    """A date or a fraction with slashes."""
    return [_named("/".join(_joined(rng, 2, 2, *([2] if rng.random() < 0.6 else []))))]


def _subtraction(rng: np.random.Generator) -> Lines:
    """A number below zero, or a difference."""
    one, other = _joined(rng, 3, 2)
    return [_named(f"−{one}" if rng.random() < 0.5 else f"{one}−{other}")]


def _calculation(rng: np.random.Generator) -> Lines:
    """A sum with its result, one line or two."""
    one, other, result = _joined(rng, 2, 2, 3)
    lines = [_named(f"{one}{one_of('+−', rng)}{other}={result if rng.random() < 0.7 else ''}")]
    return lines if rng.random() < 0.6 else [*lines, _named(f"{other}+{one}={result}")]


def _rows(rng: np.random.Generator) -> Lines:
    """Two or three numbers below each other."""
    return [_number(rng) for _ in range(int(rng.integers(2, 4)))]


def _column(rng: np.random.Generator) -> Lines:
    """Single digits below each other."""
    return [_number(rng, 1, 1) for _ in range(int(rng.integers(3, 6)))]


def _several(rng: np.random.Generator) -> Lines:
    """Several lines, some of them with a word before or after the number."""
    lines = []
    for _ in range(int(rng.integers(2, 6))):
        line = _number(rng, 1, 5)
        if rng.random() < 0.35:
            line.insert(0 if rng.random() < 0.7 else len(line), NO_DIGIT)
        lines.append(line)
    return lines


def _with_a_word(rng: np.random.Generator) -> Lines:
    """A number beside a word, or something else that is none."""
    line = _number(rng, 1, 4)
    line.insert(int(rng.integers(2)) * len(line), NO_DIGIT)
    return [line]


def _no_digits(rng: np.random.Generator) -> Lines:
    """Words, little pictures and scribbles alone, or nothing at all."""
    if rng.random() < 0.15:
        return []
    return [[NO_DIGIT] * int(rng.integers(1, 3)) for _ in range(int(rng.integers(1, 3)))]


DIGIT = Text("a digit", lambda rng: [_number(rng, 1, 1)], fill=(0.3, 0.9))
NUMBER = Text("a number", lambda rng: [_number(rng)])
TOUCHING = Text("a number whose digits touch", lambda rng: [_number(rng)], gap=(-0.05, 0.01))
OVERLAPPING = Text("a number whose digits overlap", lambda rng: [_number(rng)], gap=(-0.12, -0.02))
AMOUNT = Text("an amount", _amount, gap=(-0.02, 0.25))
DATE = Text("a date", _date, gap=(0.03, 0.3))
SLASHED = Text("numbers with slashes", _slashed, gap=(0.05, 0.3))
SUBTRACTION = Text("a minus", _subtraction, gap=(0.08, 0.35))
CALCULATION = Text("a calculation", _calculation, gap=(0.08, 0.35))
ROWS = Text("two or three rows", _rows, gap=(0.06, 0.35))
COLUMN = Text("a column", _column, fill=(0.6, 1.0))
SEVERAL = Text("several lines", _several, gap=(0.06, 0.35), fill=(0.6, 1.0))
WITH_A_WORD = Text("a number beside a word", _with_a_word)
NO_DIGITS = Text("no digits", _no_digits)
