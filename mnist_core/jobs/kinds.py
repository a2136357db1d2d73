"""The kinds of jobs by name: for each the module that does its work, and whether it is short.

Modules are named, not imported: what they import (Keras, TensorFlow) is imported in a worker and nowhere else.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_core.errors import ConfigError
from mnist_core.extras import TRAIN, Extra, check_installed
from mnist_core.owners import By

if TYPE_CHECKING:
    from mnist_core.jobs.worker import Report

Work = Callable[[Mapping[str, Any], "Report"], Mapping[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes
    ----------
    module
        Its function `run` does the work: it takes the job's settings and a `Report` and gives the result. Or that
        function itself.
    is_short
        Whether its jobs take seconds: they have a lane of their own, wait for no training, nor training for them.
    is_for_all
        Whether what its jobs find out is everybody's: whoever needs it may have one that came to nothing tried again.
    holds_result
        Whether what its jobs found lies in their own folders alone: with the job it is lost.
    checked_by
        The module whose function `check_again` refuses to have one of its jobs gone on with for which there is no room
        any more; empty where nothing but their number has to be checked.
    extra
        What has to be installed for its work beside the base; None where the base will do.
    queue
        The queue of a cluster in which its jobs wait; empty where they are done on the machine that they are asked of.
    delivery
        The module that says which jobs of such a kind may go elsewhere (`may_travel`), which folder one of them made
        (`made`), and puts that in its place here (`place`); empty where the result says it all.
    """

    module: str | Work
    is_short: bool = False
    is_for_all: bool = True
    holds_result: bool = False
    checked_by: str = ""
    extra: Extra | None = None
    queue: str = ""
    delivery: str = ""

    @property
    def work(self) -> Work:
        """The function that does the work."""
        work: Work = import_module(self.module).run if isinstance(self.module, str) else self.module
        return work


KINDS: Mapping[str, Kind] = {
    "train": Kind(
        "mnist_core.training.job",
        is_for_all=False,
        checked_by="mnist_core.training.run_settings",
        extra=TRAIN,
        queue="training",
        delivery="mnist_core.training.delivery",
    ),
    "measure": Kind("mnist_core.training.speed_job", extra=TRAIN),
    "read": Kind("mnist_core.readings.job", is_short=True),
    "robustness": Kind("mnist_core.robustness.job"),
    "survey": Kind("mnist_core.survey.job", is_short=True),
    "labels": Kind("mnist_core.labels.job", extra=TRAIN),
    "fetch": Kind("mnist_core.datasets.job", is_short=True),
    "add-data": Kind("mnist_core.datasets.own.job", is_short=True, is_for_all=False),
    "embed": Kind(
        "mnist_core.maps.job",
        is_for_all=False,
        checked_by="mnist_core.maps.finding",
        queue="maps",
        delivery="mnist_core.maps.delivery",
    ),
    "film": Kind("mnist_core.maps.film_job", extra=TRAIN),
    "tune": Kind(
        "mnist_core.tuning.job",
        is_for_all=False,
        holds_result=True,
        checked_by="mnist_core.tuning.searches",
        extra=TRAIN,
    ),
}


def is_short(kind: str) -> bool:
    """Whether jobs of a kind are short; one that nobody knows any more is not."""
    return kind in KINDS and KINDS[kind].is_short


def is_for_all(kind: str) -> bool:
    """Whether jobs of a kind are everybody's; those of one that nobody knows any more are not."""
    return kind in KINDS and KINDS[kind].is_for_all


def holds_result(kind: str) -> bool:
    """Whether what jobs of a kind found is lost with them."""
    return kind in KINDS and KINDS[kind].holds_result


def queues() -> dict[str, list[str]]:
    """The queues of a cluster, and the kinds of jobs that wait in each."""
    found: dict[str, list[str]] = {}
    for name, kind in KINDS.items():
        if kind.queue:
            found.setdefault(kind.queue, []).append(name)
    return found


def travels(kind: str, settings: Mapping[str, Any]) -> bool:
    """Whether a job may be done on another machine, where nothing is known but its settings and the datasets."""
    known = KINDS.get(kind)
    if not (known and known.queue):
        return False
    return not known.delivery or bool(import_module(known.delivery).may_travel(settings))


def made_by(kind: str, result: Mapping[str, Any]) -> Path | None:
    """The folder that a job made beside its own, as its result names it; None if there is none."""
    return import_module(KINDS[kind].delivery).made(result) if KINDS[kind].delivery else None


def placed(kind: str, folder: Path, result: Mapping[str, Any]) -> dict[str, Any]:
    """Put the folder that a job made elsewhere in its place here; the result as it is here.

    Raises
    ------
    MnistError
        If it is damaged, or the disk refuses.
    """
    return dict(import_module(KINDS[kind].delivery).place(folder, result))


def extra_of(kind: str) -> Extra | None:
    """What has to be installed for all work of a kind."""
    return KINDS[kind].extra if kind in KINDS else None


def check_extra(kind: str) -> None:
    """Refuse work of a kind for which something is not installed.

    Raises
    ------
    ExtraError
        If an extra is missing.
    """
    extra = extra_of(kind)
    if extra:
        check_installed(extra)


def check_again(kind: str, by: By, settings: Mapping[str, Any]) -> None:
    """Refuse to have a job of a kind gone on with, as its start would be refused now.

    Raises
    ------
    MnistError
        If there is no room for what it makes, it asks for too much, or an extra is missing.
    """
    check_extra(kind)
    if kind in KINDS and KINDS[kind].checked_by:
        with suppress(ConfigError):  # settings that are none ask for nothing, and the worker says what is wrong
            import_module(KINDS[kind].checked_by).check_again(by, settings)


def work_of(kind: str, kinds: Mapping[str, Kind] = KINDS) -> Work:
    """The function that does the work of a kind.

    Raises
    ------
    ConfigError
        If there is no such kind.
    """
    if kind not in kinds:
        raise ConfigError(f"A job's kind must be one of {', '.join(kinds)}. Received: {kind!r}.")
    return kinds[kind].work
