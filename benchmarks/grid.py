"""The grid of the Explore page in a real browser: from a click to the painted digits."""

import statistics
from collections.abc import Callable, Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.table import Row
from tests.browser.driver import PAGE_TIMEOUT_MS, launch, serving

REPEATS = 10
TARGET_MS = 500.0
DIGITS = 60
GRID = ".st-key-explore-grid .gallery[data-painted]"

# Notes the time of each press, and of the first paint of a gallery after it.
PAINTED = """
window.times = [];
let pressed = null;
addEventListener("pointerdown", () => { pressed = performance.now(); }, true);
new MutationObserver(() => {
  if (pressed !== null) { times.push(performance.now() - pressed); pressed = null; }
}).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-painted"] });
"""
# The same, until as many images as there are in a page are others than before and loaded.
LOADED = """
window.times = [];
let pressed = null, before = "";
const shown = () => [...document.querySelectorAll("[data-testid=stImage] img")];
addEventListener("pointerdown", () => { pressed = performance.now(); before = shown()[0]?.src; }, true);
const look = () => {
  const images = shown();
  const isThere = images.length === COUNT && images[0].src !== before && images.every((image) => image.complete);
  if (pressed !== null && isThere) { times.push(performance.now() - pressed); pressed = null; }
  requestAnimationFrame(look);
};
look();
""".replace("COUNT", str(DIGITS))


def rows() -> list[Row]:
    """A page turned, a digit chosen and a sort, each from the click to the grid; against images without more."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with serving() as (url, _):
            ours = _ours(browser, f"{url}/explore?dataset=mnist&part=Browse")
        with serving(("benchmarks/plain_grid.py",)) as (url, _):
            plain = _plain(browser, url)
        browser.close()
    return [
        Row(f"{name}: click to {DIGITS} painted digits", time, "page turned, st.image", plain, "ms", TARGET_MS)
        for name, time in ours.items()
    ]


def _ours(browser: Browser, url: str) -> dict[str, float]:
    """Median milliseconds for each way to ask for other digits."""
    page = _open(browser, url)
    page.locator(GRID).wait_for()
    page.evaluate(PAINTED)
    labels = page.locator(".st-key-explore-labels")
    shortcuts = ["The least typical", "Misread, and sure of it"]
    ways: dict[str, Callable[[int], None]] = {
        "a page turned": lambda _: page.get_by_label("Next page").click(),
        "a digit chosen": lambda index: labels.get_by_text(str(index), exact=True).click(),
        "sorted": lambda index: page.get_by_role("radio", name=shortcuts[index % 2]).click(),
    }
    times = {name: statistics.median(_times(page, way)) for name, way in ways.items()}
    page.context.close()
    return times


def _plain(browser: Browser, url: str) -> float:
    """Median milliseconds of turning a page of Streamlit's own images."""
    page = _open(browser, url)
    page.locator("[data-testid=stImage] img").nth(DIGITS - 1).wait_for()
    page.evaluate(LOADED)
    times = _times(page, lambda _: page.get_by_label("Next page").click())
    page.context.close()
    return statistics.median(times)


def _times(page: Page, press: Callable[[int], None]) -> Sequence[float]:
    """Milliseconds from each of a few clicks to what it brings."""
    page.evaluate("times.length = 0")
    for index in range(REPEATS):
        press(index)
        page.wait_for_function("count => times.length > count", arg=index)
        page.wait_for_timeout(100)
    times: list[float] = page.evaluate("times")
    return times


def _open(browser: Browser, url: str) -> Page:
    """A new visitor's page."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(PAGE_TIMEOUT_MS)
    page.goto(url)
    return page
