"""Jobs that are removed, brought back within a day, and let go of by their owners."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from mnist_core import paths, trash
from mnist_core.errors import JobError
from mnist_core.jobs import queue
from mnist_core.jobs.engines import engine_of
from mnist_core.jobs.job import DAMAGED, Job, read_job
from mnist_core.jobs.lock import changing, folder_of
from mnist_core.owners import KEEPERS, By, check_may_change


def remove(job_id: str, by: By) -> bool:
    """Delete a job that is not active, with all it has; one that is not there is no error.

    Returns
    -------
    Whether it can be brought back with `restore`.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    JobError
        If the job is active, or cannot be deleted.
    """
    with changing():
        folder = folder_of(job_id)
        if not folder.is_dir():
            return False
        job = queue.theirs(job_id, by)
        if job.is_active:
            raise JobError(f"A job must be cancelled or end before it is removed. Received: {job_id!r}, {job.state}.")
        engine_of(job).remove(job)
        return trash.discard(folder, is_final=job.kind == DAMAGED)


def removed() -> list[Job]:
    """The jobs that were removed within the last day and can be brought back, those that went last first."""
    found = []
    for item in trash.discarded(paths.jobs_folder().name):
        with suppress(JobError):  # brought back meanwhile
            found.append(read_job(item.folder))
    return found


def restore(job_id: str, by: By) -> Job:
    """Bring a job back that was removed.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    JobError
        If it is not there any more, or cannot be moved.
    """
    with changing():
        target = folder_of(job_id)
        item = trash.newest(target.parent.name, job_id)
        if item is None:
            raise JobError(f"The job cannot be brought back any more. Received: {job_id!r}.")
        check_may_change(read_job(item.folder).owner, by)
        trash.restore(item, target)
        job = read_job(target)
        engine_of(job).restore(job)
        return job


def disown(owner: str, forgotten: Collection[str] = ()) -> None:
    """Have the jobs of an owner belong to the keeper, those that were removed too.

    Parameters
    ----------
    forgotten
        The names of settings that say something of the owner: they become None.

    Raises
    ------
    JobError
        If the disk refuses.
    """
    with changing():
        for job in [*queue.look().jobs, *removed()]:
            if job.owner == owner:
                known = {name: None for name in forgotten if name in job.settings}
                engine_of(job).give(replace(job, settings=job.settings | known), KEEPERS)
