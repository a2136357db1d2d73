"""The package as people get it: the built wheel, in fresh environments outside of the checkout."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.driver import ROOT
from tests.package.environments import INSTALL_TIMEOUT_S, Environment, ran


@pytest.fixture(scope="session")
def uv() -> str:
    """The program uv, of the development tools."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else str(shutil.which("uv"))


@pytest.fixture(scope="session")
def built(uv, tmp_path_factory) -> Path:
    """The folder with wheel and sdist, built from the checkout as it is; the wheel is built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([uv, "build", "--quiet", "--out-dir", folder, ROOT], check=True, timeout=INSTALL_TIMEOUT_S)
    return folder


@pytest.fixture(scope="session")
def wheel(built) -> Path:
    [path] = built.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def sdist(built) -> Path:
    [path] = built.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def fresh(tmp_path_factory) -> Callable[[str], Environment]:
    """Makes the folders of an environment; what is installed there is the test's business."""

    def make(name: str) -> Environment:
        folder = tmp_path_factory.mktemp(name)
        (folder / "work").mkdir()
        return Environment(folder / "venv", folder / "work")

    return make


@pytest.fixture(scope="session")
def light(wheel, uv, fresh) -> Iterator[Environment]:
    """The base install, by uv."""
    made = fresh("light")
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(made.folder)],
        [uv, "pip", "install", "--quiet", "--python", str(made.program("python")), str(wheel)],
    ):
        result = ran(command, made.work, made.variables, INSTALL_TIMEOUT_S)
        assert result.returncode == 0, result.stderr
    yield made
    shutil.rmtree(made.folder)
