"""The network that learns in the browser: its mathematics, held to Keras's, and the page that shows it."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from mnist_core.learner.modules import modules_version
from tests.browser.driver import wait_until, wait_until_all_is_there
from tests.browser.reader_server import serving
from tests.learner import fixtures
from tests.strokes import SEVEN

# Loss, gradients and probabilities of a batch, and the weights after some steps; all rows of weights one after another.
LEARN = """async ([version, settings, weights, images, labels, steps, rate, quick]) => {
  const { Network } = await import(`/learner/${version}/network.js`);
  const network = new Network(settings, quick);
  const rowsOf = ({ rows, filled, length, used }, values) =>
    Array.from({ length: filled }, (_, row) => [...values.subarray(row * length, row * length + used)]);
  network.weights.forEach((each, at) => weights[at].forEach((row, place) => each.values.set(row, place * each.length)));
  const batch = images.map((image) => Float32Array.from(image));
  const probabilities = batch.map((image) => [...network.read(image)]);
  let [loss, gradients] = [0, null];
  for (let step = 0; step < steps; step += 1) {
    const found = network.gradients(batch, labels);
    if (!step) [loss, gradients] = [found, network.weights.map((each) => rowsOf(each, each.gradients))];
    network.move(rate);
  }
  return { isQuick: Boolean(network.first.memory.kernel), loss, gradients, probabilities,
           after: network.weights.map((each) => rowsOf(each, each.values)) };
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def page(browser, address) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        yield page


def rows(weights):
    """Weights as the browser has them: a row for each filter or digit."""
    return weights.reshape(-1, weights.shape[-1]).T if weights.ndim > 1 else weights[None]


CASES = [
    pytest.param(case, quick, id=f"{case.name} {'WebAssembly' if quick else 'plain JavaScript'}")
    for case in fixtures.cases()
    for quick in (True, False)
    if quick or case.activation in ("relu", "tanh")
]


@pytest.mark.parametrize(("case", "quick"), CASES)
def test_gradients_and_steps_are_those_of_keras(page, case, quick):
    expected = {name: array for name, array in fixtures.read().items() if name.startswith(f"{case.name}/")}
    settings = {"filters": case.filters, "kernel": case.kernel, "activation": case.activation, "seed": 0}
    weights = [rows(each).tolist() for each in case.weights.values()]
    images = case.images.reshape(len(case.images), -1).tolist()
    arguments = [settings, weights, images, case.labels.tolist(), fixtures.STEPS, fixtures.RATE, quick]
    found = page.evaluate(LEARN, [modules_version(), *arguments])
    assert found["isQuick"] == quick
    close = {"rtol": 0, "atol": 1e-4}
    np.testing.assert_allclose(found["loss"], expected[f"{case.name}/loss"], **close)
    np.testing.assert_allclose(found["probabilities"], expected[f"{case.name}/probabilities"], **close)
    for kind, arrays in (("gradient", found["gradients"]), ("after", found["after"])):
        for name, array in zip(fixtures.NAMES, arrays, strict=True):
            np.testing.assert_allclose(array, rows(expected[f"{case.name}/{kind}/{name}"]), **close, err_msg=name)


SAME_SEED = """async ([version, quick]) => {
  const { Network } = await import(`/learner/${version}/network.js`);
  const made = (seed) => new Network({ filters: 4, kernel: 5, activation: "relu", seed }, quick);
  const weights = (seed) => made(seed).weights.map(({ values }) => [...values]);
  return [weights(3), weights(3), weights(4)];
}"""


def test_the_same_seed_begins_with_the_same_weights(page):
    one, same, other = page.evaluate(SAME_SEED, [modules_version(), True])
    assert one == same
    assert one != other
    assert np.abs(one[0]).max() <= np.sqrt(6 / (25 + 25 * 4)) + 1e-6


WATCHED = "Number(document.querySelector('.learner')?.dataset.{name} ?? 0) > {least}"


@pytest.fixture
def watch(visit):
    """The page on which a network learns, with a seven on its pad."""

    def open_page(path="watch", **how):
        studio = visit(path=f"/{path}", wait=False, **how)
        studio.page.locator(".learner .learner-filters li").first.wait_for()
        wait_until_all_is_there(studio.page)
        return studio

    return open_page


def learned(page, name, least):
    wait_until(page, WATCHED.format(name=name, least=least))


def filters(page):
    """The pictures of all filters."""
    return page.evaluate("[...document.querySelectorAll('.learner-filters li canvas')].map((each) => each.toDataURL())")


def test_a_press_makes_filters_change_and_accuracy_rise_while_the_drawing_is_read(watch):
    studio = watch()
    page = studio.page
    studio.draw(SEVEN)
    before = filters(page)
    studio.press("Start training")
    learned(page, "share", 0.7)
    assert filters(page) != before
    wait_until(page, "document.querySelector('.learner-reading strong').textContent === '7'")
    page.get_by_role("radio", name="0.01", exact=True).check()
    wait_until(page, "location.search.includes('rate=0.01')")
    assert page.locator(".learner").get_attribute("data-state") == "runs"
    studio.press("Pause")
    wait_until_all_is_there(page)
    assert page.get_by_role("radio", name="0.01", exact=True).is_checked()


def test_one_step_shows_the_batch_and_what_each_weight_did(watch):
    page = watch("watch?kernel=3").page
    page.get_by_role("button", name="One step").click()
    page.locator(".learner-step").wait_for()
    assert page.locator(".learner-batch li").count() == 32
    squares = page.locator(".learner-sums table").evaluate_all(
        "tables => tables.map(table => [...table.querySelectorAll('td')].map(each => Number(each.textContent)))"
    )
    before, slopes, steps, after = np.array(squares)
    assert before.size == 9
    np.testing.assert_allclose(before + steps, after, rtol=0, atol=0.011)
    np.testing.assert_allclose(steps, -0.03 * slopes, rtol=0, atol=0.002)
    assert page.locator(".learner-seen").inner_text() == "32"


@pytest.mark.slow
def test_in_a_hidden_tab_nothing_works(watch):
    page = watch().page
    page.get_by_role("button", name="Start training").click()
    learned(page, "frames", 5)
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    page.wait_for_timeout(300)
    at_rest = page.locator(".learner-seen").inner_text()
    page.wait_for_timeout(300)
    assert page.locator(".learner-seen").inner_text() == at_rest
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    wait_until(page, "seen => document.querySelector('.learner-seen').textContent !== seen", at_rest)


@pytest.mark.slow
def test_weights_that_grow_beyond_all_bounds_are_told_in_a_sentence(watch):
    page = watch("watch?rate=0.3&activation=linear").page
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("Choose a lower learning rate").wait_for()
    assert page.locator(".learner").get_attribute("data-state") == "rests"
