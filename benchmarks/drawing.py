"""Drawing in a real browser, on the pad and on the plain canvas: how soon and how often the answer changes."""

import contextlib
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import Browser, Playwright, sync_playwright

from benchmarks.running import temporary_home, training
from mnist_core import Drawing, load_dataset, load_recognizer
from mnist_core.datasets import load_pen_strokes
from mnist_core.explanation.explanation import explain
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import DatasetReadings, compute_readings
from mnist_core.training.presets import PRESETS
from tests.browser.driver import SIZES, Studio, launch, on_canvas, serving
from tests.strokes import DIGITS

DIGITS_DRAWN = 10
# A hand draws about so many of the canvas's 400 units in a second, and its pointer tells so often where it is.
SPEED, TELLS_A_SECOND = 500.0, 120.0
MEDIAN_TARGET_MS, P95_TARGET_MS, RATE_TARGET = 16.0, 25.0, 58.0
# So many pen-digits of training writers are explained.
EXPLAINED, REASONS_TARGET_MS = 50, 150.0
# Size of each screen, and how many times slower its processor is than this one.
SCREENS = {"desktop": ("desktop", 1), "phone": ("phone", 1), "slow phone": ("phone", 4)}
# What is drawn on, and what `times` is told of it.
PADS = {"pad": {}, "pad, read by the server": {"here": False}, "plain canvas": {"plain": True}}
# The plain canvas sends what was drawn 200 ms after pen-up; its answer is then awaited for so long.
REST_S = 0.9

# For each pointer event the time until an answer is on the screen that knows of it. What the pad reads by itself knows
# of all that happened before, what it asks the server of what happened before its request, and the canvas's answer of
# what happened before the pen was lifted.
STOPWATCH = """(drawn) => {
const pad = drawn.matches(".pad-canvas");
window.latencies = []; window.answers = [];
let waiting = [], asked = [], isAsking = false;
for (const kind of ["pointerdown", "pointermove", "mousedown", "mousemove"]) {
  if (pad ? kind.startsWith("pointer") : true)
    drawn.addEventListener(kind, (event) => { if (event.buttons) waiting.push(event.timeStamp); }, true);
}
const plainFetch = window.fetch;
window.fetch = (...all) => {
  if (String(all[0]).endsWith("/api/read")) { asked.push(...waiting); waiting = []; isAsking = true; }
  return plainFetch(...all);
};
const changes = { subtree: true, childList: true, attributes: true, attributeFilter: ["data-answer", "data-version"] };
new MutationObserver(() => {
  const known = pad && isAsking ? asked : [...asked, ...waiting];
  asked = [];
  if (!(pad && isAsking)) waiting = [];
  isAsking = false;
  requestAnimationFrame(() => setTimeout(() => {
    const now = performance.now();
    if (known.length) window.answers.push(now);
    window.latencies.push(...known.map((time) => now - time));
  }));
}).observe(document.body, changes);
}"""


@dataclass(frozen=True)
class Times:
    """What drawing felt like.

    Attributes
    ----------
    latencies
        Milliseconds from each pointer event to an answer on the screen that knows of it.
    rate
        Answers a second while the pen was down.
    """

    latencies: Sequence[float]
    rate: float

    @property
    def median(self) -> float:
        """The middle latency."""
        return statistics.median(self.latencies)

    @property
    def p95(self) -> float:
        """What 95 % of the latencies are below."""
        return statistics.quantiles(self.latencies, n=20)[-1]


