import json
import re
from pathlib import Path

import pytest

from mnist_core.model.bundle import GRAPH, model_folder
from mnist_core.reader.modules import MODULES
from mnist_ui import arrays, routes
from mnist_ui import network as module
from mnist_ui.network import INSIDE, contents, graph_address
from mnist_ui.network.words import words

FOLDER = Path(module.__file__).parent
HTML = (FOLDER / "network.html").read_text("utf-8")
SCRIPTS = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.js"))
# What a layer can be, as the reader in JavaScript calls it.
KINDS = {
    "image", "convolution", "shortcut", "depthwise", "strongest", "average", "mean", "sum", "dense", "scores",
    "softmax",
}  # fmt: skip


def test_every_word_of_the_picture_comes_from_python_and_none_is_missing_or_unused():
    said = words()
    wanted = set(re.findall(r'data-(?:word|label)="(\w+)"', HTML)) | set(re.findall(r"words\.(\w+)", SCRIPTS))
    by_kind = {"relu", "tanh", "logistic", "times", "plus", "minus", "strongest", "average", "mean"}
    assert set(said) == wanted | by_kind
    assert re.sub(r"<[^>]*>", "", HTML).strip() == ""


def test_every_kind_of_layer_has_a_name_and_a_sentence():
    said = words()
    assert set(said["kinds"]) == KINDS
    assert set(said["deeds"]) == KINDS | {"first"}
    assert all(text.endswith(".") for text in said["deeds"].values())
    assert set(said["shorts"]) <= KINDS


def test_the_browser_finds_the_module_and_the_graph():
    told = contents("default")
    assert INSIDE in MODULES
    assert told["module"].endswith(f"/{INSIDE}")
    json.dumps(told)  # all of it can be sent


def test_the_graph_of_a_taught_model_is_only_found_by_what_it_has_learned(monkeypatch):
    monkeypatch.setattr(module, "is_taught", lambda _name: True)
    address = graph_address("default")
    name = address.removeprefix(routes.address(f"{routes.ARRAYS}/"))
    assert arrays.published(name) == (model_folder("default") / GRAPH).read_bytes()


def test_the_example_is_a_three(recognizer):
    from mnist_core import Drawing

    assert recognizer.predict(Drawing.from_strokes([module.EXAMPLE])).digit == 3


@pytest.mark.parametrize("number", [3, 9])
def test_a_layer_is_called_by_its_number_and_kind(number):
    assert words()["layer"].format(number=number, kind="max pooling") == f"Layer {number}: max pooling"
