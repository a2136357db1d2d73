"""Memory: how much of it this machine, or the container that the app is in, has for work that is to begin."""

from collections.abc import Iterator
from pathlib import Path

import psutil

from mnist_core.errors import LimitError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.settings import whole_number

VARIABLE = "MNIST_STUDIO_MEMORY_MB"
"""So much memory a job may need, where the machine is not to be asked."""

MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
# Where the two versions of control groups keep a limit, what is used of it, and what of that can be had back at once.
_VERSIONS = (
    ("", "memory.max", "memory.current", "inactive_file"),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def free_bytes() -> int:
    """How much memory new work can have: what is free, or less where a container's limit leaves less.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_MEMORY_MB` is no whole number.
    """
    named = whole_number(VARIABLE, 0)
    return named * MEGABYTE if named else min(psutil.virtual_memory().available, *_left_in_groups())


def check_memory(needed: int, held: int = 0) -> None:
    """Refuse work for which this machine has not got the memory.

    Parameters
    ----------
    needed
        Bytes that it takes at most.
    held
        Bytes that are free again by the time it begins.

    Raises
    ------
    LimitError
        If it needs more than there is.
    ConfigError
        As `free_bytes`.
    """
    there_is = free_bytes() + held
    if needed > there_is:
        text = _(
            "This needs about {needed} GB of memory, and this machine has {there_is} GB for it. Take a smaller batch "
            "size, fewer filters or units, or fewer images, points or neighbours."
        )
        raise LimitError(text, needed=gigabytes(needed), there_is=gigabytes(there_is))


def gigabytes(size: int) -> str:
    """Bytes in gigabytes, as people read it."""
    return number(size / GIGABYTE, 1)


def _left_in_groups() -> Iterator[int]:
    """What each control group that limits this process leaves of its limit; on Linux only, and at least one number."""
    yield psutil.virtual_memory().total
    for path in _own_paths():
        for controller, limit, used, reclaimable in _VERSIONS:
            folder = GROUPS / controller / path
            most, now = _number_in(folder / limit), _number_in(folder / used)
            if most is not None and now is not None:
                yield max(most - now + _figure(folder / "memory.stat", reclaimable), 0)


def _own_paths() -> list[str]:
    """The control groups that this process is in, from the innermost out; within a container it is the outermost."""
    try:
        lines = OWN_GROUP.read_text("ascii").splitlines()
    except (OSError, ValueError):
        return [""]
    own = {line.split(":", 2)[2].strip("/") for line in lines if line.count(":") >= 2}
    return sorted({"", *own, *(str(parent) for path in own for parent in Path(path).parents)} - {"."})


def _number_in(file: Path) -> int | None:
    """The number that a file of a control group has; None if it has none, as where there is no limit."""
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _figure(file: Path, name: str) -> int:
    """One of the figures of a control group; 0 if it is not there."""
    try:
        figures = dict(line.split() for line in file.read_text("ascii").splitlines())
        return int(figures.get(name, 0))
    except (OSError, ValueError):
        return 0
