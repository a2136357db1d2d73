"""A job of half a minute on a cluster beside the same on this machine, and many short ones; needs the extra."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from unittest import mock

from benchmarks.table import Row
from mnist_core import jobs, paths
from mnist_core.jobs import engines, kinds, processes
from mnist_core.jobs.job import Job
from tests import postgres

REPOSITORY = Path(__file__).resolve().parents[1]
# The work sleeps: it takes as long on a machine that others use as on an idle one, and what is more is overhead.
STEPS, SHORT, MANY = 3000, 1, 5


def rows() -> list[Row]:
    """Seconds from the call to the result."""
    here = _on_this_machine(STEPS)
    with _cluster() as store:
        _seconds(SHORT)  # the tables and the worker are there from now on
        there = _seconds(STEPS)
        began = time.perf_counter()
        for job in [jobs.start("count", f"Counting {number}", {"to": SHORT, "n": number}) for number in range(MANY)]:
            _ended(job)
        many = time.perf_counter() - began
        assert any(Path(store).iterdir())
    began = time.perf_counter()
    with _local():
        for job in [jobs.start("count", f"Counting {number}", {"to": SHORT, "n": number}) for number in range(MANY)]:
            _ended(job)
    alone = time.perf_counter() - began
    return [
        Row("a job that sleeps for 30 s, by a worker through PostgreSQL", there, "by this machine", here, "s"),
        Row(f"{MANY} jobs that do nothing, one after the other", many, "by this machine", alone, "s"),
    ]


def _on_this_machine(steps: int) -> float:
    with _local():
        return _seconds(steps)


@contextmanager
def _local() -> Iterator[None]:
    """A data home of this machine alone, whose workers count."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        mock.patch.dict(os.environ, {paths.HOME_VARIABLE: home}),
        mock.patch.object(processes, "COMMAND", import_module("tests.jobs.counting_worker").COMMAND),
    ):
        yield


@contextmanager
def _cluster() -> Iterator[str]:
    """A cluster with one worker, as shipped: no patience is shortened."""
    from mnist_core.jobs.cluster.engine import close_clusters
    from mnist_core.jobs.cluster.parcels import STORE_VARIABLE

    postgres.empty()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        named = {
            paths.HOME_VARIABLE: f"{folder}/server",
            engines.WORKERS_VARIABLE: postgres.address(),
            STORE_VARIABLE: f"file://{folder}/store",
        }
        with (
            mock.patch.dict(os.environ, named),
            mock.patch.dict(kinds.KINDS, import_module("tests.jobs.cluster_worker").WORK),
        ):
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.cluster_worker", "--patient"],
                env=os.environ | {paths.HOME_VARIABLE: f"{folder}/machine"},
                cwd=REPOSITORY,
            )
            try:
                yield f"{folder}/store"
            finally:
                worker.terminate()
                worker.wait(30)
                close_clusters()


def _seconds(steps: int) -> float:
    """Seconds of a job from the call to the result that is seen."""
    began = time.perf_counter()
    _ended(jobs.start("count", "Counting", {"to": steps, "progress": True, "began": began}))
    return time.perf_counter() - began


def _ended(job: Job) -> None:
    """Wait for a job as a page does."""
    while next(each for each in jobs.all_jobs() if each.id == job.id).is_active:
        time.sleep(0.05)
