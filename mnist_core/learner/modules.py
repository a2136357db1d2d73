"""The modules of the network that learns in a browser: files beside this one, and the reader's kernel."""

import hashlib
from functools import cache
from pathlib import Path

from mnist_core.reader import modules as reader

FOLDER = Path(__file__).parent
# What a worker of the browser begins with.
ENTRY = "worker.js"
SHARED = "kernel.js"
MODULES = (*sorted(path.name for path in FOLDER.glob("*.js")), SHARED)


@cache
def modules() -> dict[str, bytes]:
    """Each module by its name."""
    return {name: _file(name).read_bytes() for name in MODULES}


@cache
def modules_version() -> str:
    """A short name for what the modules say: other ones have another name, so that a browser may keep them for good."""
    return hashlib.sha256(b"".join(modules().values())).hexdigest()[:16]


def _file(name: str) -> Path:
    """Where a module lies."""
    return (reader.FOLDER if name == SHARED else FOLDER) / name
