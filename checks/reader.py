"""The reader in JavaScript: its fixtures are what Python makes of their drawings, its kernel is made of its text.

The kernel of the network that learns in a browser is looked at along with it.
"""

import hashlib
from pathlib import Path

from mnist_core import learner
from mnist_core.reader.modules import FOLDER
from tests.reader import fixtures

KERNELS = (FOLDER / "kernel.wat", Path(learner.__file__).with_name("sums.wat"))

# One of so many drawings is made again; a slow test makes all of them.
EVERY = 5


def faults() -> list[str]:
    """What is stale, a line for each."""
    found = fixtures.differences(EVERY)
    mend = "`make reader-fixtures` writes them anew"
    name = fixtures.FILE.relative_to(FOLDER.parents[1])
    stale = [f"{name}: {found[0]}, and {len(found) - 1} more; {mend}"] if found else []
    for kernel in KERNELS:
        stale += kernel_faults(kernel.read_bytes(), kernel.with_suffix(".js").read_text("utf-8"), kernel.stem)
    return stale


def kernel_faults(text: bytes, script: str, name: str = "kernel") -> list[str]:
    """Whether the script of a kernel was made of another text."""
    digest = hashlib.sha256(text).hexdigest()
    return (
        [] if digest in script else [f"{name}.js is not made of {name}.wat as it is now; `make kernel` makes it anew"]
    )
