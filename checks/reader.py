"""The reader in JavaScript: its fixtures are what Python makes of their drawings, its kernel is made of its text."""

import hashlib

from mnist_core.reader.modules import FOLDER
from tests.reader import fixtures

# One of so many drawings is made again; a slow test makes all of them.
EVERY = 5


def faults() -> list[str]:
    """What is stale, a line for each."""
    found = fixtures.differences(EVERY)
    mend = "`make reader-fixtures` writes them anew"
    name = fixtures.FILE.relative_to(FOLDER.parents[1])
    stale = [f"{name}: {found[0]}, and {len(found) - 1} more; {mend}"] if found else []
    return [*stale, *kernel_faults((FOLDER / "kernel.wat").read_bytes(), (FOLDER / "kernel.js").read_text("utf-8"))]


def kernel_faults(text: bytes, script: str) -> list[str]:
    """Whether the kernel was made of another text."""
    digest = hashlib.sha256(text).hexdigest()
    return [] if digest in script else ["kernel.js is not made of kernel.wat as it is now; `make kernel` makes it anew"]
