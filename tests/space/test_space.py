import base64
import hashlib
import http.client
import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette

from mnist_core.datasets import load_dataset
from mnist_core.errors import ConfigError
from mnist_ui import arrays, routes
from mnist_ui.figures.palette import DIGIT_COLOURS
from mnist_ui.space import Colouring, Layout, SpaceView, You, as_picked, described

N = 50


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def labels() -> np.ndarray:
    return (np.arange(N) % 10).astype(np.uint8)


@dataclass
class Answer:
    status_code: int
    content: bytes
    headers: http.client.HTTPMessage

    def json(self):
        return json.loads(self.content)


class Client:
    """Asks the routes over real HTTP."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = Answer(answer.status, answer.read(), answer.headers)
        connection.close()
        return found


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    config = uvicorn.Config(Starlette(routes=routes.routes()), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield Client(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join()


def view(labels, coordinates=None, **others) -> SpaceView:
    coordinates = np.random.default_rng(0).normal(size=(N, 3)) if coordinates is None else coordinates
    parts = {"layouts": (Layout("Pixels", coordinates),), "colourings": (Colouring.of_digits("Label", labels),)}
    return SpaceView(**{**parts, "labels": labels, **others})


def decoded(layout: dict, client: Client) -> np.ndarray:
    """What the browser makes of a layout."""
    levels = np.frombuffer(client.get(f"{routes.ARRAYS}/{layout['array']}").content, "<u2")
    return np.array(layout["low"]) + levels.reshape(-1, layout["dimensions"]) * layout["step"]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_browser_gets_the_coordinates_centred_and_scaled(rng, labels, client, dimensions):
    coordinates = rng.normal(size=(N, dimensions)) * 40 + 1000
    found = decoded(described(view(labels, coordinates), "map")["layouts"][0], client)
    assert np.abs(np.quantile(found, [0.005, 0.995], axis=0).sum(axis=0)).max() < 2e-3
    assert np.quantile(np.linalg.norm(found, axis=1), 0.99) == pytest.approx(1, abs=1e-3)
    # Nothing but moved and scaled: distances keep their ratios, to a 65,536th of the extent.
    ratio = np.linalg.norm(found[1:] - found[0], axis=1) / np.linalg.norm(coordinates[1:] - coordinates[0], axis=1)
    assert ratio == pytest.approx(np.full(N - 1, ratio[0]), rel=1e-3)


@pytest.mark.parametrize("coordinates", [np.ones((N, 3)), np.zeros((N, 2)), np.full((N, 3), 1e30)])
def test_points_that_are_all_in_one_place_can_be_shown(labels, client, coordinates):
    found = decoded(described(view(labels, coordinates), "map")["layouts"][0], client)
    assert np.isfinite(found).all()
    assert np.ptp(found, axis=0).max() == 0


def test_a_film_has_one_frame_for_all_of_its_steps(rng, labels, client):
    small = rng.normal(size=(N, 3))
    film = view(labels, layouts=(Layout("1", small), Layout("2", 3 * small)), is_film=True)
    first, last = (decoded(layout, client) for layout in described(film, "map")["layouts"])
    assert np.ptp(last, axis=0) == pytest.approx(3 * np.ptp(first, axis=0), rel=1e-3)


def test_a_drawing_is_placed_in_the_same_frame_as_the_points(rng, labels, client):
    coordinates, flat = rng.normal(size=(N, 3)) * 7 - 3, rng.normal(size=(N, 2))
    you = You((coordinates[4], flat[4]), [1, 2])
    told = described(view(labels, coordinates, flat=Layout("Flat", flat), you=you), "map")
    for layout, place in zip([*told["layouts"], told["flat"]], told["you"]["places"], strict=True):
        assert place == pytest.approx(decoded(layout, client)[4], abs=1e-4)


def test_what_streamlit_sends_is_small_and_does_not_grow(rng):
    sizes = []
    for count in (100, 20_000):
        labels = rng.integers(0, 10, count).astype(np.uint8)
        shown = view(labels, rng.normal(size=(count, 3)), read=labels, sure=np.ones(count), selected=labels == 3)
        sizes.append(len(str(described(shown, "map"))))
    assert max(sizes) < 3000
    assert abs(sizes[1] - sizes[0]) < 100


def test_arrays_are_served_by_the_hash_of_their_content(client):
    payload = arrays.Payload.of(np.arange(5, dtype=">u2"))
    answer = client.get(f"{routes.ARRAYS}/{arrays.publish(payload)}")
    assert answer.content == np.arange(5, dtype="<u2").tobytes()
    assert hashlib.sha256(answer.content).hexdigest() == payload.name
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["0" * 64, "nonsense", "..%2f..%2fetc%2fpasswd"])
def test_what_was_not_published_is_not_there(client, name):
    answer = client.get(f"{routes.ARRAYS}/{name}")
    assert answer.status_code == 404
    assert answer.headers.get("Cache-Control") != "immutable"


def test_the_oldest_arrays_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(arrays, "MAX_BYTES", 2500)
    names = [arrays.publish(arrays.Payload(bytes([value]) * 1000)) for value in range(3)]
    assert [arrays.published(name) is not None for name in names] == [False, True, True]
    arrays.publish(arrays.Payload(bytes([1]) * 1000))
    arrays.publish(arrays.Payload(bytes([9]) * 1000))
    assert arrays.published(names[1]) is not None  # was used again
    assert arrays.published(arrays.publish(arrays.Payload(bytes(5000)))) is not None  # the newest stays in any case


def test_a_digit_is_served_as_it_is(client):
    images = load_dataset("uci-digits").images
    answer = client.get(f"{routes.DIGIT}/uci-digits/7.png")
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.tolist() == images[7].tolist()
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize("path", ["uci-digits/9999999.png", "drawings/0.png", "no-such/0.png"])
def test_a_digit_that_is_not_there_is_said_in_a_sentence(client, path):
    answer = client.get(f"{routes.DIGIT}/{path}")
    assert answer.status_code == 404
    assert "Received: " in answer.json()["error"]


@pytest.mark.parametrize("path", ["uci-digits/-1.png", "uci-digits/one.png", "uci-digits/../0.png"])
def test_an_address_that_is_none_has_no_route(client, path):
    assert client.get(f"{routes.DIGIT}/{path}").status_code == 404


def test_what_was_picked_comes_back(labels):
    told = described(view(labels), "map")
    chosen = np.zeros(N, bool)
    chosen[[0, 7, 8, 49]] = True
    bits = base64.b64encode(np.packbits(chosen, bitorder="little")).decode()
    edition = {"edition": told["edition"]}
    picked = as_picked({**edition, "point": 12}, {**edition, "bits": bits}, told["edition"], N)
    assert picked.point == 12
    assert picked.selected.tolist() == [0, 7, 8, 49]


@pytest.mark.parametrize(
    ("picked", "chosen"),
    [
        (None, None),
        ("12", [1, 2]),
        ({"point": 12}, {"bits": "AA=="}),
        ({"edition": "e", "point": N}, {"edition": "e", "bits": "%%%"}),
        ({"edition": "e", "point": -1}, {"edition": "e", "bits": 5}),
        ({"edition": "e", "point": "1"}, {"edition": "e", "bits": None}),
        ({"edition": "e", "point": True}, {"edition": "e"}),
        ({"edition": "other", "point": 1}, {"edition": "other", "bits": "/w=="}),
    ],
)
def test_nonsense_from_the_browser_picks_nothing(picked, chosen):
    found = as_picked(picked, chosen, "e", N)
    assert found.point is None
    assert found.selected.tolist() == []


def test_more_bits_than_points_are_cut_off():
    bits = base64.b64encode(b"\xff" * 1000).decode()
    assert as_picked(None, {"edition": "e", "bits": bits}, "e", N).selected.tolist() == list(range(N))


def test_a_scale_runs_from_the_lowest_to_the_highest(rng):
    values = rng.permutation(np.linspace(-3, 5, 1000))
    colouring = Colouring.of_scale("Novelty", values, "like", "unlike")
    order = colouring.classes[np.argsort(values)].astype(int)
    assert (np.diff(order) >= 0).all()
    assert (order[0], order[-1]) == (0, len(colouring.colours) - 1)
    assert len(set(colouring.colours)) == len(colouring.colours)


def test_a_scale_of_equal_values_is_one_colour():
    assert len(set(Colouring.of_scale("Novelty", np.full(9, 2.5), "a", "b").classes.tolist())) == 1


def test_wrong_digits_are_in_front():
    colouring = Colouring.of_verdicts("Right or wrong", np.array([True, False]))
    assert [colouring.names[each] for each in colouring.classes] == ["read right", "misread"]
    assert [colouring.names[each] for each in colouring.foremost] == ["misread"]


@pytest.mark.parametrize("coordinates", [np.zeros((N, 4)), np.zeros(N), np.zeros((0, 3)), np.full((N, 3), np.nan)])
def test_a_layout_that_cannot_be_shown_is_refused(coordinates):
    with pytest.raises(ConfigError, match="Received: "):
        Layout("Pixels", coordinates)


@pytest.mark.parametrize(
    "wrong",
    [
        {"layouts": ()},
        {"colourings": ()},
        {"labels": np.zeros(N - 1, np.uint8)},
        {"labels": np.full(N, 10, np.uint8)},
        {"read": np.zeros(N + 1, np.uint8)},
        {"indices": np.full(N, -1)},
        {"indices": np.arange(3)},
        {"sure": np.full(N, np.nan)},
        {"selected": np.zeros(3, bool)},
        {"shown": 1},
        {"flat": Layout("Flat", np.zeros((N, 3)))},
        {"flat": Layout("Flat", np.zeros((3, 2)))},
        {"layouts": (Layout("A", np.zeros((N, 3))), Layout("B", np.zeros((N + 1, 3))))},
        {"you": You((), [0])},
        {"you": You((np.zeros(2),), [0])},
        {"you": You((np.array([0, 0, np.nan]),), [0])},
        {"you": You((np.zeros(3),), [N])},
        {"you": You((np.zeros(3),), range(9))},
    ],
)
def test_a_view_whose_parts_do_not_fit_is_refused(labels, wrong):
    with pytest.raises(ConfigError, match="Received: "):
        view(**{"labels": labels, **wrong})


@pytest.mark.parametrize(
    "parts",
    [
        (np.array([0, 2], np.uint8), ("#000000", "#ffffff"), ("a", "b")),
        (np.array([0.5]), ("#000000",), ("a",)),
        (np.zeros(3, np.uint8), ("#000000",) * 5, ("a", "b", "c")),
    ],
)
def test_a_colouring_that_does_not_fit_is_refused(parts):
    with pytest.raises(ConfigError, match="Received: "):
        Colouring("Label", *parts)


# Linear RGB as people without red or green receptors see it (Machado, Oliveira and Fernandes 2009, severity 1).
SIGHTS = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}
LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def linear(colours) -> np.ndarray:
    """Linear RGB of sRGB "#rrggbb"."""
    rgb = np.array([[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in colours])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize(("sight", "least"), [("usual", 0.14), ("protanopia", 0.09), ("deuteranopia", 0.09)])
def test_the_digits_colours_are_told_apart(sight, least):
    seen = np.clip(linear(DIGIT_COLOURS) @ np.array(SIGHTS[sight]).T, 0, 1)
    lab = np.cbrt(seen @ np.array(LMS).T) @ np.array(LAB).T
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(lab, 2)) > least


@pytest.mark.parametrize("paper", ["#ffffff", "#10151c"])
def test_the_digits_colours_stand_out_from_the_page(paper):
    light = [0.2126, 0.7152, 0.0722]
    luminances, background = linear(DIGIT_COLOURS) @ light, float((linear([paper]) @ light)[0])
    contrast = np.maximum(luminances, background) + 0.05
    assert (contrast / (np.minimum(luminances, background) + 0.05)).min() >= 1.95
