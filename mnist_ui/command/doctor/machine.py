"""The machine: its memory, its processors and its clock."""

import argparse
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil

from mnist_core import paths
from mnist_core.memory import GIGABYTE, MEGABYTE, free_bytes
from mnist_core.model.bundle import SHIPPED, model_folder, read_card
from mnist_core.training.memory import BASE_BYTES
from mnist_ui.command.doctor.check import Check, note, ok, trouble

# The server has 285 MiB after 50 answers (`make bench`), and some of what it needs comes and goes.
SERVER_BYTES = 400 * MEGABYTE

# Clocks of machines and disks differ by so much without any harm.
DIFFERENT_S = 300.0


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """What the machine has."""
    yield _memory()
    yield _processors()
    yield _clock()


def _memory() -> Check:
    """What work that begins can have of the memory."""
    free, whole = free_bytes(), psutil.virtual_memory().total
    found = f"{free / GIGABYTE:.1f} of {whole / GIGABYTE:.1f} GB are to be had."
    if free < SERVER_BYTES:
        advice = f"The server alone needs about {SERVER_BYTES / GIGABYTE:.1f} GB: end something else, or add memory."
        return trouble("Memory", found, advice)
    if free < BASE_BYTES + SERVER_BYTES:
        text = f"Training takes {BASE_BYTES / GIGABYTE:.1f} GB and more, and is refused while there is less."
        return note("Memory", f"{found} {text}", "All else works.")
    return ok("Memory", found)


def _processors() -> Check:
    """What this process may use of the processors."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if count == 1:
        return note("Processors", "1: whoever draws waits for whatever else is being worked out.", "Two are better.")
    return ok("Processors", f"{count} may be used.")


def _clock() -> Check:
    """Whether the clock is where it can be: jobs, what was deleted and certificates go by it."""
    now = time.time()
    made = datetime.fromisoformat(read_card(model_folder(SHIPPED)).created).timestamp()
    shown = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC"
    advice = "Set the clock: what was deleted, how long jobs are kept and downloads go by it."
    if now < made:
        return trouble("Clock", f"It is {shown} by it, and this version is younger than that.", advice)
    if _written() > now + DIFFERENT_S:
        return trouble("Clock", f"It is {shown} by it, and the data home was written later than that.", advice)
    return ok("Clock", f"{shown}.")


def _written() -> float:
    """When something was written last into the folders of the data home; 0 if nothing was."""
    home = paths.data_home()
    try:
        return max((entry.stat(follow_symlinks=False).st_mtime for entry in os.scandir(home)), default=0.0)
    except OSError:
        return 0.0
