"""A place in which what the documentation shows can be done."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from mnist_core import paths
from mnist_core.cli import main
from mnist_core.collection import open_collection
from mnist_core.collection.opening import close_collections
from mnist_core.model.bundle import SHIPPED
from mnist_core.owners import new_token
from tests.ink.test_ink import picture
from tests.strokes import SEVEN as STROKES
from tests.visitors import SEVEN, reading


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    """The working folder of somebody who reads the documentation, with a data home of their own.

    There are the picture `seven.png`, a model `my-model`, two drawings in the collection, and their export
    `drawings.npz`.
    """
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    for name in ("http_proxy", "https_proxy"):  # what is not on this machine is missed at once, and not downloaded
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Image.fromarray(picture(STROKES)).save("seven.png")
    shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, paths.models_folder() / "my-model")
    for digit in (7, 1):
        open_collection().drawings.add(SEVEN, reading(digit), SHIPPED, new_token(), label=7)
    assert main(["drawings", "export", "drawings.npz"]) == 0
    capsys.readouterr()
    yield folder
    close_collections()
