"""What a browser fetches to read by itself, over the routes."""

import gzip
import hashlib

import pytest
from starlette.applications import Starlette

from mnist_core.reader.modules import MODULES, modules, modules_version
from mnist_ui import routes
from tests.server.asking import ask

APP = Starlette(routes=routes.routes())
KEPT = "public, max-age=31536000, immutable"


def record(query=""):
    answer = ask(APP, f"/reader/record?{query}")
    assert answer.headers["cache-control"] == "no-cache"
    return answer.json()


def test_the_record_names_a_graph_that_is_served_under_its_hash():
    told = record()
    model = told["model"]
    assert ask(APP, told["reader"]).body == modules()["reader.js"]
    answer = ask(APP, model["address"])
    assert hashlib.sha256(answer.body).hexdigest() == model["sha256"]
    assert answer.headers["cache-control"] == KEPT


@pytest.mark.parametrize(("spoken", "guess"), [("de", "Nicht sicher"), ("en", "Not sure"), ("xx", "Not sure")])
def test_the_record_speaks_the_language_that_is_asked_for(spoken, guess):
    assert record(f"language={spoken}")["words"]["guessed"] == guess


@pytest.mark.parametrize("name", MODULES)
def test_each_module_is_served_under_its_version_and_packed_for_browsers(name):
    path = f"/reader/{modules_version()}/{name}"
    plain, packed = ask(APP, path), ask(APP, path, headers={"accept-encoding": "br, gzip"})
    assert plain.body == gzip.decompress(packed.body) == modules()[name]
    assert packed.headers["content-encoding"] == "gzip"
    for answer in (plain, packed):
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == KEPT


@pytest.mark.parametrize(
    "path",
    [
        "/reader/record?model=nobody",
        f"/reader/record?model=taught-{7:032x}",
        "/reader/record?model=..",
        "/reader/models/0123.tflite",
        "/reader/0123/reader.js",
        f"/reader/{modules_version()}/record.py",
    ],
)
def test_what_is_not_there_says_so_and_is_not_kept(path):
    answer = ask(APP, path)
    assert answer.status == 404
    assert answer.json()["error"]
    assert answer.headers["cache-control"] == "no-store"
