"""The data home: whether it can be written, on what disk it is, what is in it, and what is damaged or left over."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from mnist_core import leftovers, paths, trash
from mnist_core.errors import BundleError
from mnist_core.files import Lock, folder_size, locked, scratch_folder
from mnist_core.jobs.job import DAMAGED
from mnist_core.jobs.ledger import Ledger
from mnist_core.maps.library import damaged_maps
from mnist_core.memory import GIGABYTE, MEGABYTE
from mnist_core.model.bundle import SHIPPED, model_folder, model_names, read_card
from mnist_core.settings import whole_number
from mnist_ui.command.doctor.check import Check, note, ok, trouble

NAME = "Data home"

# Disks that another machine has: SQLite's log and the jobs' locks are made for one machine.
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs")
# Disks that are gone with the machine, or with the container.
FLEETING = {"tmpfs": "in memory", "ramfs": "in memory", "overlay": "in the container itself"}

LOCK_WAIT_S = 3.0
MOST_NAMED = 5

# Another process asks for a lock that this one has: 3 says that it was refused.
_ASKING = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDONLY)
try:
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit(3)
"""
_REFUSED = 3


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """All of it, as far as it is there."""
    home = paths.data_home()
    if not home.exists():
        yield _to_come(home)
        return
    writable = _writable(home)
    yield writable
    yield _disk(home)
    yield _contents(home)
    yield from _damaged()
    yield from _left_over()


def _to_come(home: Path) -> Check:
    """Whether a data home that is not there yet can be made."""
    above = next(folder for folder in home.absolute().parents if folder.exists())
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return ok(NAME, f"{home} is not there yet; the first start makes it.")
    return trouble(NAME, f"{home} is not there and cannot be made in {above}.", _ELSEWHERE)


_ELSEWHERE = f"Name a folder that can be written with the variable {paths.HOME_VARIABLE}."


def _writable(home: Path) -> Check:
    """Whether something can be written, and whether locks hold there; what is written for that is gone again."""
    try:
        with scratch_folder(home, "doctor") as folder:
            (folder / "written").write_bytes(bytes(4096))
            lock = _lock(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        return trouble(NAME, f"{home} cannot be written: {reason}.", _ELSEWHERE)
    if lock is Lock.IMPOSSIBLE:
        text = f"{home} can be written, but files cannot be locked there, as on some network disks."
        return note(NAME, text, f"Jobs and drawings are safer on a disk of this machine: set {paths.HOME_VARIABLE}.")
    return ok(NAME, f"{home} can be written, and locks hold.")


def _lock(folder: Path) -> Lock:
    """Whether another process is refused a lock that this one has."""
    file = folder / "written"
    with locked(file, wait=False) as lock:
        if lock is not Lock.HELD:
            return Lock.IMPOSSIBLE
        asking = [sys.executable, "-I", "-S", "-c", _ASKING, str(file)]
        with contextlib.suppress(subprocess.TimeoutExpired, OSError):
            asked = subprocess.run(asking, check=False, timeout=LOCK_WAIT_S, capture_output=True)
            return Lock.HELD if asked.returncode == _REFUSED else Lock.IMPOSSIBLE
    return Lock.HELD  # nobody could be asked, and the system gave the lock


def _disk(home: Path) -> Check:
    """The disk: its kind, and what is free."""
    kind, usage = _kind(home), shutil.disk_usage(home)
    found = f"{usage.free / GIGABYTE:.1f} of {usage.total / GIGABYTE:.1f} GB free{f', {kind}' if kind else ''}."
    if trash.is_scarce():
        least = whole_number(trash.SCARCE_VARIABLE, trash.SCARCE_MB, 0)
        text = f"{found} With less than {least} MB nothing new begins, and what is deleted cannot be brought back."
        return trouble("Disk", text, "Free some space.")
    if hasattr(os, "statvfs") and (room := os.statvfs(home)).f_files and not room.f_favail:
        return trouble("Disk", f"{found} It has no room for another file's name.", "Delete many small files.")
    if kind in NETWORK:
        text = (
            f"{found} It is another machine's: only one machine may use it at a time, and drawings are safer locally."
        )
        return note("Disk", text, f"If it is slow or locks fail, name a local folder with {paths.HOME_VARIABLE}.")
    if kind in FLEETING:
        text = f"{found} It is {FLEETING[kind]}: what is kept here is gone when that ends."
        return note("Disk", text, f"Have {paths.HOME_VARIABLE} name a folder that stays, or mount a volume there.")
    return ok("Disk", found)


def _kind(home: Path) -> str:
    """The kind of file system that a folder is on; empty where the system does not tell."""
    with contextlib.suppress(OSError, psutil.Error):
        place = home.resolve()
        mounted = [each for each in psutil.disk_partitions(all=True) if place.is_relative_to(each.mountpoint)]
        if mounted:
            return str(max(mounted, key=lambda each: len(each.mountpoint)).fstype)
    return ""


def _contents(home: Path) -> Check:
    """How much of each kind is there."""
    folders = [entry for entry in os.scandir(home) if entry.is_dir(follow_symlinks=False)]
    sizes = {entry.name: folder_size(Path(entry.path)) for entry in folders}
    sizes["files"] = sum(entry.stat().st_size for entry in os.scandir(home) if entry.is_file(follow_symlinks=False))
    told = [f"{name} {_size(size)}" for name, size in sorted(sizes.items(), key=lambda each: -each[1]) if size]
    return ok("Kept", f"{_size(sum(sizes.values()))}: {', '.join(told)}." if told else "Nothing yet.")


def _size(size: int) -> str:
    """Bytes as people read them."""
    if size >= GIGABYTE:
        return f"{size / GIGABYTE:.1f} GB"
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE // 10 else f"{size / 1000:.1f} kB"


def _damaged() -> Iterator[Check]:
    """What cannot be used, as those say who would read it."""
    jobs = [job for job in Ledger(paths.jobs_folder()).look().jobs if job.kind == DAMAGED]
    taught = [folder.name[:14] for folder in _folders(paths.taught_folder()) if not _has_card(folder)]
    models = [name for name in model_names() if name != SHIPPED and not _has_card(model_folder(name))]
    damaged = {"models": models, "taught models": taught, "maps": [*damaged_maps()], "jobs": [job.id for job in jobs]}
    for kind, names in damaged.items():
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            text = f"{len(names)} {kind} cannot be used: {', '.join(names[:MOST_NAMED])}{more}."
            yield note("Damaged", text, "They are left out everywhere; delete them where they are listed.")


def _folders(of: Path) -> list[Path]:
    """The folders that lie in one, but for those that are being written or deleted."""
    try:
        return [Path(entry.path) for entry in os.scandir(of) if entry.is_dir() and not entry.name.startswith(".")]
    except OSError:
        return []


def _has_card(folder: Path) -> bool:
    """Whether a model's card can be read."""
    try:
        read_card(folder)
    except BundleError:
        return False
    return True


def _left_over() -> Iterator[Check]:
    """What processes that were killed have left."""
    parts = leftovers.found()
    if parts:
        named = ", ".join(f"{part.parent.name}/{part.name}" for part in parts[:MOST_NAMED])
        text = f"{len(parts)} parts of what a killed process wrote or deleted: {named}."
        yield note("Left over", text, "The next start removes them.")
