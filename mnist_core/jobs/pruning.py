"""Which of the jobs that ended are one too many: they go by age and by number, those of which least is lost first."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from mnist_core.jobs.job import Job
from mnist_core.jobs.kinds import holds_result, is_for_all
from mnist_core.owners import KEEPERS
from mnist_core.settings import whole_number

DAYS_VARIABLE = "MNIST_STUDIO_ENDED_DAYS"
DAYS = 90
MOST_VARIABLE = "MNIST_STUDIO_MOST_ENDED"
MOST = 200
VISITORS_VARIABLE = "MNIST_STUDIO_VISITOR_ENDED"
VISITORS = 60

# So many go at a time, within a tenth of a second: nobody waits for the rest.
AT_ONCE = 200

_DAY_S = 24 * 60 * 60
_ALL_IS_LOST = 4


def superfluous(jobs: Sequence[Job]) -> list[Job]:
    """The ended jobs that are to go, at most `AT_ONCE`.

    Those older than so many days; of each visitor's, and of all, those beyond so many. First go those whose findings
    are kept elsewhere, then what was cancelled, then what failed; of all of them, among equals those of whoever has the
    most. What was found and is kept nowhere else goes last, and never for its age. Whatever goes on, or is gone on
    from by a search that is not done, stays.

    Parameters
    ----------
    jobs
        All that there are.

    Raises
    ------
    ConfigError
        If one of the three variables is no whole number.
    """
    days, most = whole_number(DAYS_VARIABLE, DAYS), whole_number(MOST_VARIABLE, MOST, 0)
    visitors = whole_number(VISITORS_VARIABLE, VISITORS, 0)
    needed = {str(job.settings.get("goes_on")) for job in jobs if job.state != "done"}
    ended = [job for job in jobs if not job.is_active]
    places = _places(ended)
    since = time.time() - days * _DAY_S
    gone = {
        job.id: job for job in ended if _is_old(job, since) or (job.owner != KEEPERS and places[job.id] >= visitors)
    }
    left = [job for job in ended if job.id not in gone]
    dearest_last = sorted(left, key=lambda job: (_loss(job), -places[job.id], _when(job)))
    gone |= {job.id: job for job in dearest_last[: max(len(left) - most, 0)]}
    return sorted((job for job in gone.values() if job.id not in needed), key=_when)[:AT_ONCE]


def _places(ended: Iterable[Job]) -> dict[str, int]:
    """How many of the same owner are to stay rather than each."""
    of_owner: dict[str, list[Job]] = defaultdict(list)
    for job in ended:
        of_owner[job.owner].append(job)
    return {
        job.id: place
        for jobs in of_owner.values()
        for place, job in enumerate(sorted(jobs, key=lambda each: (_loss(each), _when(each)), reverse=True))
    }


def _is_old(job: Job, since: float) -> bool:
    """Whether a job ended before a moment, and nothing is lost with it."""
    return _when(job) < since and _loss(job) < _ALL_IS_LOST


def _when(job: Job) -> float:
    """When a job ended; of a damaged one, when it was made."""
    return job.ended or job.created


def _loss(job: Job) -> int:
    """How much is lost with a job."""
    if job.state == "done":
        if holds_result(job.kind):
            return _ALL_IS_LOST
        return 0 if is_for_all(job.kind) else 3
    return 1 if job.state == "cancelled" else 2
