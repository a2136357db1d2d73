"""The network that learns in a browser beside Keras, in one run: its start, its pictures, and seconds to 95 %."""

import json
import os
import statistics
import subprocess
import sys
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.table import Row
from mnist_core.errors import DatasetError
from mnist_core.learner.digits import learner_digits
from tests.browser.driver import ROOT, launch, serving, wait_until, wait_until_all_is_there

GOOD = 0.95
STARTS = 5
LONGEST_MS = 120_000
# What is asked of it: a picture at least five times a second, a start within a second, 95 % within half a minute.
MOST_FRAME_MS, MOST_START_MS, MOST_GOOD_S = 200, 1000, 30

PRESS = "document.querySelector('.learner-go').click()"
READY = "document.querySelectorAll('.learner-filters li').length > 0"

# Milliseconds from a press to the first filter that looks different.
CHANGE = """() => new Promise((done) => {
  const filter = document.querySelector(".learner-filters li canvas");
  const before = filter.toDataURL();
  const pressed = performance.now();
  const look = () => (filter.toDataURL() === before ? requestAnimationFrame(look) : done(performance.now() - pressed));
  document.querySelector(".learner-go").click();
  look();
})"""

# Milliseconds between two pictures while it learns, and between two that this browser could paint at most.
FRAMES = """() => new Promise((done) => {
  const { dataset } = document.querySelector(".learner");
  const [begun, first] = [performance.now(), Number(dataset.frames)];
  let possible = 0;
  const count = () => {
    possible += 1;
    const taken = performance.now() - begun;
    if (taken < 4000) requestAnimationFrame(count);
    else done([taken / (Number(dataset.frames) - first), taken / possible]);
  };
  requestAnimationFrame(count);
})"""

GOOD_SHARE = "Number(document.querySelector('.learner').dataset.share ?? 0) >= {share}"

# The same network, digits and steps by Keras: seconds to import it and learn a first batch, and to the good share.
KERAS = """
import json, time
begun = time.perf_counter()
import numpy as np
import keras
from mnist_core.learner.digits import learner_digits
from mnist_core.learner.settings import BATCH, LearnerSettings
from mnist_core.model.networks import build_network

digits = learner_digits()
content = np.frombuffer(digits.content, np.uint8)
count = digits.learned + digits.held
labels, images = content[:count], content[count:].reshape(count, 28, 28).astype(np.float32) / 255
learned = slice(None, digits.learned), slice(digits.learned, None)
settings = LearnerSettings()
network = build_network("classic", settings.config("mnist").architecture)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
network.compile(keras.optimizers.SGD(settings.rate, momentum=0.9), loss, metrics=["accuracy"])
train, held = learned
network.train_on_batch(images[train][:BATCH], labels[train][:BATCH])
first = time.perf_counter() - begun
begun = time.perf_counter()
share, rounds = 0.0, 0
# It is scored as often as in the browser: after so many batches.
while share < GOOD and rounds < 40:
    places = np.random.default_rng(rounds).permutation(digits.learned)[: 50 * BATCH]
    network.fit(images[train][places], labels[train][places], batch_size=BATCH, epochs=1, verbose=0)
    share = network.evaluate(images[held], labels[held], batch_size=500, verbose=0)[1]
    rounds += 1
print(json.dumps([first, time.perf_counter() - begun, share]))
"""


def rows() -> list[Row]:
    """Times in the browser beside those of Keras.

    Raises
    ------
    DatasetError
        If MNIST is not on this machine: the figures are of its digits.
    """
    if learner_digits().dataset != "mnist":
        raise DatasetError("MNIST is not on this machine; get it on the page Explore, or name its folder.")
    keras_first, keras_good = _keras_times()
    with serving() as (url, _process), sync_playwright() as playwright:
        browser = launch(playwright)
        _opened(browser, url).context.close()  # the first visit has the server put the digits together
        starts = [_start(browser, url) for _ in range(STARTS)]
        frame, possible, good = _learning(browser, url)
        browser.close()
    start = statistics.median(starts)
    return [
        Row("press to the first changed filter", start, "Keras: import and a batch", keras_first, "ms", MOST_START_MS),
        Row("between two pictures", frame, "an empty frame of this browser", possible, "ms", MOST_FRAME_MS),
        Row("press to 95 % of 1,000 new digits", good, "Keras, after its import", keras_good, "s", MOST_GOOD_S),
    ]


def _keras_times() -> tuple[float, float]:
    """Milliseconds of Keras to its first batch, and seconds from there to the good share."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    code = KERAS.replace("GOOD", str(GOOD))
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    first, good, _share = json.loads(run.stdout.splitlines()[-1])
    return 1000 * first, good


def _opened(browser: Browser, url: str) -> Page:
    """The page, ready to begin."""
    page = browser.new_context().new_page()
    page.goto(f"{url}/watch")
    page.locator(".learner").wait_for()
    wait_until(page, READY)
    wait_until_all_is_there(page)
    return page


def _start(browser: Browser, url: str) -> float:
    """Milliseconds from the press to the first change, on a page that was just opened."""
    page = _opened(browser, url)
    taken: float = page.evaluate(CHANGE)
    page.context.close()
    return taken


def _learning(browser: Browser, url: str) -> tuple[float, float, float]:
    """Milliseconds between two pictures, those that the browser has at least, and seconds to the good share."""
    page = _opened(browser, url)
    begun = _now(page)
    page.evaluate(PRESS)
    frame, possible = page.evaluate(FRAMES)
    wait_until(page, GOOD_SHARE.format(share=GOOD), timeout_ms=LONGEST_MS)
    seconds = (_now(page) - begun) / 1000
    page.context.close()
    return frame, possible, seconds


def _now(page: Page) -> Any:
    """Milliseconds by the page's clock."""
    return page.evaluate("performance.now()")
