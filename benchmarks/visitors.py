"""Many visitors who draw at once, over real HTTP and websockets: how soon each is answered, and what it costs."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import psutil

from benchmarks import table
from benchmarks.page import processor_s
from benchmarks.running import temporary_home
from benchmarks.visitor import LOOKS, REST_S, Measured, Visitor
from mnist_core import load_dataset
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import compute_readings
from tests.browser.driver import serving

VISITORS = 50
SECONDS = 60.0
TARGET_P95_S = 1.0
# Megabytes that the server may hold once a crowd has gone.
GONE_TARGET_MB = 240
DRAWN = 20
MILLI = 1000
# Streamlit keeps the session of a browser that is gone for two minutes, in case it comes back.
GONE_S = 125.0
MEGA = 1e6


class Memory:
    """The resident memory of a process, looked at several times a second.

    Attributes
    ----------
    most
        Bytes, the most that were seen.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.most = self.now()

    def now(self) -> int:
        """Bytes that the process holds now."""
        size: int = self._process.memory_info().rss
        return size

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note the most that is held within the block."""
        end = Event()

        def watch() -> None:
            while not end.wait(0.25):
                self.most = max(self.most, self.now())

        watcher = Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            end.set()
            watcher.join()


def draw_at_once(url: str, count: int, seconds: float) -> Measured:
    """Have so many visitors come, draw for so long, and go."""
    everybody = Measured()
    with ExitStack() as stack, ThreadPoolExecutor(count) as threads:
        visitors = list(threads.map(lambda number: stack.enter_context(Visitor(url, number)), range(count)))
        end = time.monotonic() + seconds
        for _ in threads.map(lambda visitor: visitor.draw_until(end), visitors):
            pass
        for visitor in visitors:
            everybody.take(visitor.measured)
    return everybody


def show() -> None:
    """Measure one visitor and many, and print the table."""
    with temporary_home():
        # Otherwise the server would have it done while somebody draws.
        compute_readings(SHIPPED, load_dataset("mnist", fallback=True))
        with serving() as (url, pid):
            memory = Memory(pid)
            table.show(_processor_rows(url, pid))
            print()
            # What a first crowd leaves behind (caches, the allocator's room) is no leak; what a second one adds is.
            draw_at_once(url, VISITORS, 10)
            _wait_until_gone(url)
            print(
                "| visitors | drawings | answers while drawing | pen-up to answer, median | 95th percentile | slowest |"
            )
            print("| --- | --- | --- | --- | --- | --- |")
            _show_line(1, alone := draw_at_once(url, 1, 20))
            before = memory.now()
            with memory.watched():
                _show_line(VISITORS, many := draw_at_once(url, VISITORS, SECONDS))
            _wait_until_gone(url)
            after = memory.now()
    _show_findings(alone, many)
    is_met = "met" if after / MEGA <= GONE_TARGET_MB else "MISSED"
    print(
        f"Memory of the server after a first crowd: {before / MEGA:.0f} MB; with the second one "
        f"{memory.most / MEGA:.0f} MB at most, and {after / MEGA:.0f} MB once it had gone (target {GONE_TARGET_MB} MB: "
        f"{is_met})."
    )


def _processor_rows(url: str, pid: int) -> list[table.Row]:
    """What one visitor's digits cost the server's processor, part by part, beside what it costs to explain them too."""
    spent = dict.fromkeys(("live", "page", "reasons"), 0.0)

    @contextmanager
    def counted(part: str) -> Iterator[None]:
        before = processor_s(pid)
        yield
        spent[part] += processor_s(pid) - before

    with Visitor(url, 0) as visitor:
        for number in range(-3, DRAWN):  # the first ones open what all need
            strokes = visitor.moved(number % 10)
            drawn = [{"width": 20, "points": stroke.tolist()} for stroke in strokes]
            if number == 0:
                spent = dict.fromkeys(spent, 0.0)
            with counted("live"):
                visitor.reconnect()
                visitor.read(drawn)
            with counted("page"):
                visitor.tell(drawn)
            with counted("reasons"):
                visitor.look()
            visitor.tell([])
    live, page, reasons = (MILLI * each / DRAWN for each in spent.values())
    explained = "and explained as well"
    return [
        table.Row("processor of the server for one live answer", live, explained, live + page + reasons, "ms"),
        table.Row("the same for the page after a digit", page, explained, page + reasons, "ms"),
    ]


def _show_line(count: int, measured: Measured) -> None:
    """One row of the table."""
    answers = [1000 * each for each in measured.answers]
    print(
        f"| {count} | {len(answers):,} | {measured.live:,} | {statistics.median(answers):.0f} ms "
        f"| {_p95(answers):.0f} ms | {max(answers):.0f} ms |",
        flush=True,
    )


def _show_findings(alone: Measured, many: Measured) -> None:
    """What the table does not say."""
    p95 = _p95(many.answers)
    print(
        f"Pen-up to answer, 95th percentile: {p95 / _p95(alone.answers):.1f} times that of one visitor alone; target "
        f"{TARGET_P95_S:g} s: {'met' if p95 <= TARGET_P95_S else 'MISSED'}."
    )
    print(
        f"The rest of the page after pen-up (the pad waits {REST_S:g} s of it): median "
        f"{statistics.median(many.pages):.2f} s, 95th percentile {_p95(many.pages):.2f} s; alone "
        f"{statistics.median(alone.pages):.2f} s."
    )
    if many.reasons:
        print(
            f"From a look at the reasons, at which one visitor in {LOOKS} looks, until they were there: median "
            f"{statistics.median(many.reasons):.2f} s, 95th percentile {_p95(many.reasons):.2f} s."
        )
    print(f"Not answered: {len(many.errors)}. Answered otherwise than what was drawn: {len(many.wrong)}.")
    for text in sorted({*many.errors, *many.wrong})[:10]:
        print(f"  {text}")


def _wait_until_gone(url: str) -> None:
    """Wait until the server forgets the sessions of browsers that are gone, as it does when another one comes."""
    time.sleep(GONE_S)
    draw_at_once(url, 1, 1)


def _p95(values: list[float]) -> float:
    """What 95 % of the values are below."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
