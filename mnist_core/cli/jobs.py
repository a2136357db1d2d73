"""The command `jobs`: what runs, waits and has ended, and what can be done with one."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from mnist_core import jobs
from mnist_core.cli.following import ended_job, follow, job_line
from mnist_core.cli.tune import follow_search
from mnist_core.errors import JobError
from mnist_core.installation import PROGRAM
from mnist_core.owners import KEEPER
from mnist_core.tuning.searches import TUNE


def add_jobs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that lists and changes jobs."""
    listed = commands.add_parser("jobs", help="list the jobs, newest first, or follow, stop or change one")
    listed.add_argument("--json", action="store_true", help="print one JSON object a job")
    listed.set_defaults(command=_list_jobs)
    actions = listed.add_subparsers(metavar="ACTION")
    for name, act, text in (
        ("follow", _follow, "tell how a job goes on until it ends"),
        ("stop", _stop, "have a job end early and keep its best"),
        ("cancel", _cancel, "end a job and discard what it has"),
        ("resume", _resume, "go on with a job that failed or was cancelled"),
        ("remove", _remove, "delete a job that has ended; its model stays"),
        ("restore", _restore, "bring a job back that was removed within the last day"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("job", metavar="ID", help="the job's id, or last for the newest")
        action.set_defaults(command=partial(_with_job, act))


def _list_jobs(options: argparse.Namespace) -> int:
    for job in jobs.all_jobs():
        print(json.dumps({"id": job.id} | asdict(job), default=str) if options.json else job_line(job))
    return 0


def _with_job(act: Callable[[str], int], options: argparse.Namespace) -> int:
    """Do something with the job that the command line names."""
    if options.job != "last":
        return act(options.job)
    known = jobs.all_jobs()
    if not known:
        raise JobError(f"There are no jobs. Start one: {PROGRAM} train")
    return act(known[0].id)


def _follow(job_id: str) -> int:
    return follow_search(job_id) if jobs.find(job_id).kind == TUNE else follow(job_id)


def _stop(job_id: str) -> int:
    print(job_line(jobs.stop(job_id, KEEPER)))
    return 0


def _cancel(job_id: str) -> int:
    jobs.cancel(job_id, KEEPER)
    print(job_line(ended_job(job_id)))  # a worker that does not end by itself is killed while somebody looks
    return 0


def _resume(job_id: str) -> int:
    print(job_line(jobs.resume(job_id, KEEPER)))
    return 0


def _remove(job_id: str) -> int:
    jobs.find(job_id)  # to remove what is not there is no error, to mistype an id is one
    can_return = jobs.remove(job_id, KEEPER)
    advice = f"; for a day it can be brought back: {PROGRAM} jobs restore {job_id}" if can_return else ""
    print(f"{job_id}  removed{advice}")
    return 0


def _restore(job_id: str) -> int:
    print(job_line(jobs.restore(job_id, KEEPER)))
    return 0
