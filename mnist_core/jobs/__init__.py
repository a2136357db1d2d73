"""Jobs: heavy work in processes of its own, which a closed browser or a restarted server does not end."""

from mnist_core.jobs.job import Job, SoFar
from mnist_core.jobs.queue import (
    all_jobs,
    cancel,
    find,
    resume,
    start,
    stop,
    waiting_before,
)
from mnist_core.jobs.removal import disown, remove, removed, restore

__all__ = [
    "Job",
    "SoFar",
    "all_jobs",
    "cancel",
    "disown",
    "find",
    "remove",
    "removed",
    "restore",
    "resume",
    "start",
    "stop",
    "waiting_before",
]
