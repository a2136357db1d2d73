"""Jobs that have ended, as a long time leaves them."""

import time
from datetime import UTC, datetime
from typing import Any

from mnist_core import paths
from mnist_core.jobs import Job
from mnist_core.jobs.job import write_order, write_state


def ended_jobs(count: int, *, kind: str = "count", ago_s: float = 0.0, **changes: Any) -> list[Job]:
    """So many jobs on the disk, the last of which ended so long ago, each a second after the one before."""
    now = time.time() - ago_s
    found = []
    for number in range(count):
        when = now - (count - number)
        folder = paths.jobs_folder() / datetime.fromtimestamp(when, UTC).strftime("%Y%m%d-%H%M%S-%f")
        folder.mkdir(parents=True)
        known: dict[str, Any] = {
            "created": when,
            "queued": when,
            "started": when,
            "ended": when,
            "state": "done",
            "result": {},
        }
        job = Job(folder, kind, f"Job {number}", {"number": number}, **known | changes)
        write_order(job)
        found.append(write_state(job))
    return found
