"""The app as a real server and a real browser drawing on it; the benchmarks use it too."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_VARIABLE = "MNIST_STUDIO_CHROMIUM"
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_TIMEOUT_S = 60
PAGE_TIMEOUT_MS = 30_000
# The canvas sends a stroke 200 ms after pen-up; an answer that has not changed for this long is the last one.
SETTLED_S = 0.45

# A pointer reports about this often along its way.
STEP_PX = 8

SIZES: Mapping[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "projector": {"viewport": {"width": 1024, "height": 768}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
}

Strokes = Sequence[Sequence[Sequence[float]]]


def chromium() -> str | None:
    """Path of a Chromium: the one that MNIST_STUDIO_CHROMIUM names, else the first that is installed."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def launch(playwright: Playwright) -> Browser:
    """Headless Chromium."""
    return playwright.chromium.launch(executable_path=chromium(), args=QUIET)


@contextlib.contextmanager
def serving(
    arguments: Sequence[str] = ("streamlit_app.py",), port: int | None = None, log: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[tuple[str, int]]:
    """Run `streamlit` with a script on a port, by default a free one; give address and process id once it answers."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", *(["run"] if arguments[0].endswith(".py") else []), *arguments]
    process = subprocess.Popen(
        [*command, "--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"],
        cwd=ROOT,
        stdout=log,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(f"{url}/_stcore/health", process)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _wait_until_it_answers(url: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode} before it answered")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.02)
    raise TimeoutError(f"{url} did not answer within {START_TIMEOUT_S} s")


def wait_until(page: Page, expression: str, arg: Any = None, timeout_ms: float = PAGE_TIMEOUT_MS) -> None:
    """Wait until an expression, or a function of an argument, is true on a page.

    Playwright's own way has the page run texts as scripts, which the app's content security policy forbids.
    """
    end = time.monotonic() + timeout_ms / 1000
    while not page.evaluate(expression, arg):
        if time.monotonic() > end:
            raise TimeoutError(f"{expression} was not true within {timeout_ms / 1000:g} s")
        time.sleep(0.02)


def wait_until_all_is_there(page: Page) -> None:
    """Wait until nothing of a page is to come: until then what is below moves."""
    wait_until(
        page, "!document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget], [data-stale=true]')"
    )


class Studio:
    """The Draw page in a browser: on its pad, or on the plain canvas."""

    def __init__(self, page: Page, url: str, *, plain: bool = False, wait: bool = True) -> None:
        self.page, self.url, self.plain = page, url, False
        page.set_default_timeout(PAGE_TIMEOUT_MS)
        page.goto(url)
        if wait:
            self.wait_for_canvas()
        if plain:
            self.choose("Plain canvas")

    def choose(self, source: str) -> None:
        """Draw on the pad ("Draw") or on the "Plain canvas"."""
        self.page.get_by_role("radio", name=source, exact=True).click()
        self.plain = source != "Draw"
        self.wait_for_canvas()

    def wait_for_canvas(self) -> None:
        """Wait until one can draw."""
        # While a canvas is mounted in place of another, on a busy machine both are there for a moment.
        expect(self.canvas).to_have_count(1, timeout=30_000)
        self.canvas.wait_for()
        expect(self.page.locator(".answer")).to_have_count(1, timeout=30_000)
        wait_until_all_is_there(self.page)  # what is drawn on a page that still moves is another drawing

    def wait_until_it_reads(self) -> None:
        """Wait until the pad reads by itself, and no longer asks the server."""
        wait_until(self.page, "document.querySelector('.pad')?.dataset.reads === 'here'")

    @property
    def paper(self) -> Locator:
        """What one draws on."""
        return self.page.locator(".st-key-paper" if self.plain else ".pad-paper")

    @property
    def canvas(self) -> Locator:
        """The element that takes the pen."""
        return self.paper.locator("canvas.upper-canvas" if self.plain else "canvas.pad-canvas")

    def answer(self) -> str:
        """The digit that the page shows; empty when there is none."""
        return self.page.locator(".answer").get_attribute("data-answer") or ""

    def settled_answer(self) -> str:
        """The answer once it no longer changes."""
        last, since = self.answer(), time.monotonic()
        while time.monotonic() - since < SETTLED_S:
            time.sleep(0.03)
            if (now := self.answer()) != last:
                last, since = now, time.monotonic()
        return last

    def wait_for_answer(self, digit: str) -> None:
        """Wait until the page shows this digit, or none for an empty text."""
        self.page.locator(f'.answer[data-answer="{digit}"]').wait_for()

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.page.get_by_role("button", name=name).click()

    def clear(self) -> None:
        """Clear the canvas and wait for it."""
        self.press("Clear")
        self.wait_for_answer("")
        self.wait_for_canvas()

    def open(self, title: str) -> None:
        """Go to another page by its link."""
        # On a phone the links are in a sidebar beside the screen, where they count as visible.
        sidebar = self.page.get_by_test_id("stExpandSidebarButton")
        if sidebar.is_visible():
            sidebar.click()
        self.page.get_by_role("link", name=title).first.click()

    def look_at_reasons(self) -> None:
        """Scroll down to why it was read so, and wait for that."""
        self.page.get_by_text("Why this answer?").scroll_into_view_if_needed()
        self.page.locator(".heatmap").first.wait_for()

    def ink(self) -> int:
        """How many pixels of the canvas are drawn on, as its own bitmap has them."""
        return self.paper.locator("canvas.dc-canvas.lower-canvas" if self.plain else "canvas.pad-canvas").evaluate(
            "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
            ".filter((value, index) => index % 4 == 3 && value).length"
        )

    def draw(self, strokes: Strokes, *, touch: bool = False) -> None:
        """Draw strokes given on a canvas of 400 x 400 pixels, with the mouse or with a finger."""
        box = self.paper.bounding_box()
        assert box
        scale = box["width"] / 400
        for stroke in strokes:
            points = np.array([box["x"], box["y"]]) + _as_moved(np.asarray(stroke, float)) * scale
            (self._touch if touch else self._press)(points.tolist())

    def stylus(self, points: Sequence[tuple[float, float]], force: float) -> None:
        """Draw a stroke, given on a canvas of 400 x 400 pixels, with a pen that is pressed so hard (0 to 1)."""
        box = self.paper.bounding_box()
        assert box
        session = self.page.context.new_cdp_session(self.page)
        placed = [(box["x"] + x * box["width"] / 400, box["y"] + y * box["height"] / 400) for x, y in points]
        kinds = ["mousePressed", *["mouseMoved"] * (len(placed) - 2), "mouseReleased"]
        for kind, (x, y) in zip(kinds, placed, strict=True):
            event = {"type": kind, "x": x, "y": y, "pointerType": "pen", "force": force, "button": "left", "buttons": 1}
            session.send("Input.dispatchMouseEvent", {**event, "clickCount": 1})
        session.detach()

    def _press(self, points: Sequence[tuple[float, float]]) -> None:
        mouse = self.page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point)
        mouse.up()

    def _touch(self, points: Sequence[tuple[float, float]]) -> None:
        session = self.page.context.new_cdp_session(self.page)
        for kind, (x, y) in [("touchStart", points[0]), *(("touchMove", point) for point in points[1:])]:
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        session.detach()


def _as_moved(stroke: np.ndarray) -> np.ndarray:
    """A stroke with a point every few pixels, as a hand would make it, however far apart its corners are."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))])
    steps = np.linspace(0, along[-1], max(2, round(along[-1] / STEP_PX)))
    return np.stack([np.interp(steps, along, stroke[:, axis]) for axis in (0, 1)], axis=1)


def on_canvas(strokes: Sequence[np.ndarray], fill: float = 0.6) -> list[list[list[float]]]:
    """Pen strokes placed in the middle of a canvas of 400 x 400 pixels, filling this share of it."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = 400 * fill / max(float(extent.max()), 1)
    return [((stroke - low) * scale + (400 - extent * scale) / 2).tolist() for stroke in strokes]
