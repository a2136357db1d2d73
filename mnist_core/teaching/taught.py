"""The models that visitors have taught: each theirs alone, a limited number of them, gone when they say so.

A model is on trial until its visitor keeps it. One on trial goes an hour after it was looked at last. One that is kept
stays, whatever others teach, and only where there is no more room gives way once nobody has used it for two months.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mnist_core import paths
from mnist_core.errors import BundleError, ConfigError, LimitError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.leftovers import sweep
from mnist_core.model.bundle import CARD, is_taught, model_folder
from mnist_core.model.library import erase_model
from mnist_core.settings import whole_number

MOST_VARIABLE = "MNIST_STUDIO_MOST_TAUGHT"
# So many are kept and, beside them, as many on trial; of 1.2 MB each for the model that came with the app.
MOST_TAUGHT = 1_000
TRIAL_HOURS = 1
# Longer than any school's holidays.
UNUSED_DAYS = 60

TRIAL = "trial"
"""The file of a taught model's folder that says that nobody has kept it yet; those of older versions have none."""

_HOUR_S = 3_600


class _Taught(NamedTuple):
    """A taught model: how long nobody has used it, and whether nobody has kept it yet."""

    name: str
    idle_s: float
    is_on_trial: bool


def note_use(name: str) -> bool:
    """Remember that a taught model is in use, so that it stays.

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


def keep(name: str, instead_of: str = "") -> None:
    """Keep a model that was on trial: from now on it stays.

    Parameters
    ----------
    instead_of
        A model that is forgotten afterwards, and so needs no room.

    Raises
    ------
    ConfigError
        If it is not the name of a taught model, or `MNIST_STUDIO_MOST_TAUGHT` is no whole number from 1.
    LimitError
        If so many are kept that one more has no room; it is then still on trial.
    BundleError
        If it is gone, or the disk refuses; it is then still on trial.
    """
    if not note_use(name):
        raise gone()
    _make_room_to_keep({name, instead_of})
    try:
        (_taught_folder(name) / TRIAL).unlink(missing_ok=True)
    except OSError as error:
        text = _("The model could not be kept: {reason}. Free some space and try again.")
        raise BundleError(text, reason=error.strerror) from error


def gone() -> BundleError:
    """The error of a model on trial that was looked at too long ago."""
    text = _("What it had learned is gone: it is held for an hour unless it is kept. Teach it again.")
    return BundleError(text)


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
    finally:
        # A teaching that was killed has left a model whose name nobody knows any more.
        sweep(paths.taught_folder())
        sweep(paths.cache_folder())
    return True


def make_room() -> None:
    """Have one more taught model be tried: those that nobody kept in time are removed.

    Raises
    ------
    LimitError
        If so many are being tried that one more has no room.
    ConfigError
        If `MNIST_STUDIO_MOST_TAUGHT` is no whole number from 1.
    """
    trials = [each for each in _all_taught() if each.is_on_trial]
    late = [each for each in trials if each.idle_s > TRIAL_HOURS * _HOUR_S]
    for each in late:
        _remove(each.name)
    most = _most()
    if len(trials) - len(late) >= most:
        text = _("This app has room for {most} taught models that are being tried, and so many are. Try again later.")
        raise LimitError(text, most=number(most))


def _make_room_to_keep(besides: set[str]) -> None:
    """Have one more taught model be kept: where there is no room, those give way that nobody used for long."""
    kept = [each for each in _all_taught() if not each.is_on_trial and each.name not in besides]
    most = _most()
    for each in sorted(kept, key=lambda each: -each.idle_s)[: max(len(kept) + 1 - most, 0)]:
        if each.idle_s <= UNUSED_DAYS * 24 * _HOUR_S:
            text = _(
                "This app keeps {most} models that visitors have taught, and has so many: yours cannot be kept. Ask "
                "whoever runs the app to raise {variable}."
            )
            raise LimitError(text, most=number(most), variable=MOST_VARIABLE)
        _remove(each.name)


def _most() -> int:
    """How many taught models are kept at most, and how many are on trial."""
    return whole_number(MOST_VARIABLE, MOST_TAUGHT)


def _all_taught() -> list[_Taught]:
    """All taught models, but for what is gone meanwhile."""
    found, now = [], time.time()
    with suppress(OSError):
        for folder in paths.taught_folder().iterdir():
            if is_taught(folder.name):
                with suppress(OSError):
                    found.append(_Taught(folder.name, now - folder.stat().st_mtime, (folder / TRIAL).exists()))
    return found


def _remove(name: str) -> None:
    """Delete a taught model of which nobody thinks any more."""
    with suppress(BundleError):  # another process may be at it, and the next to teach tries again
        forget(name)


def _taught_folder(name: str) -> Path:
    """The directory of a taught model."""
    if not isinstance(name, str) or not is_taught(name):
        raise ConfigError(_("A taught model's name is taught- and 32 digits from 0 to f. It has another form."))
    return model_folder(name)
