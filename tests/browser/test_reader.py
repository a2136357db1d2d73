"""The reader in JavaScript in a real browser, held to what Python makes of the same drawings and images."""

import base64
import hashlib
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_core import language
from mnist_core.model.architecture import NETWORKS
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder, read_card
from mnist_core.model.recognizer import Recognizer
from mnist_core.reader.modules import modules_version
from mnist_core.reader.record import record
from mnist_core.types import Box, Prediction
from mnist_ui.figures.answer import answer as paint
from mnist_ui.figures.answer import templates
from tests.browser.reader_server import serving
from tests.reader import fixtures

CARD = read_card(model_folder(SHIPPED))
SHIPPED_GRAPH = (model_folder(SHIPPED) / GRAPH).read_bytes()
# Each of these networks reads on a page of its own: some are made for the tests.
GRAPHS: dict[str, bytes] = {"shipped": SHIPPED_GRAPH}
# Of the fixtures so many are read in the quick test, one of every few.
EVERY = 32

READ_ALL = """async ([version, every, quick]) => {
  const { answerOf, Reader } = await import(`/reader/${version}/reader.js`);
  const [{ records, drawings }, graph] = await Promise.all([
    fetch(`/fixtures?every=${every}`).then((answer) => answer.json()),
    fetch("/graphs/shipped").then((answer) => answer.arrayBuffer()),
  ]);
  const readers = {};
  return drawings.map(({ strokes, pen, language }) => {
    const reader = (readers[language] ??= new Reader(records[language], new Uint8Array(graph), quick));
    const read = reader.read(strokes, pen);
    const { digits, probabilities, novelties, boxes, verdict } = read;
    return {
      digits, novelties, verdict,
      html: answerOf(read, records[language].answer, [400, 400]),
      pixels: btoa(String.fromCharCode(...reader.pixels(reader.checked(strokes, pen), pen))),
      probabilities: probabilities.map((each) => [...each]),
      boxes: boxes.map(({ x, y, width, height }) => [x, y, width, height]),
    };
  });
}"""

READ_IMAGES = """async ([version, name, images, quick]) => {
  const { networkOf } = await import(`/reader/${version}/network.js`);
  const graph = await fetch(`/graphs/${name}`).then((answer) => answer.arrayBuffer());
  const network = networkOf(new Uint8Array(graph), quick);
  return images.map((image) => {
    const { probabilities, novelty, features } = network(Uint8Array.from(image));
    return { probabilities: [...probabilities], novelty, features: [...features] };
  });
}"""

# What comes of a record and a graph: an answer, or the code of the error and its sentence.
LOAD = """async ([version, record]) => {
  const { loadReader } = await import(`/reader/${version}/reader.js`);
  try {
    const reader = await loadReader(record);
    return reader.read([[[100, 50], [250, 50], [150, 300]]], 20).verdict.sign;
  } catch (error) {
    return [error.code, error.message];
  }
}"""

READ_BADLY = """async ([version, record, strokes, pen]) => {
  const { loadReader } = await import(`/reader/${version}/reader.js`);
  const reader = await loadReader(record);
  try {
    return reader.read(strokes, pen).verdict.sign;
  } catch (error) {
    return error.code;
  }
}"""

# Which errors come of a graph with a few bytes changed, or cut off.
BREAK = """async ([version, seeds]) => {
  const { networkOf } = await import(`/reader/${version}/network.js`);
  const whole = new Uint8Array(await fetch("/graphs/shipped").then((answer) => answer.arrayBuffer()));
  const ends = new Set();
  for (let seed = 1; seed <= seeds; seed += 1) {
    let state = seed;
    const random = (below) => (state = (state * 48271) % 2147483647) % below;
    const graph = seed % 4 ? whole.slice() : whole.slice(0, random(whole.length));
    // Where tables and lists are, rather than weights: at both ends.
    for (let change = 0; change < 3; change += 1) {
      const at = random(8000);
      graph[random(2) ? at : graph.length - 1 - at] = random(256);
    }
    try {
      networkOf(graph)(new Uint8Array(784));
      ends.add("read");
    } catch (error) {
      ends.add(error.name === "ReaderError" ? error.code : String(error.stack));
    }
  }
  return [...ends];
}"""


def _fixtures(request):
    drawings = [
        {"strokes": [(stroke / 100).tolist() for stroke in each.strokes], "pen": each.pen, "language": each.language}
        for each in list(fixtures.read())[:: int(request.query_params["every"])]
    ]
    return JSONResponse({"records": {each: told(each) for each in fixtures.LANGUAGES}, "drawings": drawings})


def told(speech="en", **model):
    """The record of the shipped model, in a language."""
    with language.spoken(speech):
        whole = record(CARD, CARD.files[GRAPH], "/graphs/shipped") | {"answer": templates()}
    return whole | {"model": whole["model"] | model}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    graphs = Route("/graphs/{name}", lambda request: Response(GRAPHS[request.path_params["name"]]))
    with serving([Route("/fixtures", _fixtures), graphs]) as url:
        yield url


@pytest.fixture
def page(browser, address) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        yield page


