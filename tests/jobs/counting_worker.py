"""A worker like the real one, for work that is over in a moment or goes wrong on purpose."""

import os
import resource
import signal
import sys
import time
from pathlib import Path

from mnist_core.errors import TrainingError
from mnist_core.files import written_file
from mnist_core.jobs import kinds, processes, worker
from mnist_core.jobs.kinds import Kind
from mnist_core.jobs.worker import Cancelled

COMMAND = (sys.executable, "-m", "tests.jobs.counting_worker")

STEP_S = 0.01


def begin(report):
    report.event("begun", pid=os.getpid())


def pause(report):
    """Wait for a step; end here if the job is to be discarded."""
    time.sleep(STEP_S)
    if report.wish == "cancel":
        raise Cancelled


def count(settings, report):
    """Count to `to`, from where the last worker came; die at each of `deaths`, with `progress` or without."""
    begin(report)
    counted = report.work / "counted"
    first = number = int(counted.read_text()) if counted.exists() else 0
    while number < settings["to"] and report.wish != "stop":
        pause(report)
        number += 1
        with written_file(counted) as part:
            part.write_text(str(number))
        report.event("count", number=number)
        if settings.get("progress"):
            report.progress()
        if number in settings.get("deaths", []):
            print(f"dying at {number}")
            os.kill(os.getpid(), signal.SIGKILL)
    return {"first": first, "number": number}


def hold(settings, report):
    """Work until there is a wish, or a file named `go` beside the jobs."""
    begin(report)
    while not report.wish and not (report.folder.parent / "go").exists():
        pause(report)
    return {"wish": report.wish}


def be_deaf(settings, report):
    """See and hear nothing."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begin(report)
    time.sleep(3600)


def collapse(settings, report):
    print("the last thing I saw")
    os._exit(3)


def fill_the_disk(settings, report):
    """The first worker finds no room for an event or for its end; the next one has more luck."""
    if (report.work / "been").exists():
        return {"again": True}
    (report.work / "been").touch()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    report.event("lost")
    report.event("lost")
    return {"again": False}


def write_a_checkpoint(settings, report):
    """A checkpoint that the disk has no room for."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    (report.work / "checkpoint").write_bytes(bytes(20_000))


def refuse(settings, report):
    raise TrainingError("There is nothing to learn from.")


def stumble(settings, report):
    return 1 / 0


def give_nonsense(settings, report):
    return {"folder": report.folder}


def give_up(settings, report):
    raise Cancelled


SHORT = tuple(name for name, kind in kinds.KINDS.items() if kind.is_short)

KINDS = {
    work.__name__: Kind(work)
    for work in (
        count,
        hold,
        be_deaf,
        collapse,
        fill_the_disk,
        write_a_checkpoint,
        refuse,
        stumble,
        give_nonsense,
        give_up,
    )
} | dict.fromkeys(SHORT, Kind(hold, is_short=True))


if __name__ == "__main__":
    processes.COMMAND = COMMAND
    sys.exit(worker.main(Path(sys.argv[1]), KINDS))
