"""A look at the queue, and the Train page, with 3,000 jobs that have ended beside ten."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from streamlit.testing.v1 import AppTest

from benchmarks.table import Row
from mnist_core import jobs, paths
from mnist_core.jobs import lock, pruning, queue
from tests.jobs.ended import ended_jobs

FEW, MANY = 10, 3_000
LOOKS, RUNS = 60, 5
PAGE = Path(__file__).resolve().parents[1] / "streamlit_app.py"


def rows() -> list[Row]:
    """Milliseconds of a look and of a run of the page with many jobs, beside those with few; measured in turns."""
    look, page = {}, {}
    for count in (FEW, MANY):
        with _home(count):
            look[count] = _median_ms(_look, LOOKS)
            page[count] = _page_ms()
    return [
        Row(f"a look at {MANY:,} ended jobs and one that waits", look[MANY], f"at {FEW}", look[FEW], "ms"),
        Row(f"the Train page with {MANY:,} runs that failed", page[MANY], f"with {FEW}", page[FEW], "ms"),
    ]


@contextmanager
def _home(count: int) -> Iterator[None]:
    """A data home with so many runs that failed, and a job that waits for ever."""
    many = str(2 * MANY)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, {paths.HOME_VARIABLE: folder, pruning.MOST_VARIABLE: many}),
        mock.patch.object(queue, "limit", return_value=0),
    ):
        ended_jobs(count, kind="train", ago_s=100, state="failed", error="It was killed.")
        jobs.start("count", "It waits", {})
        _look()
        yield


def _look() -> None:
    """A look that is shared with nobody."""
    lock.shared_look.forget()
    jobs.all_jobs()


def _page_ms() -> float:
    """Median time of a run of the Train page, after the first."""
    app = AppTest.from_file(str(PAGE), default_timeout=120).run()
    app.switch_page("pages/train.py").run()
    return _median_ms(app.run, RUNS)


def _median_ms(call: Callable[[], object], repeats: int) -> float:
    """Median time of a call, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)
