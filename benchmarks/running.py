"""A run that trains while something else is measured."""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from unittest import mock

import psutil

from mnist_core import jobs, paths
from mnist_core.errors import JobError
from mnist_core.owners import KEEPER
from mnist_core.training.config import TrainingConfig
from mnist_core.training.run_settings import RunSettings, start_run

START_TIMEOUT_S = 120.0
END_TIMEOUT_S = 30.0


@contextlib.contextmanager
def temporary_home() -> Iterator[None]:
    """A data home of its own, in which the datasets of the real one are still found."""
    datasets = os.environ.get(paths.DATA_VARIABLE) or str(paths.downloads_folder())
    with tempfile.TemporaryDirectory() as home:
        variables = {paths.HOME_VARIABLE: home, paths.DATA_VARIABLE: datasets}
        with mock.patch.dict(os.environ, variables):
            yield


@contextlib.contextmanager
def training(config: TrainingConfig) -> Iterator[psutil.Process]:
    """Give the worker of a run from its first steps on; cancel the run afterwards and see that the worker is gone.

    Raises
    ------
    JobError
        If the run ends by itself.
    """
    job = start_run(RunSettings(config, config.name))
    _check_running(job.id)
    worker = psutil.Process(job.pid)
    try:
        _wait("the first steps of the run", START_TIMEOUT_S, lambda: _has_steps(job.id))
        yield worker
        _check_running(job.id)
    finally:
        jobs.cancel(job.id, KEEPER)
        _wait("the end of the cancelled worker", END_TIMEOUT_S, lambda: _is_gone(job.id, worker))


def _check_running(job_id: str) -> None:
    """Refuse to measure beside a run that is none."""
    job = jobs.find(job_id)
    if job.state != "running":
        raise JobError(f"The run must train while somebody draws. Received: {job.state}. {job.error or ''}")


def _has_steps(job_id: str) -> bool:
    """Whether a run has told of its first steps."""
    _check_running(job_id)
    return any(event["kind"] == "step" for event in jobs.find(job_id).events()[0])


def _is_gone(job_id: str, worker: psutil.Process) -> bool:
    """Whether a job and the process of its worker have ended."""
    jobs.all_jobs()  # this is what ends a worker that does not do so by itself
    return not (jobs.find(job_id).is_active or worker.is_running())


def _wait(what: str, timeout_s: float, is_there: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + timeout_s
    while not is_there():
        if time.monotonic() > end:
            raise TimeoutError(f"Waited {timeout_s:g} s for {what}.")
        time.sleep(0.1)
