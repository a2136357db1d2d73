"""A cluster on loopback in which machines, the database and the store die in turn: all ends, and nothing twice.

PostgreSQL, moto's S3 server, a web server and three workers with data homes of their own.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import suppress

import pytest

pytest.importorskip("procrastinate", reason="needs the extra `cluster`")
pytest.importorskip("s3fs", reason="needs the extra `cluster`")
pytest.importorskip("moto", reason="needs moto[server]")

import s3fs

from mnist_core import jobs, load_dataset, paths
from mnist_core.jobs import engines, kinds
from mnist_core.jobs.cluster.engine import close_clusters
from mnist_core.jobs.cluster.parcels import STORE_VARIABLE
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.finding import MAP
from mnist_core.maps.library import load_map
from mnist_core.model.bundle import model_folder, read_card
from mnist_core.owners import KEEPER
from mnist_core.training.config import TrainingConfig
from mnist_core.training.run_settings import RunSettings, start_run
from tests import postgres
from tests.jobs.cluster_worker import WORK
from tests.jobs.machines import Machines, until
from tests.jobs.test_jobs import events_of

pytestmark = pytest.mark.slow

EPOCHS = 6


class ObjectStore:
    """moto's server, which forgets all when it is killed: a frozen one is what a store out of reach is."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, 60)

    def _answers(self):
        with suppress(OSError):
            return urllib.request.urlopen(self.address, timeout=2).status == 200

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(fresh_home, monkeypatch):
    """This process as a web server of the cluster."""
    postgres.empty()
    store = ObjectStore()
    monkeypatch.setenv("AWS_ENDPOINT_URL", store.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem(endpoint_url=store.address).mkdir("digits")
    monkeypatch.setenv(engines.WORKERS_VARIABLE, postgres.address())
    monkeypatch.setenv(STORE_VARIABLE, "s3://digits/studio")
    for name, kind in WORK.items():
        monkeypatch.setitem(kinds.KINDS, name, kind)
    yield store
    close_clusters()
    store.end()


@pytest.fixture
def machines(server, tmp_path):
    found = Machines(tmp_path)
    yield found
    found.end()


def seen(job):
    return next(other for other in jobs.all_jobs() if other.id == job.id)


def test_whatever_dies_all_is_done_once(server, machines, monkeypatch):
    digits = load_dataset("uci-digits")
    config = TrainingConfig(
        name="far", network="quick", data=("uci-digits",), epochs=EPOCHS, patience=EPOCHS, limit=600
    )
    runs = [start_run(RunSettings(config, "quick"), KEEPER) for _ in range(2)]
    count = [jobs.start("count", f"Counting {n}", {"to": 300, "n": n, "progress": True}) for n in range(6)]
    made = [jobs.start("made", f"A folder {n}", {"name": f"made-{n}", "content": "x" * n}) for n in range(3)]
    maps = [MAP.start(KEEPER, MapConfig(dataset="uci-digits", method="pca", source="pixels"), digits)]
    every = [*runs, *count, *made, *maps]
    assert all(job.is_elsewhere for job in every)
    for queues in ("training", "training", "training,maps"):
        machines.add(QUEUES=queues)

    until(lambda: len(events_of(seen(runs[0]), "epoch")) >= 2)
    machines.all[0].kill()
    machines.all[0].wait()
    machines.add()
    time.sleep(2)
    with postgres.killed():
        time.sleep(3)
        assert len(jobs.all_jobs()) == len(every)
    server.process.send_signal(signal.SIGSTOP)
    time.sleep(4)
    server.process.send_signal(signal.SIGCONT)

    ended = [until(lambda job=job: found if not (found := seen(job)).is_active else None) for job in every]
    assert {job.id: job.error for job in ended if job.state != "done"} == {}
    for job in ended:
        if job.kind == "count":
            assert [event["number"] for event in events_of(job, "count")][-1] == 300
        if job.kind == "train":
            epochs = Counter(event["epoch"] for event in events_of(job, "epoch"))
            assert sorted(epochs) == list(range(EPOCHS))
            card = read_card(model_folder(job.result["model"]))
            assert card.epochs == EPOCHS
    names = sorted(path.name for path in paths.models_folder().iterdir())
    assert names == sorted([*(f"made-{n}" for n in range(3)), *(job.result["model"] for job in ended[:2])])
    far = load_map(ended[-1].result["map"])
    monkeypatch.delenv(engines.WORKERS_VARIABLE)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(machines.folder / "alone"))
    here = MAP.start(KEEPER, MapConfig(dataset="uci-digits", method="pca", source="pixels"), digits)
    until(lambda: not seen(here).is_active)
    assert (far.coordinates == load_map(seen(here).result["map"]).coordinates).all()
    assert not os.environ.get(engines.WORKERS_VARIABLE)
