"""The network that learns in the browser: its mathematics, held to Keras's, and the page that shows it."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from mnist_core.learner.modules import modules_version
from tests.browser.reader_server import serving
from tests.learner import fixtures

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


@pytest.mark.parametrize("quick", [True, False], ids=["WebAssembly", "plain JavaScript"])
@pytest.mark.parametrize("case", fixtures.cases(), ids=lambda case: case.name)
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
