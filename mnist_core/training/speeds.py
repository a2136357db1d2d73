"""How fast this machine trains each preset: measured once by a job, and kept."""

import json
import logging
from collections.abc import Mapping

from mnist_core import paths
from mnist_core.files import written_file
from mnist_core.jobs import queue
from mnist_core.jobs.finding import Finding
from mnist_core.jobs.job import Job
from mnist_core.owners import KEEPER
from mnist_core.records import UNUSABLE, DamagedError, decoding, read_object
from mnist_core.store import Identity
from mnist_core.training.presets import PRESETS

log = logging.getLogger(__name__)

FILE = "speeds.json"


def read_speeds() -> dict[str, float]:
    """Seconds that training takes for an image on this machine, for each preset that was measured."""
    try:
        measured = read_object(paths.data_home() / FILE)
        with decoding():
            speeds = {name: float(measured[name]) for name in PRESETS if name in measured}
        if not all(seconds > 0 for seconds in speeds.values()):
            raise DamagedError(f"they must be seconds above 0, received {speeds}")
        return speeds
    except FileNotFoundError:
        return {}
    except UNUSABLE as error:
        log.warning("The measured speeds cannot be read and are measured again: %s", error)
        return {}


def write_speeds(speeds: Mapping[str, float]) -> None:
    """Keep what was measured."""
    with written_file(paths.data_home() / FILE) as part:
        part.write_text(json.dumps(dict(speeds)))


def measure_speeds() -> Job | None:
    """Have this machine measured, if a preset was not yet and nothing else is going on; a failure is not tried again.

    Raises
    ------
    JobError
        If the job cannot be written.
    """
    known, speeds, asked = queue.all_jobs(), read_speeds(), SPEEDS.job()
    # A preset that goes on from a model which cannot be used was measured, and has no speed.
    is_known = bool(speeds) and (PRESETS.keys() <= speeds.keys() or (asked is not None and asked.state == "done"))
    has_failed = any(job.kind == SPEEDS.kind and job.state == "failed" for job in known)
    return None if is_known or has_failed or any(job.is_active for job in known) else SPEEDS.start(KEEPER)


SPEEDS: Finding[[], dict[str, float]] = Finding(
    "measure",
    lambda: "Measuring how fast this machine trains",
    lambda: Identity({"presets": list(PRESETS)}, {}),
    lambda: read_speeds() or None,
)
"""How fast this machine trains each preset: seconds for an image."""
