"""What a browser fetches to have a network learn, over the routes."""

import gzip
import hashlib

import pytest
from starlette.applications import Starlette

from mnist_core.learner.digits import learner_digits
from mnist_core.learner.modules import MODULES, modules, modules_version
from mnist_ui import routes
from tests.server.asking import ask

APP = Starlette(routes=routes.routes())
KEPT = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", MODULES)
def test_each_module_is_served_under_its_version(name):
    answer = ask(APP, f"/learner/{modules_version()}/{name}")
    assert answer.body == modules()[name]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == KEPT


def test_the_digits_are_served_under_their_hash_and_packed():
    digits = learner_digits()
    answer = ask(APP, f"/learner/digits/{digits.sha256}.bin", headers={"accept-encoding": "gzip"})
    content = gzip.decompress(answer.body)
    assert hashlib.sha256(content).hexdigest() == digits.sha256
    assert len(content) == (digits.learned + digits.held) * 785
    assert len(answer.body) < len(content) / 2
    assert answer.headers["cache-control"] == KEPT


@pytest.mark.parametrize(
    "path", ["/learner/0123/worker.js", f"/learner/{modules_version()}/sums.wat", "/learner/digits/0123.bin"]
)
def test_what_is_not_there_says_so_and_is_not_kept(path):
    answer = ask(APP, path)
    assert answer.status == 404
    assert answer.json()["error"].endswith("Load the page again.")
    assert answer.headers["cache-control"] == "no-store"
