"""The models that visitors have taught: each theirs alone, a limited number of them, gone when they say so."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from mnist_core import paths
from mnist_core.errors import BundleError, ConfigError
from mnist_core.language import gettext as _
from mnist_core.model.bundle import CARD, is_taught, model_folder
from mnist_core.model.library import erase_model
from mnist_core.store import stamp_of

# So many are kept, 2 MB each at most for networks of the app's sizes; the longest unused are removed.
MOST_TAUGHT = 200


def note_use(name: str) -> bool:
    """Remember that a taught model is in use, so that others are removed before it.

    Returns
    -------
    Whether it is still there.

    Raises
    ------
    ConfigError
        If it is not the name of a taught model.
    """
    folder = _taught_folder(name)
    try:
        os.utime(folder)  # not the card, by whose time others see whether the model was replaced
    except OSError:
        return False
    return (folder / CARD).is_file()


def forget(name: str) -> bool:
    """Delete a taught model and what was made of it.

    Returns
    -------
    Whether it was there.

    Raises
    ------
    ConfigError
        If it is not the name of a taught model.
    BundleError
        If the disk refuses; the model is then still there.
    """
    folder = _taught_folder(name)
    for made in (paths.cache_folder() / "exports").glob(f"{name}-*.zip"):
        made.unlink(missing_ok=True)
    try:
        erase_model(name)
    except BundleError:
        if (folder / CARD).exists():
            raise
        shutil.rmtree(folder, ignore_errors=True)  # what a crash may have left of it
        return False
    return True


def remove_unused(most: int = MOST_TAUGHT) -> None:
    """Delete the taught models that were used longest ago, but for so many."""
    with suppress(OSError):
        # One that is gone by now was used longest ago.
        names = [folder.name for folder in paths.taught_folder().iterdir() if is_taught(folder.name)]
        there = [(stamp_of(paths.taught_folder(), name) or 0, name) for name in names]
        for _time, name in sorted(there)[: max(len(there) - most, 0)]:
            with suppress(BundleError):  # another process may be at it, and the next to teach tries again
                forget(name)


def _taught_folder(name: str) -> Path:
    """The directory of a taught model."""
    if not isinstance(name, str) or not is_taught(name):
        raise ConfigError(_("A taught model's name is taught- and 32 digits from 0 to f. It has another form."))
    return model_folder(name)
