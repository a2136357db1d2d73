"""Training runs as jobs: what real workers tell, and how they are stopped, killed and go wrong."""

import contextlib
import itertools
import json
import math
import resource
import signal
import time
from dataclasses import replace

import numpy as np
import psutil
import pytest

from mnist_core import jobs, load_dataset, load_recognizer, paths
from mnist_core.jobs import queue
from mnist_core.jobs.job import write_state
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.model.architecture import SAVED, Architecture
from mnist_core.model.bundle import model_folder, model_names, verify_bundle
from mnist_core.model.library import model_owner
from mnist_core.model.recognizer import open_recognizer
from mnist_core.owners import KEEPER, new_token, owner_of
from mnist_core.training.config import TrainingConfig
from mnist_core.training.presets import PRESETS
from mnist_core.training.progress import Progress
from mnist_core.training.run_settings import TRAIN, RunSettings, start_run
from mnist_core.training.speeds import SPEEDS, measure_speeds, read_speeds

# What takes longer will never end, however much else the machine has to do.
DEADLINE_S = 1200.0
LONG = 10_000
MAKER = new_token()
CONFIG = TrainingConfig(
    name="tiny",
    network="classic",
    architecture=Architecture(filters=8, blocks=2, dense=32, dropout=0),
    data=("uci-digits",),
    limit=600,
    epochs=5,
    batch_size=16,
    patience=LONG,
)
# Room for the events and the log of a worker, and not for a checkpoint.
SMALL_DISK_BYTES = 60_000


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data home of real workers; none of them outlives the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("runs")))
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        patch.delenv(queue.LIMIT_VARIABLE, raising=False)
        yield
        for job in jobs.all_jobs():
            if job.is_active:
                jobs.cancel(job.id, KEEPER, at_once=True)
        until(lambda: not any(job.is_active for job in jobs.all_jobs()))


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home where no worker is ever started."""


@pytest.fixture(scope="module")
def drawing():
    return np.array(load_dataset("uci-digits").split("test").images[0])


@pytest.fixture(scope="module")
def followed(home, drawing):
    """A run that is done, and how far it seemed to whoever asked for news again and again."""
    job = start_run(RunSettings(CONFIG, "classic", drawing, tensorboard=True), MAKER)
    progress, offset = Progress(), 0

    def has_ended():
        nonlocal offset
        ended = not seen(job).is_active
        events, offset = job.events(offset)
        progress.take(events)
        return ended

    until(has_ended)
    return seen(job), progress


def until(check):
    """What `check` gives once it is true; looked at again and again, as a page does."""
    deadline = time.monotonic() + DEADLINE_S
    while not (found := check()):
        assert time.monotonic() < deadline, f"waited {DEADLINE_S} s in vain"
        time.sleep(0.05)
    return found


def seen(job):
    """The job as a page shows it."""
    return next(other for other in jobs.all_jobs() if other.id == job.id)


def started(**changes):
    return start_run(RunSettings(replace(CONFIG, **changes), "classic"))


def until_ended(job):
    return until(lambda: None if (found := seen(job)).is_active else found)


def until_epochs(job, number):
    """Wait until a job has told of so many epochs."""
    until(lambda: len(events_of(job, "epoch")) >= number or not seen(job).is_active)


def events_of(job, kind):
    return [event for event in job.events()[0] if event["kind"] == kind]


def until_gone(process):
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


@contextlib.contextmanager
def small_disk():
    """No file of this process, nor of one that it starts, can grow beyond `SMALL_DISK_BYTES`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_DISK_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# From the start to the end


def test_a_run_gives_a_model_that_reads(followed):
    job, _ = followed
    assert (job.state, job.error, job.result) == ("done", None, {"model": "tiny", "ending": "all epochs"})
    card = verify_bundle(model_folder("tiny"))
    assert (card.name, card.epochs, card.config) == ("tiny", 5, CONFIG.to_json())
    test = load_dataset("uci-digits").split("test")
    probabilities, _ = load_recognizer("tiny").predict_many(np.array(test.images))
    assert (probabilities.argmax(axis=1) == test.labels).mean() == pytest.approx(card.scores["uci-digits"].accuracy)
    assert list((job.folder / "tensorboard" / "train").glob("events*"))


