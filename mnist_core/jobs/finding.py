"""Findings: what is found out once by a job, for everybody, and then kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

from mnist_core.extras import Extra, check_installed
from mnist_core.jobs import queue
from mnist_core.jobs.job import Job
from mnist_core.jobs.kinds import extra_of
from mnist_core.owners import By
from mnist_core.store import Identity

P = ParamSpec("P")
T = TypeVar("T")


def _free_for_all(_by: By, *_of: object, **_more: object) -> None:
    """Nothing has to hold before it is found out."""


@dataclass(frozen=True)
class Finding(Generic[P, T]):
    """Something that a job finds out once, for everybody, and what is kept of it.

    All functions take what the question is about: a dataset, a model and a dataset, the settings of a map.
    `start` and `ask` take first who asks: whoever has a job started may stop it.

    Attributes
    ----------
    kind
        The job's, one of `kinds.KINDS`.
    title
        The job's name for people, in English.
    identity
        The question: what the job is told, and what an answer must be of to be found again.
    load
        The answer, if it is known: None if it is not, or if what is kept of it cannot be used.
    check
        Refuses to have it found out where there is no room for that; it also takes first who asks.
    extra
        What has to be installed to find it out, where other work of its kind does without.
    """

    kind: str
    title: Callable[P, str]
    identity: Callable[P, Identity]
    load: Callable[P, T | None]
    check: Callable[Concatenate[By, P], None] = _free_for_all
    extra: Extra | None = None

    @property
    def needed(self) -> Extra | None:
        """What has to be installed to find it out; to look it up, nothing has."""
        return self.extra or extra_of(self.kind)

    def known(self, *of: P.args, **more: P.kwargs) -> T | None:
        """The answer, if it is known.

        Raises
        ------
        MnistError
            As `load`.
        """
        return self.load(*of, **more)

    def job(self, *of: P.args, **more: P.kwargs) -> Job | None:
        """The newest job that finds it out, whatever has come of it.

        Raises
        ------
        MnistError
            As `identity`.
        """
        settings = self.identity(*of, **more).settings
        return next((job for job in queue.all_jobs() if job.kind == self.kind and job.settings == settings), None)

    def start(self, by: By, /, *of: P.args, **more: P.kwargs) -> Job:
        """Have it found out, even if it is known: a job that already waits or runs, or a new one.

        Raises
        ------
        MnistError
            As `identity` and `check`.
        ExtraError
            If something is not installed that it takes.
        LimitError
            If whoever asks, or all together, have as many jobs as they may have.
        JobError
            If the job cannot be written.
        """
        if self.needed:
            check_installed(self.needed)
        job = self.job(*of, **more)
        if not (job and job.is_active):
            self.check(by, *of, **more)
        title, identity = self.title(*of, **more), self.identity(*of, **more)
        return queue.start(self.kind, title, identity.settings, by, once=True)

    def ask(self, by: By, /, *of: P.args, **more: P.kwargs) -> T | Job:
        """The answer if it is known, otherwise the job that finds it out; this starts it.

        Pages ask unasked, so a job that failed or was cancelled is given as it is, and not tried again by itself;
        `resume` does.

        Raises
        ------
        MnistError
            As `load` and `start`.
        """
        known = self.known(*of, **more)
        if known is not None:
            return known
        job = self.job(*of, **more)
        if job and job.state != "done":
            return job
        # It may have ended between the two looks; or what it wrote is gone or damaged by now.
        known = self.known(*of, **more)
        return self.start(by, *of, **more) if known is None else known
