"""What is in the wheel and the sdist, and what is not."""

import re
import subprocess
import tarfile
import zipfile

from mnist_core.version import __version__
from tests.browser.driver import ROOT

MOST_BYTES = 8_000_000
PARTS = ("mnist_core", "mnist_ui")
MOVED = ("streamlit_app.py", "pages", "models", ".streamlit")


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
