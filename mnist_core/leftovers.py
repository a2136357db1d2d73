"""What processes that were killed left of what they wrote or deleted: found by its name, and removed if nobody has it.

A part is locked by its writer as long as that lives (`files.locked`). Where the system knows no such locks, and of
versions up to 0.6.1, which locked nothing, a part is left alone until nothing of it has changed for a while.
"""

import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mnist_core import paths
from mnist_core.files import PART, RETIRED, Lock, locked

log = logging.getLogger(__name__)

UNTOUCHED_S = 3600.0
"""A part that cannot be locked is nobody's any more when nothing of it has changed for so long."""

# So many folders deep in the data home lies what is written in one step: `readings/<graph>/<dataset>`.
_DEEPEST = 2
# `.name.abcd1234`, `.name.abcd1234.json`, `.name.abcd1234.old`: as they were called up to version 0.6.1.
_FORMER = re.compile(r"\.[^.].*\.[a-z0-9_]{8}(\.\w+)?")
# `.name.0123456789abcdef`: what is being deleted for good, and whoever began with that may as well have help.
_DELETED = re.compile(r"\.[^.].*\.[0-9a-f]{16}")


def sweep(folder: Path | None = None) -> None:
    """Remove what killed writers left, in the whole data home or in one folder of it; what somebody writes now stays.

    A folder that was to be replaced, and whose place is empty, returns to it. What the disk refuses is logged, and
    tried again the next time. To be called when a server starts, and by whatever deletes something that must be gone.

    Parameters
    ----------
    folder
        One of those that `paths` names, or none for all.
    """
    if folder in (None, paths.taught_folder()):
        _empty_private_trash()
    roots = [folder] if folder else [paths.data_home(), *_homes()]
    for part in _all_parts(roots):
        with suppress(FileNotFoundError):  # its writer, or another sweep, was quicker
            _settle(part)


def found() -> list[Path]:
    """What the next sweep of the whole data home removes, or puts where it belongs; nothing is changed by looking."""
    parts = []
    for part in _all_parts([paths.data_home(), *_homes()]):
        with suppress(OSError), locked(part, wait=False) as lock:
            if _is_free(part, lock):
                parts.append(part)
    return parts


def _empty_private_trash() -> None:
    """Remove what a killed deletion of a taught model left: nobody brings that back."""
    for folder in (paths.trash_folder() / paths.taught_folder().name).glob("*/*"):
        shutil.rmtree(folder, ignore_errors=True)


def _homes() -> list[Path]:
    """The folders of the data home in which things are written in one step."""
    return [
        paths.models_folder(),
        paths.taught_folder(),
        paths.maps_folder(),
        paths.films_folder(),
        paths.readings_folder(),
        paths.findings_folder(),
        paths.cache_folder(),
        paths.downloads_folder(),
        paths.own_datasets_folder(),
        paths.jobs_folder(),
    ]


def _all_parts(roots: list[Path]) -> list[Path]:
    """All that is called like a part in some folders; the data home itself has only those that lie in it."""
    return [part for root in roots for part in _parts(root, 0 if root == paths.data_home() else _DEEPEST)]


def _parts(root: Path, deeper: int) -> Iterator[Path]:
    """All that is called like a part, in a folder and those in it."""
    try:
        entries = list(os.scandir(root))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(PART) or (
            deeper and (_FORMER.fullmatch(entry.name) or _DELETED.fullmatch(entry.name))
        ):
            yield Path(entry.path)
        elif deeper and not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            yield from _parts(Path(entry.path), deeper - 1)


def _settle(part: Path) -> None:
    """Put a part where it belongs, or remove it, unless somebody has it."""
    with locked(part, wait=False) as lock:
        if not _is_free(part, lock):
            return
        place = _place(part)
        try:
            if place and not place.exists():
                part.rename(place)
            elif part.is_dir():
                shutil.rmtree(part)
            else:
                part.unlink()
        except OSError as error:
            log.warning("What a killed process left in %s cannot be removed: %s", part, error)


def _is_free(part: Path, lock: Lock) -> bool:
    """Whether nobody has a part any more, by whether it could be locked."""
    is_known_free = (lock is Lock.HELD and part.name.startswith(PART)) or _DELETED.fullmatch(part.name)
    return lock is not Lock.ANOTHERS and bool(is_known_free or _is_untouched(part))


def _place(part: Path) -> Path | None:
    """Where a folder was that another was to replace; None of anything else."""
    if not part.name.endswith(RETIRED):
        return None
    named = part.name.removesuffix(RETIRED)
    name = named.removeprefix(PART).partition(".")[2] if named.startswith(PART) else named[1:].rpartition(".")[0]
    return part.with_name(name)


def _is_untouched(part: Path) -> bool:
    """Whether nothing of a part has changed for a while."""
    newest = max(path.lstat().st_mtime for path in (part, *part.rglob("*")))
    return time.time() - newest > UNTOUCHED_S
