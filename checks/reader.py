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
    return [*stale, *(fault for kernel in KERNELS for fault in kernel_faults(kernel))]


def kernel_faults(kernel: Path) -> list[str]:
    """Whether the script of a kernel was made of another text."""
    digest = hashlib.sha256(kernel.read_bytes()).hexdigest()
    script = kernel.with_suffix(".js")
    if digest in script.read_text("utf-8"):
        return []
    return [f"{script.name} is not made of {kernel.name} as it is now; `make kernel` makes it anew"]
