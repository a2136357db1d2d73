"""Every way in that the documentation names, from the built wheel: uvx, pipx and pip."""

import sys

import cv2
import numpy as np
import pytest

from mnist_core.version import __version__
from tests.package.environments import INSTALL_TIMEOUT_S, ran
from tests.package.serving import digit_read, served

SAYS_VERSION = f"MNIST Studio {__version__}\n"


@pytest.fixture(scope="module")
def seven(tmp_path_factory):
    """A picture of a seven."""
    paper = np.full((200, 200), 255, np.uint8)
    cv2.polylines(paper, [np.array([[60, 50], [140, 50], [95, 160]])], False, 0, 9)
    path = tmp_path_factory.mktemp("pictures") / "seven.png"
    cv2.imwrite(str(path), paper)
    return path


def test_uvx_runs_the_command_and_the_app(uv, wheel, fresh):
    made = fresh("uvx")
    command = [uv, "tool", "run", "--isolated", "--python", sys.executable, "--from", str(wheel), "mnist-studio"]
    assert ran([*command, "--version"], made.work, made.variables, INSTALL_TIMEOUT_S).stdout == SAYS_VERSION
    with served(command, made.work, made.variables) as url:
        assert digit_read(url) == 7


def test_pipx_runs_the_command(wheel, fresh):
    made = fresh("pipx")
    variables = made.variables | {"PIPX_HOME": str(made.folder), "PIPX_DEFAULT_PYTHON": sys.executable}
    command = [sys.executable, "-m", "pipx", "run", "--spec", str(wheel), "mnist-studio", "--version"]
    result = ran(command, made.work, variables, INSTALL_TIMEOUT_S)
    assert result.stdout == SAYS_VERSION, result.stderr


def test_pip_installs_it_and_the_app_reads(wheel, fresh, seven):
    made = fresh("pip")
    ran([sys.executable, "-m", "venv", str(made.folder)], made.work, made.variables, INSTALL_TIMEOUT_S)
    result = made.run("python", "-m", "pip", "install", "--quiet", wheel, timeout_s=INSTALL_TIMEOUT_S)
    assert result.returncode == 0, result.stderr
    assert made.run("python", "-m", "pip", "check").returncode == 0
    assert made.run("mnist-studio", "predict", seven).stdout.startswith(f"{seven}: 7 (")
    assert made.run("python", "-m", "mnist_core", "--version").stdout == SAYS_VERSION
    with served([str(made.program("mnist-studio"))], made.work, made.variables) as url:
        assert digit_read(url) == 7
