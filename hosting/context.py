"""What of a folder gets into a build: all that its .dockerignore does not leave out."""

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath


def files_of(folder: Path, patterns: Sequence[str]) -> Iterator[PurePosixPath]:
    """The files of a build, relative to its folder.

    Parameters
    ----------
    folder
        The context of the build.
    patterns
        The lines of its .dockerignore: the last one that fits decides, `!` takes back.
    """
    rules = [_rule(line) for line in map(str.strip, patterns) if line and not line.startswith("#")]
    for path in sorted(folder.rglob("*")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_file() and not _is_left_out(relative, rules):
            yield relative


def copy_files(folder: Path, files: Sequence[PurePosixPath], into: Path) -> None:
    """Copy files of a folder, with the folders that they lie in."""
    for each in files:
        (into / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / each, into / each)


def _rule(line: str) -> tuple[re.Pattern[str], bool]:
    """A pattern as an expression, and whether it leaves out."""
    is_taken_back = line.startswith("!")
    parts = line.lstrip("!").strip("/").split("/")
    fit = "/".join(_part(part) for part in parts).replace("(?:.*)/", "(?:.*/)?")
    return re.compile(f"{fit}(?:/.*)?"), not is_taken_back


def _part(part: str) -> str:
    """A part of a pattern between two slashes."""
    if part == "**":
        return "(?:.*)"
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(sign, re.escape(sign)) for sign in part)


def _is_left_out(path: PurePosixPath, rules: Sequence[tuple[re.Pattern[str], bool]]) -> bool:
    """Whether the last rule that fits a path leaves it out."""
    return next((leaves_out for fit, leaves_out in reversed(rules) if fit.fullmatch(str(path))), False)
