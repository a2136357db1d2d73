"""The Python that runs this, and the system that it was made for."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator

from mnist_core.installation import APP, IS_CHECKOUT
from mnist_core.requirements import wrong_python
from mnist_core.version import __version__
from mnist_ui.command.doctor.check import Check, ok, trouble

NAME = "Python"


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """Which Python it is, and which MNIST Studio."""
    wrong = wrong_python()
    if wrong:
        yield trouble(NAME, wrong, "")
    else:
        yield ok(NAME, f"{platform.python_version()} on {system()}: {sys.executable}")
    how = "a checkout" if IS_CHECKOUT else "installed"
    yield ok("MNIST Studio", f"{__version__}, {how}: {APP}")


def system() -> str:
    """The operating system, its version and the processor, in a few words."""
    libc, version = platform.libc_ver()
    made_with = f", {libc} {version}" if libc else ""
    return f"{platform.system()} {platform.machine()}{made_with}{_container()}"


def _container() -> str:
    """Whether it runs in a container, as far as that can be seen."""
    is_one = any(map(os.path.exists, ("/.dockerenv", "/run/.containerenv")))
    return ", in a container" if is_one else ""