def times(browser: Browser, url: str, screen: str = "desktop", *, plain: bool = False, here: bool = True) -> Times:
    """Draw ten digits at a hand's speed, each as a new visitor.

    Parameters
    ----------
    screen
        One of `SCREENS`.
    here
        Whether the pad may read by itself; else the server reads.
    """
    size, slower = SCREENS[screen]
    latencies: list[float] = []
    answers, seconds = 0, 0.0
    for digit in range(DIGITS_DRAWN):
        with browser.new_context(**SIZES[size]) as context:
            if not here:
                context.route("**/reader/**", lambda route: route.abort())
            studio = Studio(context.new_page(), url, plain=plain)
            if here and not plain:
                studio.wait_until_it_reads()
            studio.page.wait_for_timeout(500)
            context.new_cdp_session(studio.page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            studio.canvas.evaluate(STOPWATCH)
            for stroke in DIGITS[digit]:
                begun, ended = _draw(studio, np.asarray(stroke, float))
                seconds += (ended - begun) / 1000
                within = "([begun, ended]) => answers.filter((time) => time >= begun && time <= ended).length"
                answers += int(studio.page.evaluate(within, [begun, ended]))
            time.sleep(REST_S)
            latencies += studio.page.evaluate("latencies")
    return Times(latencies, answers / seconds)


def _draw(studio: Studio, stroke: np.ndarray) -> tuple[float, float]:
    """Draw a stroke as fast as a hand does; give when it began and ended on the page's clock, in ms."""
    box = studio.canvas.bounding_box()
    assert box
    scale = box["width"] / 400
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))])
    at = np.arange(0, along[-1], SPEED / TELLS_A_SECOND)
    x, y = (np.interp(at, along, stroke[:, axis]) * scale for axis in (0, 1))
    points = np.stack([x + box["x"], y + box["y"]], axis=1).tolist()
    mouse = studio.page.mouse
    mouse.move(*points[0])
    begun: float = studio.page.evaluate("performance.now()")
    mouse.down()
    start = time.perf_counter()
    for number, point in enumerate(points):
        time.sleep(max(0.0, start + number / TELLS_A_SECOND - time.perf_counter()))
        mouse.move(*point)
    mouse.up()
    ended: float = studio.page.evaluate("performance.now()")
    return begun, ended


@contextlib.contextmanager
def _circumstances(name: str) -> Iterator[None]:
    """Idle, or with a network in training."""
    with training(PRESETS["classic"].config) if name == "training" else contextlib.nullcontext():
        yield


def show() -> None:
    """Measure all pads and print the table."""
    print("| drawn on | screen | meanwhile | event to answer, median | 95th percentile | answers a second |")
    print("| --- | --- | --- | --- | --- | --- |")
    with temporary_home(), sync_playwright() as playwright:
        known = load_dataset("mnist", fallback=True)
        # Otherwise the server would have it done while somebody draws.
        readings = compute_readings(SHIPPED, known)
        _show_lines(playwright)
        reasons = _reason_times(readings)
    print(
        f"Why this answer, {EXPLAINED} drawings: median {statistics.median(reasons):.0f} ms, 95th percentile "
        f"{statistics.quantiles(reasons, n=20)[-1]:.0f} ms (target {REASONS_TARGET_MS:g} ms)."
    )
    print(
        f"Targets, pad and idle: median {MEDIAN_TARGET_MS:g} ms, 95th percentile {P95_TARGET_MS:g} ms, "
        f"{RATE_TARGET:g} answers a second while drawing."
    )


def _show_lines(playwright: Playwright) -> None:
    """A row for each pad, screen and circumstance."""
    with serving() as (url, _):
        browser = launch(playwright)
        for meanwhile in ("idle", "training"):
            with _circumstances(meanwhile):
                for screen in SCREENS:
                    for pad, how in PADS.items():
                        _show_line(pad, screen, meanwhile, times(browser, url, screen, **how))
        browser.close()


def _show_line(pad: str, screen: str, meanwhile: str, measured: Times) -> None:
    """One row of the table."""
    print(
        f"| {pad} | {screen} | {meanwhile} | {measured.median:.0f} ms | {measured.p95:.0f} ms | {measured.rate:.1f} |",
        flush=True,
    )


def _reason_times(readings: DatasetReadings | None) -> list[float]:
    """Milliseconds that the three explanations of a drawing take together, for as many drawings."""
    recognizer, strokes = load_recognizer(), load_pen_strokes()
    drawings = [
        Drawing.from_strokes(on_canvas(strokes.strokes(index)))
        for index in np.flatnonzero(~strokes.is_test)[:: len(strokes) // (2 * EXPLAINED)][:EXPLAINED]
    ]
    explain(recognizer, drawings[0], readings)
    times = []
    for drawing in drawings:
        start = time.perf_counter()
        explain(recognizer, drawing, readings)
        times.append(1000 * (time.perf_counter() - start))
    return times
