"""The job that reads what somebody brings: afterwards it is a draft, which its owner looks at before it is added."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from mnist_core import paths
from mnist_core.datasets.own.form import in_form
from mnist_core.datasets.own.inspection import inspected
from mnist_core.datasets.own.reading import read_rows
from mnist_core.datasets.own.shelf import check_room, keep, new_name, own_spec, sweep_drafts
from mnist_core.datasets.registry import load_dataset
from mnist_core.errors import DatasetError
from mnist_core.jobs import queue
from mnist_core.jobs.job import Job
from mnist_core.jobs.worker import Report
from mnist_core.language import noop as N_
from mnist_core.owners import By
from mnist_core.types import Tell, UInt8Array, untold

KIND = "add-data"
# Said without the file's name: jobs are for everybody to see, what somebody brings is not.
TITLE = "Read images that somebody brought"

READING = N_("Reading the file")
FORMING = N_("Bringing the digits into the app's form")
LOOKING = N_("Looking for duplicates")


def start(path: Path, title: str, by: By) -> Job:
    """Have a file or folder read.

    Raises
    ------
    LimitError
        If there is no room for one more dataset, or one more job.
    JobError
        If the job cannot be written.
    """
    sweep_drafts()
    check_room(by)
    return queue.start(KIND, TITLE, {"path": str(path), "title": title, "name": new_name()}, by)


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Read the file in the settings and keep what is in it as a draft.

    What is killed on the way begins anew: nothing is kept before all of it is.

    Returns
    -------
    The name of the draft, under "name".

    Raises
    ------
    DatasetError
        If there is nothing in it that can be taken.
    Cancelled
        If it is to stop; nothing is kept then.
    """
    path, name = Path(settings["path"]), settings["name"]
    if not _is_kept(name):
        read_into(path, settings["title"], report.owner, name, report.go_on)
    if path.is_relative_to(paths.brought_folder()):
        with suppress(OSError):
            shutil.rmtree(path.parent if path.parent != paths.brought_folder() else path)
    return {"name": name}


def read_into(path: Path, title: str, owner: str, name: str = "", tell: Tell = untold) -> str:
    """Read a file or folder and keep what is in it as a draft; its name.

    Parameters
    ----------
    tell
        Told how far it is, of how much, and at what; what it raises ends the work.

    Raises
    ------
    DatasetError
        If there is nothing in it that can be taken.
    """
    found = read_rows(path, partial(tell, stage=READING))
    formed = in_form(found, partial(tell, stage=FORMING))
    tell(0, 1, stage=LOOKING)
    return keep(inspected(formed, found.refusals, _mnist_test()), title, owner, name)


def _mnist_test() -> UInt8Array | None:
    """MNIST's test images, where they are on this machine."""
    try:
        return load_dataset("mnist", download=False).split("test").images
    except DatasetError:
        return None


def _is_kept(name: str) -> bool:
    """Whether a worker that was killed had come so far."""
    try:
        own_spec(name)
    except DatasetError:
        return False
    return True
