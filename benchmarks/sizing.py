"""How many visitors one core serves, and in how much memory: more and more of them draw at once on one server.

The server is held on one core and the visitors come from the others, where the system can do that. Seconds of the
processor are counted beside seconds of the clock: they hold also where something else keeps the machine busy.
"""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from benchmarks.running import temporary_home
from benchmarks.visitor import Measured
from benchmarks.visitors import MEGA, Memory, draw_at_once
from mnist_core import load_dataset
from mnist_core.errors import ConfigError
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import compute_readings
from tests.browser.driver import serving

CROWDS = (1, 10, 25, 50, 100)
SECONDS = 60.0
MILLI = 1000


@dataclass(frozen=True)
class Cost:
    """What a crowd cost the server.

    Attributes
    ----------
    processor_s
        Seconds of the processor.
    most
        Bytes of memory, the most that were seen.
    """

    processor_s: float
    most: int


def show(arguments: Sequence[str]) -> None:
    """Measure crowds of these sizes, or of the usual ones, and print a line for each."""
    crowds = _crowds(arguments)
    with temporary_home():
        # Otherwise the server would have it done while somebody draws.
        compute_readings(SHIPPED, load_dataset("mnist", fallback=True))
        with serving() as (url, pid):
            held = _hold_on_one_core(pid)
            draw_at_once(url, max(crowds[0], 5), 10)
            print(f"The server {held}.\n\n{_HEAD}")
            for crowd in crowds:
                measured, cost = _measured(url, pid, crowd)
                print(_line(crowd, measured, cost), flush=True)


_HEAD = (
    "| visitors | drawings | not answered | pen-up to answer, median | 95th percentile | rest of the page, median "
    "| processor a visitor and minute | memory at most |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def _crowds(arguments: Sequence[str]) -> list[int]:
    """The sizes of the crowds.

    Raises
    ------
    ConfigError
        If they are no whole numbers from 1.
    """
    if not all(each.isascii() and each.isdecimal() and int(each) for each in arguments):
        raise ConfigError("Numbers of visitors must be whole and from 1. Received: {value!r}.", value=list(arguments))
    return [int(each) for each in arguments] or list(CROWDS)


def _hold_on_one_core(pid: int) -> str:
    """Have a server use one core, and this process the others; say what was done."""
    server, cores = psutil.Process(pid), sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        return "uses every core"
    for thread in server.threads():
        os.sched_setaffinity(thread.id, cores[:1])
    os.sched_setaffinity(0, cores[1:])
    return f"is held on one of {len(cores)} cores"


def _measured(url: str, pid: int, crowd: int) -> tuple[Measured, Cost]:
    """What a crowd met with, and what it cost."""
    server, memory = psutil.Process(pid), Memory(pid)
    before = server.cpu_times()
    with memory.watched():
        measured = draw_at_once(url, crowd, SECONDS)
    after = server.cpu_times()
    return measured, Cost(after.user + after.system - before.user - before.system, memory.most)


def _line(crowd: int, measured: Measured, cost: Cost) -> str:
    """A row of the table."""
    answers, pages = measured.answers, measured.pages
    p95 = statistics.quantiles(answers, n=20)[-1] if len(answers) > 1 else max(answers)
    share = cost.processor_s / crowd / (SECONDS / 60)
    return (
        f"| {crowd} | {len(answers):,} | {len(measured.errors) + len(measured.wrong)} "
        f"| {MILLI * statistics.median(answers):.0f} ms | {MILLI * p95:.0f} ms | {statistics.median(pages):.1f} s "
        f"| {share:.1f} s | {cost.most / MEGA:.0f} MB |"
    )
