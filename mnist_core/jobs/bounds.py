"""Bounds of what one visitor, and all of them together, may have at a time and ask for; whoever meets one is told.

A visitor's own bounds keep room for the others. The keeper, and who sits at the machine that serves nobody else, are
bound only by what holds for all: what the machine can bear.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mnist_core import paths, trash
from mnist_core.errors import LimitError
from mnist_core.files import folder_size
from mnist_core.jobs.job import Job
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.owners import By, folder_owner, owner_of
from mnist_core.settings import whole_number

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Bound:
    """So many of something at a time.

    Attributes
    ----------
    what
        What is counted, for people.
    visitors, visitors_variable
        So many for each visitor, and the environment variable that sets another number.
    most, most_variable
        So many for all, and the same.
    """

    what: str
    visitors: int
    visitors_variable: str
    most: int
    most_variable: str

    def check(self, own: int, every: int, by: By) -> None:
        """Refuse one more.

        Parameters
        ----------
        own, every
            How many there are of whoever it is, and of all.

        Raises
        ------
        LimitError
            If it would be one too many.
        ConfigError
            If one of the variables is no whole number from 1.
        """
        most = whole_number(self.most_variable, self.most)
        if every >= most:
            text = _(
                "{what}: there are {count} here, and {most} is the most for all together. Try again once there are "
                "fewer, or have whoever runs the app raise {variable}."
            )
            figures = {"what": _(self.what), "count": number(every), "most": number(most)}
            raise LimitError(text, **figures, variable=self.most_variable)
        visitors = whole_number(self.visitors_variable, self.visitors)
        if is_bound(by) and own >= visitors:
            text = _(
                "{what}: you have {count}, and {most} is the most for one visitor. Wait until one is done, end or "
                "delete one, then try again."
            )
            raise LimitError(text, what=_(self.what), count=number(own), most=number(visitors))


WORK = {
    "train": Bound(
        N_("Training runs that wait or go on"), 10, "MNIST_STUDIO_VISITOR_RUNS", 150, "MNIST_STUDIO_MOST_RUNS"
    ),
    "tune": Bound(
        N_("Searches that wait or go on"), 4, "MNIST_STUDIO_VISITOR_SEARCHES", 60, "MNIST_STUDIO_MOST_SEARCHES"
    ),
    "embed": Bound(
        N_("Maps that wait or are being made"), 4, "MNIST_STUDIO_VISITOR_NEW_MAPS", 60, "MNIST_STUDIO_MOST_NEW_MAPS"
    ),
}
"""Jobs that wait or run, by kind."""

QUESTIONS = Bound(
    N_("Questions that are being answered"), 30, "MNIST_STUDIO_VISITOR_QUESTIONS", 200, "MNIST_STUDIO_MOST_QUESTIONS"
)
"""Jobs of all other kinds together: pages ask what they need by themselves."""

MODELS = Bound(N_("Models"), 60, "MNIST_STUDIO_VISITOR_MODELS", 1000, "MNIST_STUDIO_MOST_MODELS")
"""Models that are kept, and runs that are to give one."""

MAPS = Bound(N_("Maps"), 30, "MNIST_STUDIO_VISITOR_MAPS", 300, "MNIST_STUDIO_MOST_MAPS")
"""Maps that are kept."""

VISITORS_DISK_VARIABLE, VISITORS_DISK_MB = "MNIST_STUDIO_VISITOR_DISK_MB", 2_000
MOST_DISK_VARIABLE, MOST_DISK_MB = "MNIST_STUDIO_MOST_DISK_MB", 40_000
EPOCHS_VARIABLE, EPOCHS = "MNIST_STUDIO_VISITOR_EPOCHS", 500
TRIALS_VARIABLE, TRIALS = "MNIST_STUDIO_VISITOR_TRIALS", 200
MINUTES_VARIABLE, MINUTES = "MNIST_STUDIO_VISITOR_MINUTES", 240


def is_bound(by: By) -> bool:
    """Whether the bounds of a visitor hold for somebody."""
    return isinstance(by, str)


def check_start(kind: str, by: By, active: Iterable[Job]) -> None:
    """Refuse one more job of a kind.

    Parameters
    ----------
    active
        All that wait or run.

    Raises
    ------
    LimitError, ConfigError
        As `Bound.check`.
    """
    bound, owner = WORK.get(kind, QUESTIONS), owner_of(by)
    alike = [job.owner for job in active if WORK.get(job.kind, QUESTIONS) is bound]
    bound.check(alike.count(owner), len(alike), by)


def check_models(by: By, owners: Iterable[str]) -> None:
    """Refuse one more model.

    Parameters
    ----------
    owners
        Whose those are that there are, and those that are to come.

    Raises
    ------
    LimitError, ConfigError
        As `Bound.check`.
    """
    _check_owners(MODELS, by, list(owners))


def check_maps(by: By, owners: Iterable[str]) -> None:
    """The same of maps."""
    _check_owners(MAPS, by, list(owners))


def check_size(by: By, epochs: int = 1, trials: int = 1, minutes: float = 1) -> None:
    """Refuse work of a visitor's that would keep the machine from the others for days.

    Raises
    ------
    LimitError
        If it is more than one visitor may ask for.
    ConfigError
        If one of the variables is no whole number from 1.
    """
    if not is_bound(by):
        return
    for what, wanted, variable, standard in (
        (N_("Epochs of a run"), epochs, EPOCHS_VARIABLE, EPOCHS),
        (N_("Trials of a search"), trials, TRIALS_VARIABLE, TRIALS),
        (N_("Minutes of a search"), minutes, MINUTES_VARIABLE, MINUTES),
    ):
        most = whole_number(variable, standard)
        if wanted > most:
            text = _("{what}: {most} is the most that one visitor may ask for here. Received: {received}. Take fewer.")
            raise LimitError(text, what=_(what), most=number(most), received=number(wanted))


def check_disk(by: By, jobs: Sequence[Job]) -> None:
    """Refuse to have more written while what there is takes too much of the disk; what was deleted gives way.

    Parameters
    ----------
    jobs
        All that there are.

    Raises
    ------
    LimitError
        If the jobs, models and maps take more than they may, or a visitor's more than one's; or if the disk is nearly
        full and it is a visitor who asks.
    ConfigError
        If one of the variables is no whole number from 1.
    """
    if is_bound(by) and trash.is_scarce():
        text = _(
            "The disk of this app is nearly full, so nothing new is begun. Delete what is yours and no longer needed, "
            "or tell whoever runs the app."
        )
        raise LimitError(text)
    folders = {job.folder: job.owner for job in jobs} | {folder: folder_owner(folder) for folder in _made_by_visitors()}
    sizes = {folder: folder_size(folder) for folder in folders}
    every = sum(sizes.values()) + folder_size(paths.maps_folder())
    # Otherwise what somebody has deleted would keep all from beginning anything for a day, and deleting would not help.
    if every + folder_size(paths.trash_folder()) >= whole_number(MOST_DISK_VARIABLE, MOST_DISK_MB) * MEGABYTE:
        trash.empty(is_needed=True)
    _check_megabytes(
        _(
            "What was trained, searched and mapped here takes {size} MB of the disk, and {most} MB is the most for all "
            "together. Delete something that is yours, or have whoever runs the app raise {variable}."
        ),
        every,
        MOST_DISK_VARIABLE,
        MOST_DISK_MB,
    )
    if is_bound(by):
        owner = owner_of(by)
        text = _(
            "What you have trained and searched takes {size} MB of the disk, and {most} MB is the most for one "
            "visitor. Delete models or remove runs that you no longer need, then try again."
        )
        own = sum(size for folder, size in sizes.items() if folders[folder] == owner)
        _check_megabytes(text, own, VISITORS_DISK_VARIABLE, VISITORS_DISK_MB)


def _check_owners(bound: Bound, by: By, owners: Sequence[str]) -> None:
    """Refuse one more of what has these owners."""
    bound.check(owners.count(owner_of(by)), len(owners), by)


def _check_megabytes(text: str, size: int, variable: str, standard: int) -> None:
    """Refuse more than a variable says."""
    most = whole_number(variable, standard)
    if size >= most * MEGABYTE:
        raise LimitError(text, size=number(size / MEGABYTE), most=number(most), variable=variable)


def _made_by_visitors() -> list[Path]:
    """The folders of the users' own models and datasets."""
    found = []
    for room in (paths.models_folder(), paths.own_datasets_folder()):
        with suppress(OSError):
            found += [Path(entry.path) for entry in os.scandir(room) if entry.is_dir()]
    return found
