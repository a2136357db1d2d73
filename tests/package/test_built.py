"""What is in the wheel and the sdist, and what is not."""

import re
import shutil
import subprocess
import tarfile
import zipfile

import pytest

from mnist_core.version import __version__
from tests.browser.driver import ROOT
from tests.package.environments import INSTALL_TIMEOUT_S

MOST_BYTES = 8_000_000
PARTS = ("mnist_core", "mnist_ui")
MOVED = ("streamlit_app.py", "pages", "models/default", "models/detector.tflite", ".streamlit/config.toml")
OWN = (".streamlit/secrets.toml", "models/mine/card.json")


def tracked(*places):
    """The files of the checkout below some places, as a commit has them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *places]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())


def test_the_wheel_has_all_that_the_app_needs_and_puts_nothing_beside_other_packages(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    about = {name for name in names if ".dist-info/" in name}
    assert names - about == tracked(*PARTS) | {f"mnist_studio/{name}" for name in tracked(*MOVED)}
    assert {"entry_points.txt", "METADATA"} <= {name.rsplit("/", 1)[-1] for name in about}


def test_the_wheel_is_small_and_for_every_platform(wheel):
    assert wheel.name == f"mnist_studio-{__version__}-py3-none-any.whl"
    assert wheel.stat().st_size <= MOST_BYTES


def test_the_sdist_has_what_the_wheel_is_built_from_and_no_tests(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert tracked(*PARTS, *MOVED) <= names
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names
    assert not {name for name in names if name.startswith(("tests", "docs"))}


def test_only_the_extras_ask_for_what_trains(wheel):
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"mnist_studio-{__version__}.dist-info/METADATA").decode()
    asked = [line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    base = {re.match(r"[\w-]+", line).group() for line in asked if "extra ==" not in line}
    extra = {re.match(r"[\w-]+", line).group() for line in asked if "extra ==" in line}
    assert {"streamlit", "ai-edge-litert", "numpy"} <= base
    assert extra >= {"tensorflow", "keras", "keras-tuner", "umap-learn", "pyod", "cleanlab", "psycopg"}
    assert not base & extra


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """A checkout with what its user put there and git was told nothing of."""
    folder = tmp_path_factory.mktemp("used")
    for name in tracked(*PARTS, *MOVED, "pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    for name in OWN:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    return folder


@pytest.mark.parametrize("way", [[], ["--wheel"]])
def test_what_somebody_keeps_in_a_checkout_is_not_given_away(used, uv, tmp_path, way):
    command = [uv, "build", "--quiet", *way, "--out-dir", tmp_path, used]
    subprocess.run(command, check=True, timeout=INSTALL_TIMEOUT_S)
    names = []
    for path in tmp_path.glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            names += archive.namelist()
    for path in tmp_path.glob("*.tar.gz"):
        with tarfile.open(path) as archive:
            names += archive.getnames()
    assert any(name.endswith("models/default/model.tflite") for name in names)
    assert any(name.endswith("models/detector.tflite") for name in names)
    assert not [name for name in names if name.endswith(OWN)]
