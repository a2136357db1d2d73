"""Tables of Markdown pages, as tests read them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows(page: str) -> dict[str, list[str]]:
    """The rows of all tables of a page of the checkout, by what stands first in each."""
    lines = re.findall(r"^\| (.+) \|$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    cells = [line.split(" | ") for line in lines]
    return {first: others for first, *others in cells}


def percent(share: float, places: int) -> str:
    """A share as the pages write it: 0.9957 is "99.57 %"."""
    return f"{share:.{places}%}".replace("%", " %")


def interval(low: float, high: float, places: int) -> str:
    """An interval of shares as the pages write it."""
    return f"{100 * low:.{places}f} to {percent(high, places)}"
