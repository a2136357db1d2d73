"""The workers of jobs as processes of the system: started, recognised and ended."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from mnist_core import paths
from mnist_core.installation import PACKAGES
from mnist_core.jobs.job import LOG, Job

COMMAND: tuple[str, ...] = (sys.executable, "-m", "mnist_core.jobs.worker")
"""What starts a worker; the job's folder is added."""

KEEPER_VARIABLE = "MNIST_WORKER_OF"
"""The id of a process without which a worker is not to go on, set by a process that has workers for a cluster."""

KILL_WAIT_S = 1.0

_BORN_TOLERANCE_S = 1.5  # the time of boot is known in whole seconds
_POLL_S = 0.02

_children: list[subprocess.Popen[bytes]] = []


def started_worker(job: Job) -> subprocess.Popen[bytes]:
    """A worker process of its own session, which lives on when the server ends.

    Raises
    ------
    OSError
        If there is no room for its log, or no process to be had.
    """
    with (job.folder / LOG).open("ab") as file:
        child = subprocess.Popen(
            [*COMMAND, str(job.folder.absolute())],
            cwd=PACKAGES,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    _children.append(child)
    return child


def worker_of(job: Job) -> psutil.Process | None:
    """The job's worker; None if it ended, even if its process id is in use again."""
    if job.pid is None or job.born is None:
        return None
    try:
        process = psutil.Process(job.pid)
        is_same = abs(birth(process) - job.born) < _BORN_TOLERANCE_S
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, ValueError):
        return None


def birth(process: psutil.Process) -> float:
    """When a process began, in seconds that do not change while it lives."""
    # On Linux the time since the epoch is made from the time of boot, and moves with every correction of the clock.
    return process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)


def memory_of(worker: psutil.Process) -> int:
    """How many bytes of memory a worker holds; 0 once it is gone."""
    try:
        return int(worker.memory_info().rss)
    except psutil.Error:
        return 0


def is_killed(worker: psutil.Process, job: Job) -> bool:
    """End a worker, first with a request, and say whether it is gone; psutil spares a process that only has its id."""
    for end in (worker.terminate, worker.kill):
        with suppress(psutil.Error):
            end()
        deadline = time.monotonic() + KILL_WAIT_S
        while time.monotonic() < deadline:
            if worker_of(job) is None:
                return True
            time.sleep(_POLL_S)
    return False


def reap() -> None:
    """Take note of the workers of this process that have ended, so that the system forgets them."""
    _children[:] = [child for child in _children if child.poll() is None]


def _environment() -> dict[str, str]:
    """The server's environment for a worker that runs in another folder and whose last words must reach the log."""
    named = {name: os.environ.get(name) for name in (paths.HOME_VARIABLE, paths.DATA_VARIABLE)}
    absolute = {name: str(Path(value).expanduser().absolute()) for name, value in named.items() if value}
    quiet = {"TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2")}
    return os.environ | absolute | quiet | {"PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"}
