"""Odd ones out: the scores against PyOD called directly, their ranks, and the job that finds them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Dataset, jobs, load_dataset
from mnist_core import store as kept
from mnist_core.jobs.job import write_state
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.owners import KEEPER
from mnist_core.survey import job as survey
from mnist_core.survey.anomalies import (
    CONTAMINATION,
    DETECTORS,
    FEWEST,
    METHODS,
    Anomalies,
    compute_anomalies,
    load_anomalies,
    new_detector,
    ranks_within,
)
from mnist_core.survey.components import load_components
from mnist_core.survey.finding import ANOMALIES


@pytest.fixture(scope="module")
def digits():
    """Real digits of three labels, 3 too rare to judge; the last image of each split is noise that is called a 0."""
    uci = load_dataset("uci-digits", download=False)
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (1, 28, 28), np.uint8)
    images, labels, ends = [], [], []
    for split in ("train", "test"):
        part = uci.split(split)
        for label, count in ((0, 60), (1, 60), (3, FEWEST - 1)):
            images.append(part.images[part.labels == label][:count])
            labels.append(np.full(len(images[-1]), label, np.uint8))
        images.append(noise ^ np.uint8(len(ends)))
        labels.append(np.zeros(1, np.uint8))
        ends.append(sum(map(len, labels)))
    splits = {"train": slice(0, ends[0]), "test": slice(*ends)}
    return Dataset("some", np.concatenate(images), np.concatenate(labels), splits, "", "")


@pytest.fixture(scope="module")
def found(digits):
    return compute_anomalies(digits)


def rows_of(digits, label, split):
    part = np.zeros(len(digits), bool)
    part[digits.splits[split]] = True
    return np.flatnonzero(part & (digits.labels == label))


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("name", DETECTORS)
def test_scores_are_pyods(found, digits, name, label):
    pixels = digits.images.reshape(len(digits), -1) / 255
    training, test = (rows_of(digits, label, split) for split in ("train", "test"))
    detector = new_detector(name).fit(pixels[training])
    scores = getattr(found, name)
    for rows in (training, test):
        np.testing.assert_allclose(scores[rows], detector.decision_function(pixels[rows]), rtol=1e-4, atol=1e-6)
    assert found.threshold(name, label) == pytest.approx(detector.threshold_, rel=1e-5, abs=1e-6)
    assert np.mean(scores[training] > found.threshold(name, label)) == pytest.approx(CONTAMINATION, abs=0.02)


def test_the_detectors_are_those_that_pycaret_uses():
    pca, forest = (new_detector(name) for name in DETECTORS)
    assert (type(pca).__module__, type(forest).__module__) == ("pyod.models.pca", "pyod.models.iforest")
    changed = {name: value for name, value in pca.get_params().items() if value != type(pca)().get_params()[name]}
    assert changed == {"contamination": 0.05, "n_components": 0.99}
    changed = {name: value for name, value in forest.get_params().items() if value != type(forest)().get_params()[name]}
    assert changed == {"contamination": 0.05, "random_state": 0}


@pytest.mark.parametrize("name", DETECTORS)
def test_scores_are_finite_and_noise_is_the_oddest(found, digits, name):
    scores = getattr(found, name)
    assert np.isfinite(scores).all()
    for split in ("train", "test"):
        rows = rows_of(digits, 0, split)
        assert rows[scores[rows].argmax()] == digits.splits[split].stop - 1


def test_test_images_teach_the_detectors_nothing(found, digits, fresh_home):
    images = digits.images.copy()
    images[digits.splits["test"]] = 255 - images[digits.splits["test"]]
    other = compute_anomalies(replace(digits, images=images))
    train = digits.splits["train"]
    np.testing.assert_array_equal(other.pca[train], found.pca[train])
    np.testing.assert_array_equal(other.thresholds, found.thresholds)
    assert (other.pca != found.pca)[digits.splits["test"]][:20].all()


def test_a_label_with_too_few_images_is_not_judged(found, digits):
    few = digits.labels == 3
    assert few.sum() >= FEWEST
    assert not found.pca[few].any()
    assert not found.forest[few].any()
    assert found.threshold("pca", 3) == found.threshold("forest", 7) == np.inf


def test_ranks_are_shares_of_the_same_label_that_are_lower():
    labels = np.array([0, 1, 0, 0, 1, 0], np.uint8)
    scores = np.array([3, 9, 1, 7, 2, 5], np.float32)
    assert ranks_within(labels, scores).tolist() == [0.25, 0.5, 0, 0.75, 0, 0.5]


def test_each_method_has_a_sentence():
    assert set(METHODS) == {*DETECTORS, "novelty"}
    assert all(method.sentence.endswith(".") for method in METHODS.values())


# Kept on the disk


@pytest.fixture
def small(digits):
    """Only as many images as one label needs."""
    rows = rows_of(digits, 0, "train")[:25]
    return Dataset(
        "small", digits.images[rows], digits.labels[rows], {"train": slice(0, 22), "test": slice(22, 25)}, "", ""
    )


def test_scores_are_opened_once_and_damaged_ones_are_made_again(small, fresh_home, caplog):
    assert load_anomalies(small) is None
    found = compute_anomalies(small)
    assert load_anomalies(small) is found
    before = found.forest.copy()
    path = kept.of_dataset(Anomalies, small) / "forest.npy"
    path.write_bytes(path.read_bytes()[:-4])
    path.with_name(kept.MANIFEST).touch()
    assert load_anomalies(small) is None
    assert "anomalies" in caplog.text
    np.testing.assert_array_equal(compute_anomalies(small).forest, before)


def test_progress_is_told_to_the_end_and_a_stop_leaves_nothing(small, fresh_home):
    told = []

    def tell(*far):
        told.append(far)
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        compute_anomalies(small, tell)
    assert told == [(0, 20), (1, 20), (2, 20)]
    assert load_anomalies(small) is None
    compute_anomalies(small, lambda *far: told.append(far))
    assert told[-1] == (20, 20)


# As a job


@pytest.fixture
def asked(small, fresh_home, tmp_path, monkeypatch):
    """What the job was started with, and where it tells of itself."""
    monkeypatch.setattr(survey, "asked_images", lambda settings: {small.name: small}[settings["dataset"]])
    return {"dataset": small.name, "images": small.digest}, Report(tmp_path)


def test_the_job_finds_components_then_anomalies(asked, small, tmp_path):
    settings, report = asked
    assert survey.run(settings, report) == {"images": 25}
    assert load_components(small) is not None
    assert load_anomalies(small) is not None
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [event["stage"].split()[0] for event in events][:2] == ["Finding", "Looking"]
    assert events[-1]["done"] == events[-1]["total"]


def test_the_components_are_a_part_of_the_way(asked, small, tmp_path):
    settings, report = asked
    survey.run(settings, report)
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert (events[0]["done"], events[0]["stage"]) == (0, survey.FINDING_COMPONENTS)
    assert (events[1]["done"], events[1]["total"]) == (2, 22)
    assert [event["done"] for event in events] == sorted(event["done"] for event in events)


def test_a_job_that_is_to_stop_keeps_the_components(asked, small, tmp_path):
    settings, report = asked
    (tmp_path / "stop").touch()
    with pytest.raises(Cancelled):
        survey.run(settings, report)
    assert load_components(small) is not None
    assert load_anomalies(small) is None
    (tmp_path / "stop").unlink()
    assert survey.run(settings, report) == {"images": 25}


def test_a_dataset_is_looked_over_once(asked, small, without_workers):
    settings, report = asked
    job = ANOMALIES.ask(KEEPER, small)
    assert (job.kind, job.state, job.settings) == ("survey", "queued", settings)
    assert ANOMALIES.ask(KEEPER, small).id == ANOMALIES.job(small).id == job.id
    failed = write_state(replace(job, state="failed"))
    assert ANOMALIES.ask(KEEPER, small) == failed
    survey.run(settings, report)
    assert isinstance(ANOMALIES.ask(KEEPER, small), Anomalies)
    assert len(jobs.all_jobs()) == 1


@pytest.mark.slow
def test_a_worker_looks_over_a_dataset(fresh_home):
    dataset = load_dataset("uci-digits", download=False)
    job = ANOMALIES.ask(KEEPER, dataset)
    while job.is_active:
        job = next(each for each in jobs.all_jobs() if each.id == job.id)
    assert (job.state, job.result) == ("done", {"images": 1797})
    assert (load_anomalies(dataset).rank("pca") >= 0.95).mean() == pytest.approx(0.05, abs=0.01)
