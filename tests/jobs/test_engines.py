"""Which engine gets a job, and what is refused in a sentence before anything begins."""

import pytest

from mnist_core import cli, extras, jobs
from mnist_core.errors import ConfigError, ExtraError
from mnist_core.jobs import engines
from mnist_core.jobs.engines import LOCAL, engine_for
from mnist_core.jobs.kinds import queues, travels

NETWORK = {"config": {"data": ["mnist"], "start_from": ""}, "tensorboard": False}
MAP = {"config": {"source": "features", "model": "default", "dataset": "mnist"}}


def changed(settings, **values):
    return settings | {"config": settings["config"] | values}


def test_the_queues_are_those_of_training_and_maps():
    assert queues() == {"training": ["train"], "maps": ["embed"]}


def test_only_what_needs_nothing_of_this_machine_goes_elsewhere():
    assert travels("train", NETWORK)
    assert travels("embed", MAP)
    assert not travels("train", changed(NETWORK, data=["mnist", "drawings"]))
    assert not travels("train", changed(NETWORK, start_from="mine"))
    assert not travels("train", NETWORK | {"tensorboard": True})
    assert not travels("embed", changed(MAP, model="mine"))
    assert not travels("embed", changed(MAP, dataset="drawings"))
    assert not travels("read", {})


def test_one_machine_does_all_itself(monkeypatch):
    monkeypatch.delenv(engines.WORKERS_VARIABLE, raising=False)
    assert engine_for("train", NETWORK) is LOCAL


def test_what_is_no_database_is_refused_and_nothing_begins(fresh_home, monkeypatch):
    monkeypatch.setenv(engines.WORKERS_VARIABLE, "redis://somewhere")
    monkeypatch.setattr(engines, "check_installed", lambda extra: None)
    with pytest.raises(ConfigError, match="must be a PostgreSQL database"):
        jobs.start("train", "A run", NETWORK)
    assert not list(fresh_home.glob("jobs/2*"))


def test_without_its_packages_a_cluster_is_refused(monkeypatch):
    monkeypatch.setenv(engines.WORKERS_VARIABLE, "postgresql://somewhere")
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    extras.is_installed.cache_clear()
    try:
        with pytest.raises(ExtraError, match="work on other machines"):
            engine_for("train", NETWORK)
    finally:
        extras.is_installed.cache_clear()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--queues", "cooking"], "--queues must name some of training, maps. Received: 'cooking'."),
        (["--jobs", "0"], "--jobs must be a number from 1. Received: 0."),
        ([], "Set MNIST_STUDIO_WORKERS to the database of the cluster"),
    ],
)
def test_a_worker_that_cannot_begin_says_so(arguments, said, monkeypatch, capsys):
    monkeypatch.delenv(engines.WORKERS_VARIABLE, raising=False)
    assert cli.main(["worker", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_worker_without_tensorflow_takes_no_training(monkeypatch, capsys):
    monkeypatch.setenv(engines.WORKERS_VARIABLE, "postgresql://somewhere")
    monkeypatch.setattr("mnist_core.cli.worker.check_installed", lambda extra: None)
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    extras.is_installed.cache_clear()
    try:
        assert cli.main(["worker", "--queues", "training"]) == 1
    finally:
        extras.is_installed.cache_clear()
    assert "This needs TensorFlow" in capsys.readouterr().err
