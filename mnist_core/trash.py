"""What was deleted and can be brought back for a day: public models, maps and jobs.

A folder moves here in one step, and back in one step. What is private never comes here, nor does anything while the
disk is nearly full: whoever deletes then wants the space.
"""

import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mnist_core import paths
from mnist_core.settings import whole_number

KEPT_S = 24 * 60 * 60

SCARCE_VARIABLE = "MNIST_STUDIO_SCARCE_MB"
SCARCE_MB = 500
"""With less free space than this, deleting is final."""

_PLACE = re.compile(r"\d{1,12}-[0-9a-f]{16}")


@dataclass(frozen=True)
class Discarded:
    """A folder that was deleted and can be brought back.

    Attributes
    ----------
    folder
        Where it is now; it still has the name that it had.
    deleted
        When, in seconds since the epoch.
    """

    folder: Path
    deleted: float

    @property
    def id(self) -> str:
        """What tells it from others of its name."""
        return self.folder.parent.name

    @property
    def name(self) -> str:
        """The name that the folder had."""
        return self.folder.name


def discard(folder: Path, *, is_final: bool = False) -> bool:
    """Take a folder away in one step: whoever looks sees all of it or nothing.

    Parameters
    ----------
    is_final
        Whether nobody shall bring it back.

    Returns
    -------
    Whether it can be brought back.

    Raises
    ------
    OSError
        If the disk refuses; the folder is then where it was.
    """
    is_final = is_final or is_scarce()
    empty()
    # What is final is over from the beginning: after a crash nobody brings it back, and the next deletion ends it.
    place = _room(folder.parent.name) / f"{0 if is_final else int(time.time())}-{secrets.token_hex(8)}"
    try:
        place.mkdir(parents=True)
        target = folder.rename(place / folder.name)
    except OSError:  # no folder fits, or the trash is on another disk: beside it, it needs no more than a new name
        with suppress(OSError):
            place.rmdir()
        target = folder.rename(folder.with_name(f".{folder.name}.{secrets.token_hex(8)}"))
        is_final = True
    if is_final:
        shutil.rmtree(target, ignore_errors=True)
        with suppress(OSError):
            place.rmdir()
    return not is_final


def discarded(kind: str) -> list[Discarded]:
    """What was taken from a folder of the data home within the last day and can be brought back, the newest first.

    Parameters
    ----------
    kind
        Name of that folder: "models", "maps" or "jobs".
    """
    found = [
        Discarded(folder, int(place.name.split("-")[0]))
        for place in _places(_room(kind))
        if not _is_over(place)
        for folder in _inside(place)
    ]
    return sorted(found, key=lambda each: each.deleted, reverse=True)


def newest(kind: str, name: str) -> Discarded | None:
    """What was taken away last under a name and can be brought back; None if nothing was."""
    return next((each for each in discarded(kind) if each.name == name), None)


def restore(item: Discarded, target: Path) -> None:
    """Put a folder back.

    Raises
    ------
    OSError
        If it is gone by now, or something else lies at the target.
    """
    item.folder.rename(target)
    with suppress(OSError):
        item.folder.parent.rmdir()


def empty(*, is_needed: bool = False) -> None:
    """Delete for good what was deleted more than a day ago; all of it while space is scarce.

    Parameters
    ----------
    is_needed
        Whether its place is needed for something else, however much space there is.
    """
    all_of_it = is_needed or is_scarce()
    with suppress(OSError):
        for room in paths.trash_folder().iterdir():
            for place in _places(room):
                if all_of_it or _is_over(place):
                    shutil.rmtree(place, ignore_errors=True)


def is_scarce() -> bool:
    """Whether the disk of the data home is nearly full.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_SCARCE_MB` is no whole number.
    """
    try:
        free = shutil.disk_usage(paths.data_home()).free
    except OSError:
        return False
    return free < whole_number(SCARCE_VARIABLE, SCARCE_MB, 0) * 1_000_000


def _room(kind: str) -> Path:
    """Where the folders of a kind lie that were deleted."""
    return paths.trash_folder() / kind


def _places(room: Path) -> list[Path]:
    """One folder for each deletion."""
    try:
        return [place for place in room.iterdir() if _PLACE.fullmatch(place.name)]
    except OSError:
        return []


def _inside(place: Path) -> list[Path]:
    """The folder that one deletion took away."""
    try:
        return [folder for folder in place.iterdir() if folder.is_dir()]
    except OSError:
        return []


def _is_over(place: Path) -> bool:
    """Whether it is a day ago, or that much to come: some clock was wrong then, and not just set."""
    return abs(time.time() - int(place.name.split("-")[0])) >= KEPT_S
