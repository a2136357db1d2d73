"""The Draw page in a real browser: start, answer after pen-up, memory of the server."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.running import temporary_home
from benchmarks.table import Row
from mnist_core import load_dataset
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import compute_readings
from tests.browser.driver import PAGE_TIMEOUT_MS, Studio, launch, serving, wait_until, wait_until_all_is_there
from tests.strokes import DIGITS, EIGHT, ONE, TWO, ZERO

STROKES = 50
STARTS = 3
# What a start may take, in times of `streamlit hello`, and megabytes that the server may hold after fifty answers.
START_TARGET, MEMORY_TARGET_MB = 1.3, 200
MEGA = 1e6
DEBOUNCE_MS = 200

# Notes the time of each pen-up, and of the first change of the answer after it.
STOPWATCH = """
window.answered = [];
let up = null;
addEventListener("pointerup", () => { up = performance.now(); }, true);
new MutationObserver(() => {
  const answer = document.querySelector(".answer");
  if (up !== null && answer && answer.dataset.answer !== "") { answered.push(performance.now() - up); up = null; }
}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-answer"] });
"""


def rows() -> list[Row]:
    """Start to usable pad, the server's memory after 50 drawings, and pen-up to answer on the plain canvas."""
    with temporary_home(), sync_playwright() as playwright:
        # Otherwise the server would have it done meanwhile.
        compute_readings(SHIPPED, load_dataset("mnist", fallback=True))
        browser = launch(playwright)
        # By turns, so that what else keeps the machine busy weighs on both.
        starts = [
            (_start(browser, "streamlit_app.py", _wait_for_canvas), _start(browser, "hello", _wait_for_hello))
            for _ in range(STARTS)
        ]
        with serving() as (url, process):
            _draw_on_pad(browser, url)
            memory = _memory_mb(process)
        with serving() as (url, process):
            times = answer_times(browser, url)
        with serving(("hello",)) as (url, process):
            _wait_for_hello(_open(browser, url))
            hello_memory = _memory_mb(process)
        browser.close()
    ours, hello = (Start(*np.median([each[side] for each in starts], axis=0)) for side in range(2))
    p95 = statistics.quantiles(times, n=20)[-1]
    return [
        Row(
            "server start to usable pad",
            ours.seconds,
            "streamlit hello",
            hello.seconds,
            "s",
            START_TARGET * hello.seconds,
        ),
        Row(
            "processor of the server until then",
            ours.processor_s,
            "streamlit hello",
            hello.processor_s,
            "s",
            START_TARGET * hello.processor_s,
        ),
        Row(
            f"memory of the server after {STROKES} answers",
            memory,
            "streamlit hello",
            hello_memory,
            "MB",
            MEMORY_TARGET_MB,
        ),
        Row(
            f"plain canvas: pen-up to answer, median of {len(times)}",
            statistics.median(times),
            "the debounce",
            DEBOUNCE_MS,
            "ms",
            280,
        ),
        Row(f"plain canvas: pen-up to answer, 95th percentile of {len(times)}", p95, "the debounce", DEBOUNCE_MS, "ms"),
    ]


class Start(NamedTuple):
    """What it takes from starting a server to a page that can be used: seconds of the clock and of its processor."""

    seconds: float
    processor_s: float


def _open(browser: Browser, url: str) -> Page:
    """A new visitor's page, nothing in its cache."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(PAGE_TIMEOUT_MS)
    page.goto(url)
    return page


def _wait_for_canvas(page: Page) -> None:
    page.locator("canvas.pad-canvas").wait_for()
    page.locator(".strip").wait_for()


def _wait_for_hello(page: Page) -> None:
    page.get_by_role("heading", name="Welcome to Streamlit").wait_for()


def _start(browser: Browser, script: str, wait: Callable[[Page], None]) -> Start:
    """Start a server and open its first page."""
    start = time.perf_counter()
    with serving((script,)) as (url, process):
        page = _open(browser, url)
        wait(page)
        taken = Start(time.perf_counter() - start, processor_s(process))
        page.context.close()
    return taken


def processor_s(process: int) -> float:
    """Seconds of the processor that a process has had."""
    times = psutil.Process(process).cpu_times()
    used: float = times.user + times.system
    return used


def _memory_mb(process: int) -> float:
    """Megabytes that a process holds."""
    held: float = psutil.Process(process).memory_info().rss / MEGA
    return held


def _draw_on_pad(browser: Browser, url: str, count: int = STROKES) -> None:
    """Draw so many digits on the pad, each of which is answered and shown step by step, and look at no reasons."""
    studio = Studio(_open(browser, url), url)
    for index in range(count):
        digit = index % len(DIGITS)
        studio.draw(DIGITS[digit])
        studio.wait_for_answer(str(digit))
        wait_until_all_is_there(studio.page)
        studio.clear()
    studio.page.context.close()


def answer_times(browser: Browser, url: str, count: int = STROKES) -> Sequence[float]:
    """Milliseconds from pen-up on the plain canvas to the answer on the page, for so many digits of one stroke."""
    studio = Studio(_open(browser, url), url, plain=True)
    studio.page.evaluate(STOPWATCH)
    digits = (ZERO, ONE, TWO, [EIGHT[0]])
    for index in range(count):
        studio.draw(digits[index % len(digits)])
        wait_until(studio.page, "count => answered.length > count", arg=index)
        studio.clear()
    times: list[float] = studio.page.evaluate("answered")
    studio.page.context.close()
    return times
