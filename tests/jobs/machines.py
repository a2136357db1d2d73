"""Machines of a cluster for tests: worker processes on loopback, each with a data home of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mnist_core import paths

T = TypeVar("T")

REPOSITORY = Path(__file__).resolve().parents[2]
# What takes longer will never end, however much else the machine has to do.
DEADLINE_S = 300.0


def until(check: Callable[[], T], seconds: float = DEADLINE_S) -> T:
    """What `check` gives once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.05)
    return found


class Machines:
    """Worker processes, and what they log.

    Parameters
    ----------
    folder
        Where their data homes and logs are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: list[subprocess.Popen[bytes]] = []

    def add(self, **variables: str) -> "subprocess.Popen[bytes]":
        """Start one more."""
        number = len(self.all)
        environment = os.environ | {paths.HOME_VARIABLE: str(self.folder / f"machine-{number}")} | variables
        with (self.folder / f"machine-{number}.log").open("wb") as log:
            machine = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.cluster_worker"],
                env=environment,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.all.append(machine)
        return machine

    def log(self, machine: "subprocess.Popen[bytes]") -> str:
        """What one of them said."""
        return (self.folder / f"machine-{self.all.index(machine)}.log").read_text()

    def end(self) -> None:
        """Kill all."""
        for each in self.all:
            each.kill()
            each.wait()
