"""The reader in a browser beside LiteRT in Python, in one run: an image, a drawing, a first visit."""

import gzip
import json
import statistics
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.table import Row, median_ms
from mnist_core import Drawing
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder, read_card
from mnist_core.model.recognizer import Recognizer
from mnist_core.reader.modules import modules, modules_version
from mnist_core.reader.record import record
from tests.browser.driver import launch
from tests.browser.reader_server import serving
from tests.reader.fixtures import Fixture, read

# Of the fixtures so many drawings of one digit are read, and each image so many times.
DRAWINGS, REPEATS, STARTS = 100, 5, 7
LARGEST_KB = 350

# Milliseconds from nothing to the first answer: modules, record and graph are fetched, and the network is made.
START = """async ([version, strokes, pen]) => {
  const begun = performance.now();
  const [{ loadReader }, record] = await Promise.all([
    import(`/reader/${version}/reader.js`), fetch("/reader/record").then((answer) => answer.json()),
  ]);
  const reader = await loadReader(record);
  reader.read(strokes, pen);
  return performance.now() - begun;
}"""

# Milliseconds of each image by the network alone, and of each drawing as somebody reads it for the first time.
READ = """async ([version, drawings, repeats, quick]) => {
  const { Reader } = await import(`/reader/${version}/reader.js`);
  const record = await fetch("/reader/record").then((answer) => answer.json());
  const graph = new Uint8Array(await fetch(record.model.address).then((answer) => answer.arrayBuffer()));
  const reader = new Reader(record, graph, quick);
  const images = drawings.map(({ strokes, pen }) => reader.pixels(reader.checked(strokes, pen), pen));
  const timed = (each) => {
    const begun = performance.now();
    each();
    return performance.now() - begun;
  };
  const [ofImages, ofDrawings] = [[], []];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const image of images) ofImages.push(timed(() => reader.network(image)));
    reader.known.clear();
    reader.looked.clear();
    for (const { strokes, pen } of drawings) ofDrawings.push(timed(() => reader.read(strokes, pen)));
  }
  return [ofImages, ofDrawings];
}"""


def rows() -> list[Row]:
    """Times in the browser, with WebAssembly and without, and the bytes that a first visit fetches."""
    drawings = [each for each in read() if len(each.boxes) == 1][:DRAWINGS]
    by_litert, by_python = _python_times(drawings)
    with serving() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        quick, drawn = _browser_times(browser, url, drawings, quick=True)
        plain, _drawn_plain = _browser_times(browser, url, drawings, quick=False)
        start = statistics.median(_start(browser, url, drawings[0]) for _ in range(STARTS))
        browser.close()
    packed, unpacked = _kilobytes()
    return [
        Row("an image, WebAssembly", quick, "LiteRT in Python, one core", by_litert, "ms", 1),
        Row("an image, plain JavaScript", plain, "LiteRT in Python, one core", by_litert, "ms"),
        Row("a drawing of a digit, WebAssembly", drawn, "Python", by_python, "ms", 2),
        Row("first visit, packed", packed, "not packed", unpacked, "kB", LARGEST_KB),
        Row("nothing fetched to the first answer", start, "a drawing in Python", by_python, "ms"),
    ]


def _python_times(drawings: list[Fixture]) -> tuple[float, float]:
    """Median milliseconds of an image and of a drawing in Python, each drawing new to the recognizer."""
    folder = model_folder(SHIPPED)
    recognizer = Recognizer((folder / GRAPH).read_bytes())
    images = [each.pixels.reshape(1, 28, 28) for each in drawings]
    turns = iter(range(1_000_000))
    image = median_ms(lambda: recognizer.readings(images[next(turns) % len(images)]), REPEATS * DRAWINGS)
    rng = np.random.default_rng(0)

    def moved() -> Drawing:
        each = drawings[next(turns) % len(drawings)]
        return Drawing.from_strokes([stroke / 100 + rng.uniform(0, 1, 2) for stroke in each.strokes], each.pen)

    return image, median_ms(lambda: recognizer.read(moved()), REPEATS * DRAWINGS)


def _browser_times(browser: Browser, url: str, drawings: list[Fixture], *, quick: bool) -> tuple[float, float]:
    """Median milliseconds of an image and of a drawing in the browser."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        given = [{"strokes": _strokes(each), "pen": each.pen} for each in drawings]
        images, read = page.evaluate(READ, [modules_version(), given, REPEATS, quick])
    return statistics.median(images[DRAWINGS:]), statistics.median(read[DRAWINGS:])


def _start(browser: Browser, url: str, drawing: Fixture) -> float:
    """Milliseconds of a first visit, whose browser has nothing yet."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        taken: float = page.evaluate(START, [modules_version(), _strokes(drawing), drawing.pen])
    return taken


def _strokes(drawing: Fixture) -> list[Any]:
    """Strokes as a page has them."""
    return [(stroke / 100).tolist() for stroke in drawing.strokes]


def _kilobytes() -> tuple[float, float]:
    """What a first visit fetches, packed and not."""
    folder = model_folder(SHIPPED)
    card = read_card(folder)
    told = json.dumps(record(card, card.files[GRAPH], "/")).encode()
    files = [*modules().values(), (folder / GRAPH).read_bytes(), told]
    return sum(len(gzip.compress(each)) for each in files) / 1000, sum(map(len, files)) / 1000
