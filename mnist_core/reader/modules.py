"""The modules of the reader in JavaScript: files beside this one, which import each other by their names."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
# The module to load.
ENTRY = "reader.js"
MODULES = tuple(sorted(path.name for path in FOLDER.glob("*.js")))


@cache
def modules() -> dict[str, bytes]:
    """Each module by its name."""
    return {name: (FOLDER / name).read_bytes() for name in MODULES}


@cache
def modules_version() -> str:
    """A short name for what the modules say: other ones have another name, so that a browser may keep them for good."""
    return hashlib.sha256(b"".join(modules().values())).hexdigest()[:16]
