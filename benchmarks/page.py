"""The Draw page in a real browser: start, answer after pen-up, memory of the server."""

import statistics
import time
from collections.abc import Callable, Sequence

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.table import Row
from tests.browser.driver import PAGE_TIMEOUT_MS, Studio, launch, serving, wait_until
from tests.strokes import EIGHT, ONE, TWO, ZERO

STROKES = 50
STARTS = 3
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
    """Start to usable canvas, pen-up to answer, and the server's memory after 50 drawings."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        ours = statistics.median(_start(browser, "streamlit_app.py", _wait_for_canvas) for _ in range(STARTS))
        hello = statistics.median(_start(browser, "hello", _wait_for_hello) for _ in range(STARTS))
        with serving() as (url, process):
            times = answer_times(browser, url)
            memory = psutil.Process(process).memory_info().rss / 2**20
        with serving(("hello",)) as (url, process):
            _wait_for_hello(_open(browser, url))
            hello_memory = psutil.Process(process).memory_info().rss / 2**20
        browser.close()
    p95 = statistics.quantiles(times, n=20)[-1]
    return [
        Row("server start to usable canvas", ours, "streamlit hello", hello, "s", 4),
        Row(
            f"plain canvas: pen-up to answer, median of {len(times)}",
            statistics.median(times),
            "the debounce",
            DEBOUNCE_MS,
            "ms",
            280,
        ),
        Row(f"plain canvas: pen-up to answer, 95th percentile of {len(times)}", p95, "the debounce", DEBOUNCE_MS, "ms"),
        Row(f"memory of the server after {len(times)} answers", memory, "streamlit hello", hello_memory, "MiB", 300),
    ]


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


def _start(browser: Browser, script: str, wait: Callable[[Page], None]) -> float:
    """Seconds from starting the server to a page that can be used."""
    start = time.perf_counter()
    with serving((script,)) as (url, _):
        page = _open(browser, url)
        wait(page)
        seconds = time.perf_counter() - start
        page.context.close()
    return seconds


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