def test_the_model_of_a_run_is_whose_the_run_is(followed):
    job, _ = followed
    assert model_owner(job.result["model"]) == job.owner == owner_of(MAKER)


def test_a_run_tells_of_its_stages_in_order(followed):
    events = followed[0].events()[0]
    kinds = [kind for kind, _ in itertools.groupby(event["kind"] for event in events)]
    assert kinds[:4] == ["preparing", "training", "step", "epoch"]
    assert kinds[-2:] == ["epoch", "measuring"]
    assert set(kinds[4:-2]) <= {"step", "epoch"}
    (training,) = events_of(followed[0], "training")
    assert (training["images"], training["validation"], training["epochs"]) == (540, 60, 5)
    assert [event["epoch"] for event in events if event["kind"] == "epoch"] == [0, 1, 2, 3, 4]
    assert all(0 < event["step"] <= event["steps"] == 34 for event in events_of(followed[0], "step"))


def test_progress_is_the_same_however_often_it_is_asked_for(followed):
    job, progress = followed
    at_once = Progress()
    at_once.take(job.events()[0])
    assert progress == at_once
    assert (progress.stage, progress.images, progress.validation) == ("measuring", 540, 60)
    assert (progress.place, progress.images_used) == (5.0, 5 * 540)
    assert [step["place"] for step in progress.steps] == sorted(step["place"] for step in progress.steps)


def test_what_is_watched_is_read_after_every_epoch(followed, drawing):
    _, progress = followed
    assert progress.watched == {"dataset": "uci-digits", "labels": [digit for digit in range(10) for _ in range(2)]}
    assert len(progress.read) == 20
    assert np.mean(np.array(progress.read) == progress.watched["labels"]) > 0.5
    shares = np.array([epoch["drawing"] for epoch in progress.epochs])
    assert shares.shape == (5, 10)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-3)


# Ended early


def test_a_run_that_is_stopped_ends_within_two_seconds_with_a_model(followed):
    job = started(epochs=LONG)
    assert job.title == "tiny-2"
    until_epochs(job, 1)
    asked = time.time()
    jobs.stop(job.id, KEEPER)
    job = until_ended(job)
    assert (job.state, job.result) == ("done", {"model": "tiny-2", "ending": "stopped"})
    (measuring,) = events_of(job, "measuring")
    assert measuring["time"] - asked < 2
    assert verify_bundle(model_folder("tiny-2")).epochs >= 1


@pytest.mark.slow
def test_a_run_that_is_cancelled_leaves_nothing(home):
    job = started(name="unwanted", epochs=LONG)
    until(lambda: events_of(job, "step") or not seen(job).is_active)
    jobs.cancel(job.id, KEEPER)
    job = until_ended(job)
    assert (job.state, job.error, job.result) == ("cancelled", None, None)
    assert not (job.folder / "work").exists()
    assert list(paths.models_folder().glob("*unwanted*")) == []


@pytest.mark.slow
def test_a_killed_worker_is_replaced_by_one_that_goes_on(home):
    job = started(name="killed", epochs=16)
    until_epochs(job, 2)
    worker = psutil.Process(seen(job).pid)
    worker.send_signal(signal.SIGKILL)
    until_gone(worker)
    told = len(events_of(job, "epoch"))
    job = until_ended(job)
    assert (job.state, job.error) == ("done", None)
    progress = Progress()
    progress.take(job.events()[0])
    assert [notice["kind"] for notice in progress.notices] == ["died"]
    assert [epoch["epoch"] for epoch in progress.epochs] == list(range(16))
    # At most the epoch that it had told of and not yet kept was done again.
    assert told < 16 <= len(events_of(job, "epoch")) <= 17
    assert verify_bundle(model_folder("killed")).epochs == 16
    assert [path.name for path in paths.models_folder().iterdir() if "killed" in path.name] == ["killed"]


