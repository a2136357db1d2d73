"""A network that is looked into in a browser, held to what LiteRT makes of the same image, tensor by tensor."""

import base64
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page
from starlette.responses import Response
from starlette.routing import Route

from mnist_core import Drawing, ink
from mnist_core.model.architecture import NETWORKS
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder
from mnist_core.reader.modules import modules_version
from tests.browser.reader_server import serving
from tests.litert import tensors
from tests.strokes import SEVEN

GRAPHS = {"shipped": (model_folder(SHIPPED) / GRAPH).read_bytes()}
IMAGE = ink.digit_pixels(Drawing.from_strokes(SEVEN))
# So many places of each layer are added up, and of each the numbers of so many terms are looked at.
PLACES, TERMS = 8, 4

# All layers with their values, and the sums of some of their places as they are shown.
LOOK = """async ([version, name, image, many, few]) => {
  const { insideOf, sumOf, sharesOf, fieldsOf } = await import(`/reader/${version}/inside.js`);
  const graph = await fetch(`/graphs/${name}`).then((answer) => answer.arrayBuffer());
  const { look, layers } = insideOf(new Uint8Array(graph));
  look(Uint8Array.from(image));
  let seed = 1;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const sums = layers.flatMap((layer, number) => {
    if (layer.kind === "image" || layer.kind === "softmax") return [];
    const [rows, columns, channels] = layer.shape;
    return Array.from({ length: many }, () => {
      const place = { row: random(rows), column: random(columns), channel: random(channels) };
      const { terms, offset, sum, steps, value } = sumOf(layers, number, place);
      const shown = terms.slice(0, few).map(({ values, weights, total }) => ({
        values: [...values], weights: weights && [...weights], total,
      }));
      const totals = terms.map(({ total }) => total);
      const [field] = fieldsOf(layers, number, place);
      return { number, terms: shown, totals, offset, sum, steps, value, field };
    });
  });
  const packed = (values) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  };
  const told = layers.map(({ kind, name, shape, sources, values, isNormalised }) => ({
    kind, name, shape, sources, isNormalised, values: packed(values),
  }));
  return { layers: told, sums, shares: sharesOf(layers, layers.length - 1) };
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    graphs = Route("/graphs/{name}", lambda request: Response(GRAPHS[request.path_params["name"]]))
    with serving([graphs]) as url:
        yield url


@pytest.fixture
def page(browser, address) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        yield page


def looked_into(page, name):
    seen = page.evaluate(LOOK, [modules_version(), name, IMAGE.ravel().tolist(), PLACES, TERMS])
    for layer in seen["layers"]:
        layer["values"] = np.frombuffer(base64.b64decode(layer["values"]), "<f4")
    return seen


def check_layers(seen, graph):
    """Each layer gives what its tensor has in LiteRT, and begins at the drawing."""
    expected = tensors(graph, IMAGE)
    first, *layers = seen["layers"]
    assert first["kind"] == "image"
    np.testing.assert_allclose(first["values"], IMAGE.ravel() / 255, atol=1e-7)
    for number, layer in enumerate(layers, start=1):
        values = expected[layer["name"]]
        assert np.prod(layer["shape"]) == values.size
        np.testing.assert_allclose(layer["values"], values.ravel(), rtol=1e-4, atol=1e-4)
        assert all(source < number for source in layer["sources"])
    assert layers[-1]["kind"] == "softmax"


def check_sums(seen):
    """What is shown adds up to the number that the network has, and each product is that of its factors."""
    done = {
        "relu": lambda value, _by: max(value, 0),
        "tanh": lambda value, _by: np.tanh(value),
        "times": lambda value, by: value * by,
        "plus": lambda value, by: value + by,
    }
    assert len(seen["sums"]) == PLACES * (len(seen["layers"]) - 2)
    for each in seen["sums"]:
        kind = seen["layers"][each["number"]]["kind"]
        for term in each["terms"]:
            values = np.array(term["values"], float)
            products = values * term["weights"] if term["weights"] else values
            total = {"strongest": np.max, "average": np.mean, "mean": np.mean}.get(kind, np.nansum)(products)
            assert term["total"] == pytest.approx(total, abs=1e-6)
        value = sum(each["totals"]) + each["offset"]
        assert each["sum"] == pytest.approx(value, abs=1e-6)
        for step in each["steps"]:
            value = done[step["kind"]](value, step.get("by"))
        assert each["value"] == pytest.approx(value, rel=1e-4, abs=1e-4)
        sizes = [abs(total) for total in each["totals"]]
        assert sizes == sorted(sizes, reverse=True)


def check_shares(seen):
    """The powers that are shown, each divided by their sum, are the probabilities."""
    powers = np.array([each["power"] for each in seen["shares"]])
    np.testing.assert_allclose(powers / powers.sum(), [each["share"] for each in seen["shares"]], atol=1e-6)
    assert [each["share"] for each in seen["shares"]] == seen["layers"][-1]["values"].tolist()


def test_the_shipped_model_shows_what_litert_computes_and_how(page):
    seen = looked_into(page, "shipped")
    check_layers(seen, GRAPHS["shipped"])
    check_sums(seen)
    check_shares(seen)
    kinds = [layer["kind"] for layer in seen["layers"]]
    convolutions = ["convolution"] * 4 + ["strongest"] + ["convolution"] * 2
    assert kinds == ["image", *convolutions, "depthwise", "dense", "softmax"]
    assert all(layer["isNormalised"] for layer in seen["layers"] if "convolution" in layer["kind"])


def test_what_a_place_depends_on_is_what_changes_it(page):
    """A pixel outside of the field of a place does not matter to it; the field is no larger than that of its layer."""
    seen = looked_into(page, "shipped")
    sides = {1: 3, 2: 6}
    for each in seen["sums"]:
        field = each["field"]
        assert 0 <= field["top"] < field["bottom"] <= 28
        if each["number"] in sides:
            assert field["bottom"] - field["top"] == field["right"] - field["left"] == sides[each["number"]]
        if each["number"] == 1:
            patch = IMAGE[field["top"] : field["bottom"], field["left"] : field["right"]]
            np.testing.assert_allclose(each["terms"][0]["values"], patch.ravel() / 255, atol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_shows_what_litert_computes_and_how(page, name):
    from tests.graphs import converted

    GRAPHS[name] = converted(name)[1]
    seen = looked_into(page, name)
    check_layers(seen, GRAPHS[name])
    check_sums(seen)
    check_shares(seen)
