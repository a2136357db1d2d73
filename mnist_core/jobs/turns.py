"""Turns: who goes first among those that wait. Whoever has had the fewest of late does, then whoever waited longest."""

import heapq
import time
from collections import Counter, deque
from collections.abc import Iterable

from mnist_core.jobs.job import Job

# A turn that ended longer ago is forgotten.
RECENT_S = 60 * 60


def in_turn(waiting: Iterable[Job], others: Iterable[Job]) -> list[Job]:
    """Jobs that wait, in the order in which they get a worker.

    Jobs that lost their worker go on first: they have had their turn. Then it goes round from owner to owner, and each
    owner's own wait as they came. So twenty runs of one visitor do not hold up the first one of another.

    Parameters
    ----------
    waiting
        Jobs of one lane that are queued.
    others
        Jobs of the same lane that run, or have ended.
    """
    by_time = sorted(waiting, key=lambda job: (job.queued, job.id))
    begun = [job for job in by_time if job.started is not None]
    of_owner: dict[str, deque[Job]] = {}
    for job in by_time:
        if job.started is None:
            of_owner.setdefault(job.owner, deque()).append(job)
    if len(of_owner) < 2:
        return begun + [job for jobs in of_owner.values() for job in jobs]
    return begun + _round(of_owner, Counter(job.owner for job in begun) + _turns(others))


def _round(of_owner: dict[str, deque[Job]], turns: Counter[str]) -> list[Job]:
    """From owner to owner; each turn counts for the next."""

    def place(owner: str) -> tuple[int, float, str, str]:
        first = of_owner[owner][0]
        return turns[owner], first.queued, first.id, owner

    order, heap = [], [place(owner) for owner in of_owner]
    heapq.heapify(heap)
    while heap:
        owner = heapq.heappop(heap)[-1]
        order.append(of_owner[owner].popleft())
        turns[owner] += 1
        if of_owner[owner]:
            heapq.heappush(heap, place(owner))
    return order


def _turns(others: Iterable[Job]) -> Counter[str]:
    """How many turns each owner has, or had within the last while; what never began was none."""
    since = time.time() - RECENT_S
    return Counter(
        job.owner for job in others if job.is_active or (job.started is not None and (job.ended or 0.0) > since)
    )
