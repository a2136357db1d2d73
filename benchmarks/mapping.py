"""The map in a real browser beside Plotly's and deck.gl's: frames while it turns, and how soon it is there."""

import statistics
import time
from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from tests.browser.driver import SIZES, launch, serving, wait_until

# The first is what the others are compared with.
CANDIDATES = ("plotly", "deck.gl", "ours, WebGL", "ours")
COUNTS = (10_000, 70_000)
VISITS = 3
SETTLE_S, TURN_S = 2.0, 5.0
TIMEOUT_MS = 120_000
RATIO_TARGET, FIRST_TARGET_S = 3.0, 3.0
HOVERS = 30

# Counts the frames in which anything was painted, whoever does it: by WebGL, or as a bitmap on a plain canvas.
FRAMES = """
window.frames_painted = 0; window.first_painted = null;
let painted = false;
const wrap = (kind, name) => {
  const plain = kind?.prototype[name];
  if (plain) kind.prototype[name] = function (...all) { painted = true; return plain.apply(this, all); };
};
const names = ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"];
for (const name of names) { wrap(window.WebGL2RenderingContext, name); wrap(window.WebGLRenderingContext, name); }
wrap(window.CanvasRenderingContext2D, "putImageData");
const look = () => {
  if (painted) { window.frames_painted += 1; window.first_painted ??= performance.now(); }
  painted = false;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""

# Milliseconds from a movement of the mouse to the tooltip, and to the picture on it.
STOPWATCH = """() => {
window.tips = []; window.shown = [];
let moved = null;
addEventListener("pointermove", (event) => { moved = event.timeStamp; }, true);
new MutationObserver(() => {
  const tip = document.querySelector(".space-tip");
  if (tip.hidden || moved === null) return;
  const from = moved, image = tip.querySelector("img");
  moved = null;
  tips.push(performance.now() - from);
  if (image) image.addEventListener("load", () => shown.push(performance.now() - from));
}).observe(document.querySelector(".space-tip"), { attributes: true, childList: true });
}"""


@dataclass(frozen=True)
class Times:
    """What a candidate does with so many points.

    Attributes
    ----------
    first
        Seconds from opening the page in a warm browser to its first picture.
    rate
        Frames a second while it is turned with the mouse.
    sent
        Bytes that the server sends over the socket for a rerun that changes nothing.
    """

    first: float
    rate: float
    sent: int


def times(browser: Browser, url: str, what: str, count: int) -> Times:
    """Open a candidate's page a few times, and turn it at last."""
    address = f"{url}/?what={quote(what)}&count={count}"
    with browser.new_context(**SIZES["desktop"], reduced_motion="reduce") as context:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.add_init_script(FRAMES)
        received: list[int] = []
        page.on("websocket", lambda socket: _listen(socket, received))
        seconds = [_open(page, address) for _ in range(VISITS + 1)][1:]
        time.sleep(SETTLE_S)
        rate = _turn(page)
        time.sleep(SETTLE_S)
        received.clear()
        page.get_by_role("button", name="Rerun").click()
        page.get_by_text("Run 2", exact=True).wait_for()
        return Times(statistics.median(seconds), rate, sum(received))


def _listen(socket: WebSocket, received: list[int]) -> None:
    socket.on("framereceived", lambda content: received.append(len(content)))


def _open(page: Page, address: str) -> float:
    """Seconds from opening a page to its first picture."""
    page.goto("about:blank")
    page.goto(address)
    wait_until(page, "window.first_painted !== null")
    return float(page.evaluate("window.first_painted")) / 1000


def _turn(page: Page) -> float:
    """Frames a second while the mouse turns the points."""
    mouse = page.mouse
    box = page.locator("canvas").first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    before, start, way = page.evaluate("frames_painted"), time.perf_counter(), 0
    while time.perf_counter() - start < TURN_S:
        way += 1
        mouse.move(x + 100 * abs((way % 80) / 40 - 1), y + 20 * abs((way % 60) / 30 - 1))
    rate = (page.evaluate("frames_painted") - before) / (time.perf_counter() - start)
    mouse.up()
    return float(rate)


def hover_times(browser: Browser, url: str, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a movement of the mouse to the tooltip, and to the digit's picture on it."""
    with browser.new_context(**SIZES["desktop"], reduced_motion="reduce") as context:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(f"{url}/?what=ours&count={count}")
        page.wait_for_selector(".space[data-frames]")
        page.wait_for_timeout(1000 * SETTLE_S)
        page.evaluate(STOPWATCH)
        places = "(() => { const { panels: [panel] } = document.querySelector('.space').space; return panel.all() })()"
        box = page.locator(".space-panel").first.bounding_box()
        assert box
        for index in range(0, count, count // HOVERS):
            x, y, _ = page.evaluate(f"Array.from({places}.slice({3 * index}, {3 * index + 3}))")
            page.mouse.move(box["x"] + x, box["y"] + y)
            page.wait_for_timeout(120)
        return page.evaluate("tips"), page.evaluate("shown")


def show() -> None:
    """Measure and print the tables."""
    print("| points | candidate | first picture | frames a second | against Plotly | sent for a rerun |")
    print("| --- | --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright, serving(("benchmarks/map_page.py",)) as (url, _):
        browser = launch(playwright)
        for count in COUNTS:
            baseline = 0.0
            for what in CANDIDATES:
                found = times(browser, url, what, count)
                baseline = baseline or found.rate
                _show_line(count, what, found, found.rate / baseline)
        for count in COUNTS:
            tips, pictures = hover_times(browser, url, count)
            print(
                f"Hovering, {count:,} points: tooltip after {statistics.median(tips):.0f} ms, "
                f"picture after {statistics.median(pictures):.0f} ms (medians of {len(tips)})."
            )
        browser.close()
    print(f"Targets, 10,000 points: {RATIO_TARGET:g} times Plotly's frames, first picture in {FIRST_TARGET_S:g} s.")


def _show_line(count: int, what: str, found: Times, ratio: float) -> None:
    """One row of the table."""
    print(
        f"| {count:,} | {what} | {found.first:.2f} s | {found.rate:.1f} | {ratio:.1f} x | {found.sent:,} bytes |",
        flush=True,
    )