@pytest.mark.slow
def test_a_run_that_is_cancelled_while_it_is_measured_leaves_nothing(fresh_home):
    from mnist_core.training import job as training

    kept = []

    class Watched(Report):
        def event(self, kind, **values):
            if kind == "measuring":
                (self.folder / "cancel").touch()

        def progress(self):
            kept.append(json.loads((self.work / "backup" / "training_metadata.json").read_text())["epoch"])

    fresh_home.mkdir()
    with pytest.raises(Cancelled):
        training.run(RunSettings(replace(CONFIG, epochs=3), "classic").to_json(), Watched(fresh_home))
    assert list(paths.models_folder().glob("*")) == []
    # Progress is told of once it is on the disk.
    assert kept == [1, 2]


# Failed


def test_runs_that_cannot_be_fail_in_words(home, monkeypatch):
    monkeypatch.setenv(queue.LIMIT_VARIABLE, "2")
    exploding = started(name="exploding", optimizer="sgd", schedule="constant", learning_rate=10, weight_decay=1)
    orphan = started(name="orphan", network=SAVED, architecture=None, start_from="deleted")
    exploding, orphan = until_ended(exploding), until_ended(orphan)
    assert (exploding.state, orphan.state) == ("failed", "failed")
    assert exploding.error == (
        "Training gave no usable network: the loss is not a number. Received: learning rate 10. Try a smaller one."
    )
    assert orphan.error == f"There is no model in {model_folder('deleted')}: card.json is missing."
    assert not {"exploding", "orphan"} & set(model_names())


@pytest.mark.slow
def test_a_full_disk_fails_a_run_that_can_be_resumed(home):
    with small_disk():
        job = started(name="cramped")
    job = until_ended(job)
    assert (job.state, job.result) == ("failed", None)
    assert job.error == "The disk does not take what training has to write: File too large. Free some space."
    assert list(paths.models_folder().glob("*cramped*")) == []
    job = until_ended(jobs.resume(job.id, KEEPER))
    assert (job.state, job.result) == ("done", {"model": "cramped", "ending": "all epochs"})
    assert [event["epoch"] for event in events_of(job, "epoch")][-5:] == [0, 1, 2, 3, 4]


# How fast this machine is


@pytest.mark.slow
def test_each_preset_is_measured(home):
    job = until_ended(measure_speeds())
    assert (job.state, job.error) == ("done", None)
    speeds = read_speeds()
    assert list(speeds) == list(PRESETS)
    assert all(0 < seconds < 1 for seconds in speeds.values())
    assert speeds["quick"] < speeds["vgg"]
    assert measure_speeds() is None


def test_a_run_takes_the_place_of_measuring(idle):
    measuring = measure_speeds()
    assert (measuring.kind, measuring.state) == (SPEEDS.kind, "queued")
    assert measure_speeds() is None
    job = started()
    assert [(other.kind, other.state) for other in jobs.all_jobs()] == [(TRAIN, "queued"), (SPEEDS.kind, "cancelled")]
    assert measure_speeds() is None
    jobs.cancel(job.id, KEEPER)
    assert measure_speeds().state == "queued"


def test_measuring_that_failed_is_not_tried_again(idle):
    write_state(replace(measure_speeds(), state="failed"))
    assert measure_speeds() is None


# Every preset


@pytest.mark.parametrize(
    "preset", [pytest.param(name, marks=() if name == "quick" else pytest.mark.slow) for name in PRESETS]
)
def test_every_preset_trains_into_a_model(preset, tmp_path):
    from mnist_core.training.trained_model import train_model

    config = replace(PRESETS[preset].config, data=("uci-digits",), limit=200, non_digits=0, epochs=1)
    card = train_model(config, tmp_path / preset, download=False)
    assert (card.epochs, card.ending, card.config) == (1, "all epochs", config.to_json())
    recognizer, _ = open_recognizer(tmp_path / preset)
    probabilities, novelty = recognizer.predict_many(np.zeros((3, 28, 28), np.uint8))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-4)
    assert math.isfinite(novelty.sum())
    assert [path.name for path in tmp_path.iterdir()] == [preset]
