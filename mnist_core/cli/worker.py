"""The command `worker`: all that runs on another machine of a cluster."""

import argparse
import logging
import os

from mnist_core.errors import ConfigError
from mnist_core.extras import CLUSTER, check_installed
from mnist_core.jobs.engines import WORKERS_VARIABLE
from mnist_core.jobs.kinds import check_extra, queues


def add_worker(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that does jobs for other machines."""
    known = ",".join(queues())
    worker = commands.add_parser("worker", help=f"do jobs that other machines ask for; {WORKERS_VARIABLE} says where")
    worker.add_argument("--queues", metavar="NAMES", default=known, help=f"some of {known}; default all of them")
    worker.add_argument("--jobs", metavar="N", type=int, default=1, help="how many at a time; default 1")
    worker.set_defaults(command=_work)


def _work(options: argparse.Namespace) -> int:
    """Work until the process is asked to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    known, asked = queues(), [name.strip() for name in options.queues.split(",") if name.strip()]
    if not asked or not set(asked) <= set(known):
        raise ConfigError(f"--queues must name some of {', '.join(known)}. Received: {options.queues!r:.80}.")
    if options.jobs < 1:
        raise ConfigError(f"--jobs must be a number from 1. Received: {options.jobs}.")
    url = os.environ.get(WORKERS_VARIABLE, "").strip()
    if not url:
        raise ConfigError(f"Set {WORKERS_VARIABLE} to the database of the cluster, then start the worker again.")
    check_installed(CLUSTER)
    for name in asked:
        for kind in known[name]:
            check_extra(kind)
    from mnist_core.jobs.cluster.parcels import store_url
    from mnist_core.jobs.cluster.serving import Serving

    Serving(url, store_url(), asked, options.jobs).serve()
    return 0
