"""The install with the extra that trains: a run from beginning to end."""

import sys

import pytest

from tests.package.environments import INSTALL_TIMEOUT_S, ran

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def full(wheel, uv, fresh):
    """The base and the extra `train`, by uv."""
    made = fresh("full")
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(made.folder)],
        [
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            str(made.program("python")),
            f"mnist-studio[train] @ {wheel.as_uri()}",
        ],
    ):
        result = ran(command, made.work, made.variables, INSTALL_TIMEOUT_S)
        assert result.returncode == 0, result.stderr
    return made


def test_a_run_trains_and_its_model_reads(full):
    arguments = ["--preset", "quick", "--data", "uci-digits", "--epochs", "1", "--name", "mine", "--follow"]
    result = full.run("mnist-studio", "train", *arguments, timeout_s=INSTALL_TIMEOUT_S)
    assert result.returncode == 0, result.stdout + result.stderr
    assert full.run("mnist-studio", "verify", "mine").returncode == 0
    exported = full.run("mnist-studio", "export", "mine", "--output", "mine.zip", timeout_s=INSTALL_TIMEOUT_S)
    assert "mine/saved_model/saved_model.pb" in exported.stdout
