"""The base install: every page is there, and what needs an extra says so in a sentence with the command."""

import json

import pytest

from tests.package.environments import ran
from tests.package.serving import digit_read, served

MOST_MEGABYTES = 950
COMMAND = 'pip install "mnist-studio[train]"'

WALK = """
import json, sys
from streamlit.testing.v1 import AppTest
from mnist_core.extras import TRAIN, is_installed
from mnist_core.installation import APP, ENTRY
said = {}
app = AppTest.from_file(str(ENTRY), default_timeout=120).run()
for path in sorted((APP / "pages").glob("*.py")):
    app.switch_page(f"pages/{path.name}").run()
    said[path.stem] = {
        kind: [each.value for each in getattr(app, kind)] for kind in ("exception", "error", "info", "title")
    }
loaded = sorted(set(TRAIN.packages + ("numba",)) & set(sys.modules))
print(json.dumps({"pages": said, "loaded": loaded, "is_installed": is_installed(TRAIN), "entry": str(ENTRY)}))
"""


@pytest.fixture(scope="module")
def walk(light):
    """What every page says at a first visit."""
    result = light.run("python", "-c", WALK)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_it_is_the_light_install_and_none_of_the_checkout(walk, light):
    assert not walk["is_installed"]
    assert walk["entry"].startswith(str(light.folder))


def test_every_page_opens_without_an_error_and_loads_nothing_that_trains(walk):
    assert len(walk["pages"]) >= 12
    assert [
        (page, said["exception"] + said["error"]) for page, said in walk["pages"].items() if said["exception"]
    ] == []
    assert [page for page, said in walk["pages"].items() if said["error"]] == []
    assert walk["loaded"] == []


@pytest.mark.parametrize("page", ["train", "tune"])
def test_pages_that_train_say_what_they_need(walk, page):
    assert [text for text in walk["pages"][page]["info"] if COMMAND in text]


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "--preset", "quick"],
        ["train", "--data", "uci-digits", "--output", "model"],
        ["tune"],
        ["tune", "--worker", "127.0.0.1:9", "--id", "left"],
        ["embed", "--data", "uci-digits", "--source", "pixels"],
        ["embed", "--data", "uci-digits", "--source", "pixels", "--here"],
    ],
    ids=" ".join,
)
def test_commands_that_train_say_what_they_need(light, arguments):
    result = light.run("mnist-studio", *arguments)
    assert result.returncode == 1
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert COMMAND in result.stderr
    assert list(light.work.glob("model*")) == []


def test_a_map_of_principal_components_needs_no_extra(light):
    arguments = ["--data", "uci-digits", "--source", "pixels", "--method", "pca", "--split", "all", "--points", "300"]
    result = light.run("mnist-studio", "embed", *arguments, "--follow")
    assert result.returncode == 0, result.stderr + result.stdout


def test_a_model_is_exported_in_the_forms_that_need_no_extra(light):
    result = light.run("mnist-studio", "export", "default", "--output", "model.zip")
    assert result.returncode == 0, result.stderr
    assert "default/model.tflite" in result.stdout
    assert "saved_model" not in result.stdout


def test_a_server_for_postgresql_without_its_driver_says_so(light):
    variables = light.variables | {"MNIST_STUDIO_DATABASE_URL": "postgresql://127.0.0.1:9/none"}
    result = ran([str(light.program("mnist-studio")), "drawings", "list"], light.work, variables)
    assert result.returncode == 1
    assert 'pip install "mnist-studio[postgresql]"' in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_app_reads(light):
    with served([str(light.program("mnist-studio"))], light.work, light.variables) as url:
        assert digit_read(url) == 7


def test_it_is_no_larger_than_promised(light):
    files = [path for path in light.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= MOST_MEGABYTES * 1e6
