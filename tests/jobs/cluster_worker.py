"""A machine of a cluster for the tests: the real worker command with work that counts, and a short patience."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mnist_core import cli, paths
from mnist_core.jobs import kinds, processes
from mnist_core.jobs.cluster import serving, supervision
from mnist_core.jobs.kinds import Kind
from mnist_core.jobs.worker import Report
from tests.jobs.counting_worker import COMMAND, count, hold, refuse

DELIVERY = "tests.jobs.cluster_worker"
WORK = {
    "count": Kind(count, queue="training"),
    "hold": Kind(hold, queue="training"),
    "refuse": Kind(refuse, queue="training"),
    "made": Kind("tests.jobs.cluster_worker", queue="maps", delivery=DELIVERY),
}


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Make a folder beside the job's own."""
    folder = paths.models_folder() / settings["name"]
    folder.mkdir(parents=True)
    (folder / "content").write_text(settings["content"])
    return {"name": settings["name"]}


def may_travel(settings: Mapping[str, Any]) -> bool:
    return "name" in settings


def made(result: Mapping[str, Any]) -> Path:
    return paths.models_folder() / str(result["name"])


def place(folder: Path, result: Mapping[str, Any]) -> dict[str, Any]:
    target = made(result)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)
    return {**result, "bytes": (target / "content").stat().st_size}


if __name__ == "__main__":
    kinds.KINDS |= WORK  # type: ignore[operator]
    if sys.argv[1:2] == ["--job"]:
        from mnist_core.jobs import worker

        sys.exit(worker.main(Path(sys.argv[2]), kinds.KINDS))
    processes.COMMAND = (*COMMAND[:-1], "tests.jobs.cluster_worker", "--job")
    if sys.argv[1:2] != ["--patient"]:
        serving.HEARTBEAT_S, serving.SILENCE_S, serving.SWEEP_EVERY_S = 0.5, 4.0, 0.5
        supervision.KEEP_EVERY_S = 0.2
        serving.REST_S = supervision.REST_S = 0.3
    sys.exit(cli.main(["worker", "--queues", os.environ.get("QUEUES", "training,maps")]))