def check_fixtures(page, every, quick):
    """Equal pixels, boxes, words and HTML, and probabilities that differ by less than a hundred thousandth."""
    answers = page.evaluate(READ_ALL, [modules_version(), every, quick])
    kept = list(fixtures.read())[::every]
    assert len(answers) == len(kept)
    for answer, expected in zip(answers, kept, strict=True):
        assert base64.b64decode(answer["pixels"]) == expected.pixels.tobytes()
        np.testing.assert_allclose(answer["boxes"], expected.boxes, rtol=0, atol=1e-9)
        np.testing.assert_allclose(answer["probabilities"], expected.probabilities, rtol=0, atol=1e-5)
        np.testing.assert_allclose(answer["novelties"], expected.novelties, rtol=0, atol=1e-5)
        assert answer["digits"] == expected.probabilities.argmax(axis=1).tolist()
        assert (*answer["verdict"].values(),) == expected.verdict
        assert answer["html"] == painted(answer, expected.language)


def painted(read, speech):
    """The same readings as Python paints them."""
    readings = zip(read["probabilities"], read["novelties"], read["boxes"], strict=True)
    predictions = [Prediction(np.array(each, np.float32), novelty, Box(*box)) for each, novelty, box in readings]
    with language.spoken(speech):
        return paint(predictions, CARD.digits, CARD.reliability, (400, 400))


def test_some_drawings_are_read_as_python_reads_them(page):
    check_fixtures(page, EVERY, None)


@pytest.mark.slow
@pytest.mark.parametrize(("every", "quick"), [(1, True), (20, False)], ids=["WebAssembly", "plain JavaScript"])
def test_all_drawings_are_read_as_python_reads_them(page, every, quick):
    check_fixtures(page, every, quick)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_is_read_as_litert_reads_it(page, name):
    from tests.graphs import converted

    GRAPHS[name] = converted(name)[1]
    images = np.stack([each.pixels.reshape(28, 28) for each in list(fixtures.read())[::200]])
    expected = Recognizer(GRAPHS[name]).readings(images)
    for quick in (True, False):
        arguments = [modules_version(), name, images.reshape(-1, 784).tolist(), quick]
        answers = page.evaluate(READ_IMAGES, arguments)
        found = {key: np.array([each[key] for each in answers]) for key in answers[0]}
        np.testing.assert_allclose(found["probabilities"], expected.probabilities, rtol=0, atol=1e-5)
        np.testing.assert_allclose(found["features"], expected.features, rtol=1e-4, atol=1e-4)
        # Networks that never learned have a novelty that is steep: a distance of almost nothing makes it 0 or 1.
        np.testing.assert_allclose(found["novelty"], expected.novelty, rtol=0, atol=1e-3)


def test_without_webassembly_it_reads_all_the_same(browser, address):
    with browser.new_context() as context:
        context.add_init_script("delete globalThis.WebAssembly")
        page = context.new_page()
        page.goto(address)
        assert page.evaluate("typeof WebAssembly") == "undefined"
        assert page.evaluate(LOAD, [modules_version(), told()]) == "7"


@pytest.mark.parametrize(
    ("model", "code", "sentence"),
    [
        ({"sha256": "0" * 64}, "other", f"must have SHA-256 {'0' * 64}. Received: {CARD.files[GRAPH]}"),
        ({"address": "/nowhere"}, "missing", "/nowhere. Received: status 404"),
        ({"address": "/fixtures?every=3000"}, "other", "must have SHA-256"),
    ],
)
def test_a_graph_that_is_not_the_one_is_refused_in_a_sentence(page, model, code, sentence):
    answer = page.evaluate(LOAD, [modules_version(), told(**model)])
    assert answer[0] == code
    assert sentence in answer[1]


@pytest.mark.parametrize(
    "content", [b"", b"no graph at all", SHIPPED_GRAPH[:100_000]], ids=["empty", "text", "cut off"]
)
def test_a_damaged_graph_is_refused_in_a_sentence(page, content):
    GRAPHS["damaged"] = content
    model = {"address": "/graphs/damaged", "sha256": hashlib.sha256(content).hexdigest()}
    code, sentence = page.evaluate(LOAD, [modules_version(), told(**model)])
    assert code == "damaged"
    assert sentence.startswith("The model's file is damaged. Received: ")


def test_whatever_is_changed_in_a_graph_ends_in_an_error_of_the_reader_or_in_a_reading(page):
    ends = set(page.evaluate(BREAK, [modules_version(), 120]))
    assert ends <= {"read", "damaged", "unknown"}
    assert "damaged" in ends


@pytest.mark.parametrize(
    ("strokes", "pen", "code"),
    [
        ([], 20, "empty"),
        ([[], []], 20, "empty"),
        ([[[1, "x"]]], 20, "strokes"),
        ([[[1e9, 2]]], 20, "strokes"),
        ([[[1, 2]]], 0, "strokes"),
        ([[[1, 2]]] * 301, 20, "many"),
        ([[[each, each] for each in range(5001)]], 20, "many"),
    ],
)
def test_what_is_no_drawing_is_refused(page, strokes, pen, code):
    assert page.evaluate(READ_BADLY, [modules_version(), told(), strokes, pen]) == code
