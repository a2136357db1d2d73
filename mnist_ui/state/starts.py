"""Work that is begun: bounded for each client too, as a visitor is known by a token and anybody can have many of these.

Whose client it was is kept in memory alone, and is gone with the process.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from mnist_core import jobs
from mnist_core.errors import LimitError
from mnist_core.jobs import Job
from mnist_core.jobs.bounds import is_bound
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.owners import By
from mnist_core.settings import whole_number
from mnist_ui.state import people
from mnist_ui.state.limits import HOUR_S, OF_CLIENT, Limit, counted, network

T = TypeVar("T")

# A class of 30 that tries something new every six minutes.
STARTS = 300
# Two runs for each of them; more than that would wait until tomorrow.
ACTIVE_VARIABLE, ACTIVE = "MNIST_STUDIO_CLIENT_JOBS", 60

starts_of_client = Limit(STARTS, HOUR_S, OF_CLIENT, variable="MNIST_STUDIO_CLIENT_STARTS_AN_HOUR", of=network)

_lock = threading.Lock()
jobs_of_networks: dict[str, set[str]] = {}


def begun(start: Callable[[By], Job]) -> Job:
    """The job that whoever is here begins.

    Parameters
    ----------
    start
        Begins it, for whom it is given.

    Raises
    ------
    LimitError
        If so much was begun from the client's network, or still waits or runs.
    MnistError
        As `start`.
    """
    by, key = people.maker(), network()
    if not (is_bound(by) and key):
        return start(by)
    _check(key)
    with counted(starts_of_client):
        job = start(by)
    _note(key, job)
    return job


def asked(ask: Callable[[By], T | Job]) -> T | Job:
    """What a page asks for by itself: nobody is told that it is theirs, but it counts among what their network has.

    Parameters
    ----------
    ask
        Gives the answer, or begins the job that finds it out, for whom it is given.

    Raises
    ------
    LimitError
        If so much that was begun from the client's network waits or runs.
    MnistError
        As `ask`.
    """
    by, key = people.actor(), network()
    if not (is_bound(by) and key):
        return ask(by)
    _check(key)
    found = ask(by)
    if isinstance(found, Job):
        _note(key, found)
    return found


def _note(key: str, job: Job) -> None:
    """Remember whose client's network a job was begun from."""
    with _lock:
        jobs_of_networks.setdefault(key, set()).add(job.id)


def _check(key: str) -> None:
    """Refuse one more while enough of a client's jobs wait or run, and forget those that have ended."""
    active = {job.id for job in jobs.all_jobs() if job.is_active}
    with _lock:
        for client, known in list(jobs_of_networks.items()):
            jobs_of_networks[client] = known & active
            if not jobs_of_networks[client]:
                del jobs_of_networks[client]
        count = len(jobs_of_networks.get(key, ()))
    most = whole_number(ACTIVE_VARIABLE, ACTIVE)
    if count >= most:
        text = _(
            "{count} jobs that were begun from your network wait or run, and {most} is the most. Wait until one is "
            "done, or ask whoever runs the app to raise {variable}."
        )
        raise LimitError(text, count=number(count), most=number(most), variable=ACTIVE_VARIABLE)
