"""What docs/build/extending.md has to be added, and a copy of the checkout to add it to."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mnist_core import paths

ROOT = paths.SHIPPED_MODELS.parent
PAGE = ROOT / "docs" / "build" / "extending.md"

_SECTION = re.compile(r"^## (.+)\n((?:(?!^## ).*\n)*)", re.MULTILINE)
_BLOCK = re.compile(
    r"^`(?P<path>[^`\n]+)`, (?:(?P<new>new)|(?P<end>at the end)|(?P<side>after|before) `(?P<anchor>[^\n]+)`):\n"
    r"\n```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Addition:
    """A block of the page: what to put where.

    Attributes
    ----------
    path
        The file, from the top of the checkout.
    text
        Whole lines.
    side, anchor
        "after" or "before" which line of the file, without its indentation; "end", or "new" for a whole file.
    """

    path: str
    text: str
    side: str
    anchor: str = ""

    def make(self, checkout: Path) -> None:
        """Add it to a checkout."""
        path = checkout / self.path
        if self.side == "new":
            assert not path.exists(), f"{self.path} is there already"
            path.parent.mkdir(exist_ok=True)
            path.write_text(self.text, "utf-8")
            return
        lines = path.read_text("utf-8").splitlines(keepends=True)
        place = len(lines)
        if self.anchor:
            places = [number for number, line in enumerate(lines) if line.strip() == self.anchor]
            assert len(places) == 1, f"{self.anchor!r} is {len(places)} times in {self.path}"
            place = places[0] + (self.side == "after")
        path.write_text("".join([*lines[:place], self.text, *lines[place:]]), "utf-8")


def additions(title: str) -> list[Addition]:
    """All that a section of the page has to be added, in order."""
    (section,) = (text for name, text in _SECTION.findall(PAGE.read_text("utf-8")) if name == title)
    found = [
        Addition(each["path"], each["text"], each["new"] or each["side"] or "end", each["anchor"] or "")
        for each in _BLOCK.finditer(section)
    ]
    assert len(found) == section.count("\n```") // 2, "each block of code is headed by its file"
    return found


def table() -> list[tuple[str, str]]:
    """The rows of the page's table: a new file, and a file with a place for it; each may be empty."""
    rows = re.findall(r"^\|[^|\n]+\|([^|\n]*)\|([^|\n]*)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [(new.strip(" `"), place.strip(" `")) for new, place in rows[2:]]


def copy_checkout(folder: Path) -> Path:
    """A copy of all files that Git knows, as they are now, with the byte code that Python has of them."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    for name in filter(None, names):
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)  # with its time, by which its byte code is known
            for code in (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc") if source.suffix == ".py" else ():
                (target.parent / "__pycache__").mkdir(exist_ok=True)
                shutil.copy(code, target.parent / "__pycache__")
    return folder
