"""Fresh virtual environments, and what is run in them as by somebody who has nothing to do with the checkout."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

INSTALL_TIMEOUT_S = 600
RUN_TIMEOUT_S = 120


@dataclass(frozen=True)
class Environment:
    """A fresh virtual environment, and an empty folder to work in with a data home of its own."""

    folder: Path
    work: Path

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of a person who has nothing to do with the checkout."""
        foreign = ("PYTHON", "VIRTUAL_ENV", "MNIST_STUDIO_", "STREAMLIT_", "COVERAGE", "PYTEST")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return kept | {"MNIST_STUDIO_HOME": str(self.work / "home")}

    def program(self, name: str) -> Path:
        """One of its programs."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / name

    def run(self, *command: str | Path, timeout_s: float = RUN_TIMEOUT_S) -> subprocess.CompletedProcess[str]:
        """Run a program of its own, named first, and wait for it."""
        whole = [str(self.program(str(command[0]))), *map(str, command[1:])]
        return ran(whole, self.work, self.variables, timeout_s)


def ran(
    command: list[str], folder: Path, variables: dict[str, str], timeout_s: float = RUN_TIMEOUT_S
) -> subprocess.CompletedProcess[str]:
    """What a command says and its exit status."""
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=timeout_s, check=False
    )
