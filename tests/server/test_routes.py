"""The routes over real HTTP, in front of a server of their own."""

import http.client
import json
import threading

import jsonschema
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from mnist_ui import assets, routes
from tests.strokes import SEVEN, ZERO

DESCRIPTION = routes.description()
SEVEN_BODY = {"strokes": [{"width": 20, "points": [list(point) for point in stroke]} for stroke in SEVEN]}
AS_PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def server():
    """A port that the routes are served on."""
    config = uvicorn.Config(Starlette(routes=routes.routes()), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def ask(server):
    """Send a body to the reading route; give status and answer."""

    def send(body, headers=None, method="POST", path=routes.READ):
        connection = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, headers or {})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text if headers else json.loads(text)

    return send


def schema(name):
    return {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}


def test_a_digit_is_read_as_the_description_says(ask):
    status, answer = ask(SEVEN_BODY)
    assert status == 200
    jsonschema.validate(answer, schema("Reading"))
    assert [digit["digit"] for digit in answer["digits"]] == [7]


def test_a_number_is_read_from_left_to_right_with_boxes(ask):
    strokes = [
        {"width": 12, "points": [[x * 0.4 + left, y * 0.4 + 100] for x, y in stroke]}
        for left, digit in ((0, SEVEN), (120, ZERO), (240, SEVEN))
        for stroke in digit
    ]
    _, answer = ask({"strokes": strokes})
    jsonschema.validate(answer, schema("Reading"))
    assert [digit["digit"] for digit in answer["digits"]] == [7, 0, 7]
    lefts = [digit["box"][0] for digit in answer["digits"]]
    assert lefts == sorted(lefts)


def test_whoever_wants_a_page_gets_what_the_page_shows(ask):
    status, page = ask(SEVEN_BODY, AS_PAGE)
    assert status == 200
    assert 'data-answer="7"' in page
    status, page = ask({"strokes": []}, AS_PAGE)
    assert status == 400
    assert "There is nothing to read yet" in page


def test_markup_in_a_crafted_body_stays_text(ask):
    status, page = ask({"strokes": [{"width": 1, "points": "<script>alert(1)</script>"}]}, AS_PAGE)
    assert status == 400
    assert "<script" not in page


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "must be JSON. Received: b''"),
        (b"{", "must be JSON. Received: b'{'"),
        (b"\xff\xfe", "must be JSON. Received: b'"),
        (b"[" * 100_000, "must be JSON. Received: b'[["),
        (b"NaN", 'must be {"strokes": [...]}. Received: nan.'),
        (b'{"strokes": [{"width": 20, "points": [[NaN, 1], [Infinity, 2]]}]}', "must be finite"),
        ([], 'must be {"strokes": [...]}. Received: [].'),
        (5, 'must be {"strokes": [...]}. Received: 5.'),
        ({}, 'must be {"strokes": [...]}. Received: {}.'),
        ({"strokes": None}, "must be a list of"),
        ({"strokes": 5}, "must be a list of"),
        ({"strokes": []}, "drawing is empty"),
        ({"strokes": [{"width": 20, "points": [[1, 2]]}] * 10_000}, "Received: 10000 strokes with 10000 points."),
        ({"strokes": [{"width": 20, "points": [[1, 2]] * 5_001}]}, "Received: 1 strokes with 5001 points."),
        (SEVEN_BODY | {"size": "large"}, "size must be (width, height) in pixels. Received: str 'large'."),
        (SEVEN_BODY | {"size": [0, 0]}, "1 to 40 million pixels. Received: 0 x 0."),
        (SEVEN_BODY | {"size": [1e9, 1e9]}, "1 to 40 million pixels. Received: 1000000000 x 1000000000."),
        (SEVEN_BODY | {"model": 5}, "name must be text. Received: 5."),
    ],
    ids=lambda body: str(body)[:50],
)
def test_a_malformed_body_is_refused_with_a_reason(ask, body, reason):
    status, answer = ask(body)
    assert status == 400
    jsonschema.validate(answer, schema("Error"))
    assert reason in answer["error"]


@pytest.mark.parametrize("name", ["nobody", "../../etc/passwd", "", "x" * 1000])
def test_an_unknown_model_is_not_found(ask, name):
    status, answer = ask(SEVEN_BODY | {"model": name})
    assert status == 404
    jsonschema.validate(answer, schema("Error"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["width", "points", "x"]), inner),
    max_leaves=12,
)
bodies = st.binary(max_size=60) | json_values | st.fixed_dictionaries({"strokes": json_values, "size": json_values})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies)
def test_no_body_breaks_the_route(ask, body):
    status, answer = ask(body)
    assert status in (200, 400)
    jsonschema.validate(answer, schema("Reading" if status == 200 else "Error"))


def test_a_body_that_is_too_long_is_refused_before_it_is_read(server):
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
    connection.putrequest("POST", routes.READ)
    connection.putheader("Content-Length", str(100_000_000))
    connection.endheaders()
    sent = 0
    try:
        for _ in range(100):
            connection.send(b" " * 1_000_000)
            sent += 1_000_000
    except OSError:
        assert sent < 100_000_000
    else:
        response = connection.getresponse()
        assert response.status == 413
    connection.close()


def test_other_methods_are_not_allowed(server):
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
    connection.request("GET", routes.READ)
    assert connection.getresponse().status == 405
    connection.close()


def test_the_description_is_served_and_its_example_works(ask, server):
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
    connection.request("GET", routes.DESCRIPTION)
    response = connection.getresponse()
    assert json.loads(response.read()) == DESCRIPTION
    connection.close()
    example = DESCRIPTION["components"]["schemas"]["Strokes"]["example"]
    jsonschema.validate(example, schema("Strokes"))
    assert ask(example)[1]["digits"][0]["digit"] == 7


def described_routes():
    return [each for each in routes.routes() if each.include_in_schema]


def test_every_route_is_described():
    described = {(path, verb.upper()) for path, verbs in DESCRIPTION["paths"].items() for verb in verbs}
    there = {
        (route.path.replace(":int}", "}"), verb) for route in described_routes() for verb in route.methods - {"HEAD"}
    }
    assert described == there - {(routes.DESCRIPTION, "GET")}
    datasets = DESCRIPTION["paths"]["/api/digit/{dataset}/{index}.png"]["get"]["parameters"][0]["schema"]["enum"]
    assert datasets == list(assets.DATASETS)
    assert datasets[:3] == ["mnist", "pen-digits", "uci-digits"]


def test_the_address_follows_the_servers_base_path(monkeypatch):
    assert routes.address(routes.READ) == "/api/read"
    monkeypatch.setattr(routes.st, "get_option", {"server.baseUrlPath": "/studio/"}.get)
    assert routes.address(routes.READ) == "/studio/api/read"
