"""The one lock of all jobs, under which every decision about them is made, and the folder of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mnist_core import paths
from mnist_core.errors import JobError, MnistError
from mnist_core.jobs.job import Job, mark_changed
from mnist_core.jobs.ledger import ID
from mnist_core.jobs.sharing import Shared

# Sessions that look at about the same time share a look.
SHARED_FOR_S = 0.25
LOCK_TIMEOUT_S = 10.0
WORKER_LOCK_TIMEOUT_S = 60.0  # a worker has hours of work to lose, a visitor only a click

_LOCK = ".lock"

shared_look: Shared[list[Job]] = Shared(SHARED_FOR_S)


@contextmanager
def changing() -> Iterator[None]:
    """Hold the lock and change something, which everybody sees who looks from then on.

    Raises
    ------
    JobError
        If another process does not let go of it, or the disk refuses something meanwhile.
    """
    try:
        with locked():
            yield
    finally:
        mark_changed(paths.jobs_folder())
        shared_look.forget()


@contextmanager
def locked(*, is_worker: bool = False) -> Iterator[None]:
    """Hold the one lock of all jobs; what the disk refuses in the meantime becomes a JobError.

    Parameters
    ----------
    is_worker
        Whether a worker waits for it, which waits longer.

    Raises
    ------
    JobError
        If another process does not let go of it, or the disk refuses something meanwhile.
    """
    root, timeout_s = paths.jobs_folder(), WORKER_LOCK_TIMEOUT_S if is_worker else LOCK_TIMEOUT_S
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / _LOCK, timeout=timeout_s):
            yield
    except Timeout as error:
        raise JobError(
            f"The jobs have been locked by another process for {timeout_s:.0f} seconds. Try again."
        ) from error
    except MnistError:  # some are also the builtin that fits them
        raise
    except OSError as error:
        raise JobError(
            f"The jobs cannot be changed: {error.strerror or error}. Check the space on the disk and the folder's "
            "permissions, then try again."
        ) from error


def folder_of(job_id: str) -> Path:
    """The folder of a job, once its id is one that cannot lead elsewhere.

    Raises
    ------
    JobError
        If it is none.
    """
    if not isinstance(job_id, str) or not ID.fullmatch(job_id):
        raise JobError(f"A job's id looks like 20261121-143005-a1b2c3. Received: {job_id!r:.80}.")
    return paths.jobs_folder() / job_id
