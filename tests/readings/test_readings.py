"""Readings of whole datasets, the job that makes them, and the nearest training digits among them."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Dataset, ink, jobs, load_dataset, paths
from mnist_core.datasets import finding
from mnist_core.errors import BundleError, DatasetError, DrawingError
from mnist_core.jobs.job import write_state
from mnist_core.jobs.kinds import KINDS
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.model.bundle import SHIPPED, graph_digest
from mnist_core.owners import KEEPER
from mnist_core.readings import job as reading
from mnist_core.readings import readings as module
from mnist_core.readings.finding import READINGS
from mnist_core.readings.neighbours import nearest
from mnist_core.readings.readings import DatasetReadings, compute_readings, load_readings
from mnist_core.store import MANIFEST
from tests.strokes import DIGITS, somewhere_on_the_canvas


@pytest.fixture(scope="module")
def digits():
    """Seventy digits, the first fifty for training."""
    rng = np.random.default_rng(0)
    labels = np.arange(70, dtype=np.uint8) % 10
    strokes = [[np.array(stroke) for stroke in DIGITS[label]] for label in labels.tolist()]
    images = np.stack([ink.digit_pixels(somewhere_on_the_canvas(each, rng)) for each in strokes])
    return Dataset("drawn", images, labels, {"train": slice(0, 50), "test": slice(50, 70)}, "", "")


@pytest.fixture
def kept(fresh_home, digits):
    """Readings of these digits by the shipped model, on the disk."""
    return compute_readings(SHIPPED, digits)


def folder_of(readings):
    return paths.readings_folder() / readings.model[:12] / readings.dataset.name


def of_features(features, labels=None, train=None):
    """Readings that hold nothing but these features."""
    features = np.asarray(features, np.float32)
    n = len(features)
    labels = np.zeros(n, np.uint8) if labels is None else np.asarray(labels, np.uint8)
    splits = {"train": slice(0, n) if train is None else train}
    dataset = Dataset("made up", np.zeros((n, 28, 28), np.uint8), labels, splits, "", "")
    guesses, familiar = np.full((n, 10), 0.1, np.float32), np.zeros(n, np.float32)
    return DatasetReadings(guesses, familiar, features=features, labels=labels, model="", dataset=dataset)


# What the recognizer gives


def test_outputs_are_those_of_predict_many_with_features(recognizer, digits):
    outputs = recognizer.readings(digits.images)
    probabilities, novelty = recognizer.predict_many(digits.images)
    np.testing.assert_array_equal(outputs.probabilities, probabilities)
    np.testing.assert_array_equal(outputs.novelty, novelty)
    assert outputs.features.shape[0] == 70
    assert np.isfinite(outputs.features).all()
    assert {getattr(outputs, name).dtype for name in DatasetReadings.ARRAYS} == {np.dtype(np.float32)}


def test_features_of_an_image_do_not_depend_on_its_batch(recognizer, digits):
    alone = np.concatenate([recognizer.features(digits.images[row : row + 1]) for row in range(5)])
    np.testing.assert_allclose(recognizer.features(digits.images)[:5], alone, atol=1e-4)


def test_no_images_give_no_outputs(recognizer):
    outputs = recognizer.readings(np.empty((0, 28, 28), np.uint8))
    assert (len(outputs.probabilities), len(outputs.novelty), len(outputs.features)) == (0, 0, 0)


def test_outputs_of_another_form_of_images_are_refused(recognizer):
    with pytest.raises(DrawingError, match="Received"):
        recognizer.readings(np.zeros((28, 28), np.uint8))


# Kept on the disk


def test_readings_are_what_the_recognizer_gives(kept, recognizer, digits):
    outputs = recognizer.readings(digits.images)
    np.testing.assert_allclose(kept.probabilities, outputs.probabilities, atol=1e-6)
    np.testing.assert_allclose(kept.novelty, outputs.novelty, atol=1e-6)
    np.testing.assert_allclose(kept.features, outputs.features, atol=1e-5)
    np.testing.assert_array_equal(kept.digits, outputs.probabilities.argmax(axis=1))
    assert len(kept) == 70
    assert kept.labels is digits.labels


def test_readings_are_in_memory_and_nobody_writes_to_them(kept):
    assert not any(isinstance(array, np.memmap) for array in (kept.probabilities, kept.novelty, kept.features))
    with pytest.raises(ValueError, match="read-only"):
        kept.features[0] = 0


def test_a_second_look_gives_the_same_maps(kept, digits):
    assert load_readings(SHIPPED, digits) is kept


def test_without_readings_there_are_none(fresh_home, digits):
    assert load_readings(SHIPPED, digits) is None


def test_progress_is_told_to_the_end(fresh_home, digits, monkeypatch):
    monkeypatch.setattr(module, "STEP", 32)
    told = []
    compute_readings(SHIPPED, digits, lambda *numbers: told.append(numbers))
    assert told == [(0, 70), (32, 70), (64, 70), (70, 70)]


def test_readings_that_are_stopped_leave_nothing(fresh_home, digits, monkeypatch):
    monkeypatch.setattr(module, "STEP", 32)

    def tell(done, images):
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        compute_readings(SHIPPED, digits, tell)
    assert not paths.readings_folder().exists()


def test_a_dataset_without_images_is_refused(fresh_home):
    empty = Dataset("empty", np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8), {}, "", "")
    with pytest.raises(DatasetError, match="no image"):
        compute_readings(SHIPPED, empty)


def test_a_model_that_is_not_there_is_an_error(fresh_home, digits):
    for call in (compute_readings, load_readings):
        with pytest.raises(BundleError):
            call("nobody", digits)


def test_readings_that_cannot_be_written_are_said_so(fresh_home, digits):
    paths.readings_folder().parent.mkdir(parents=True)
    paths.readings_folder().write_text("a file where a folder should be")
    with pytest.raises(DatasetError, match="could not be written"):
        compute_readings(SHIPPED, digits)


def cut_short(folder):
    path = folder / "features.npy"
    path.write_bytes(path.read_bytes()[:-100])


def one_bit(folder):
    path = folder / "features.npy"
    content = bytearray(path.read_bytes())
    content[-7] ^= 1
    path.write_bytes(content)


def no_json(folder):
    (folder / MANIFEST).write_text("{")


def pickled(folder):
    np.save(folder / "novelty.npy", np.array([{}]), allow_pickle=True)


def missing(folder):
    (folder / "probabilities.npy").unlink()


def another(key, value):
    def change(folder):
        path = folder / MANIFEST
        path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))

    return change


DAMAGES = {
    "cut short": cut_short,
    "one bit": one_bit,
    "no json": no_json,
    "a list": lambda folder: (folder / MANIFEST).write_text("[]"),
    "pickled": pickled,
    "of another model": another("graph", "f" * 64),
    "of other images": another("images", "f" * 64),
    "of another version": another("version", 99),
    "no hashes": another("arrays", {}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_readings_that_cannot_be_used_are_refused_and_made_again(kept, digits, damage, caplog):
    DAMAGES[damage](folder_of(kept))
    (folder_of(kept) / MANIFEST).touch()  # whoever has opened them looks again
    assert load_readings(SHIPPED, digits) is None
    assert "cannot be used and are made again" in caplog.text
    assert len(compute_readings(SHIPPED, digits)) == 70


def test_a_missing_file_is_the_same_as_no_readings(kept, digits):
    missing(folder_of(kept))
    (folder_of(kept) / MANIFEST).touch()
    assert load_readings(SHIPPED, digits) is None


def test_other_images_under_the_same_name_are_not_taken_for_these(kept, digits):
    turned = replace(digits, images=np.ascontiguousarray(digits.images[::-1]))
    assert load_readings(SHIPPED, turned) is None
    assert load_readings(SHIPPED, digits) is kept


def test_readings_of_models_that_are_gone_are_removed(kept, digits):
    stale = paths.readings_folder() / "0123456789ab" / "mnist"
    stale.mkdir(parents=True)
    compute_readings(SHIPPED, digits)
    assert [path.name for path in paths.readings_folder().iterdir()] == [graph_digest(SHIPPED)[:12]]


def test_a_copy_of_a_model_has_the_same_readings(kept, digits):
    shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, paths.models_folder() / "copy")
    assert load_readings("copy", digits) is kept


# As a job


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home where no worker is ever started."""


def test_a_dataset_is_read_once(idle, digits):
    job = READINGS.ask(KEEPER, SHIPPED, digits)
    assert (job.kind, job.state) == ("read", "queued")
    assert READINGS.ask(KEEPER, SHIPPED, digits).id == job.id
    assert len(jobs.all_jobs()) == 1
    compute_readings(SHIPPED, digits)
    assert isinstance(READINGS.ask(KEEPER, SHIPPED, digits), DatasetReadings)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_reading_that_came_to_nothing_is_not_tried_again_by_itself(idle, digits, state):
    job = write_state(replace(READINGS.ask(KEEPER, SHIPPED, digits), state=state))
    assert READINGS.ask(KEEPER, SHIPPED, digits) == job
    assert len(jobs.all_jobs()) == 1


def test_readings_that_were_lost_are_made_again(idle, digits):
    job = write_state(replace(READINGS.ask(KEEPER, SHIPPED, digits), state="done"))
    assert READINGS.ask(KEEPER, SHIPPED, digits).id != job.id


def test_the_job_reads_the_dataset_that_it_was_given(digits, fresh_home, tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "load_dataset", lambda name, download: {digits.name: digits}[name])
    settings = {"model": SHIPPED, "dataset": digits.name, "images": digits.digest}
    assert reading.run(settings, Report(tmp_path)) == {"images": 70}
    assert [json.loads(line)["done"] for line in (tmp_path / "events.jsonl").read_text().splitlines()] == [0, 70]
    assert len(load_readings(SHIPPED, digits)) == 70
    with pytest.raises(DatasetError, match="have changed since"):
        reading.run(settings | {"images": "others"}, Report(tmp_path))
    (tmp_path / "stop").touch()
    with pytest.raises(Cancelled):
        reading.run(settings, Report(tmp_path))


@pytest.mark.slow
def test_a_worker_reads_a_dataset(fresh_home):
    dataset = load_dataset("uci-digits", download=False)
    job = READINGS.ask(KEEPER, SHIPPED, dataset)
    while job.is_active:
        job = next(each for each in jobs.all_jobs() if each.id == job.id)
    assert (job.state, job.result) == ("done", {"images": 1797})
    assert (load_readings(SHIPPED, dataset).digits == dataset.labels).mean() > 0.9


def test_neither_the_job_nor_an_explanation_needs_tensorflow():
    code = (
        f"import sys, {KINDS[READINGS.kind].module}, mnist_core.explanation.explanation, mnist_ui.figures.heatmap\n"
        "print([name for name in ('tensorflow', 'keras', 'umap', 'numba', 'sklearn', 'streamlit') "
        "if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert result.stdout.strip() == "[]", result.stderr


# Neighbours


def test_neighbours_are_scikit_learns(rng):
    from sklearn.neighbors import NearestNeighbors

    known, points = (rng.normal(3, 1, (n, 24)).astype(np.float32) for n in (3000, 20))
    readings = of_features(known, rng.integers(0, 10, 3000))
    distances, indices = NearestNeighbors(n_neighbors=8, algorithm="brute").fit(known).kneighbors(points)
    for point, distance, index in zip(points, distances, indices, strict=True):
        found = nearest(readings, point)
        np.testing.assert_array_equal(found.indices, index)
        np.testing.assert_allclose(found.distances, distance, rtol=1e-5)
        np.testing.assert_array_equal(found.labels, readings.labels[index])
        assert found.distances.dtype == np.float32


def test_planted_duplicates_come_first_even_far_from_the_origin(rng):
    known = rng.normal(1000, 1, (2000, 16)).astype(np.float32)
    known[[5, 77, 1900]] = point = known[300]
    found = nearest(of_features(known), point)
    assert sorted(found.indices[:4].tolist()) == [5, 77, 300, 1900]
    assert found.distances[:4].tolist() == [0, 0, 0, 0]
    assert (np.diff(found.distances) >= 0).all()


def test_neighbours_are_training_images_only(rng):
    known = rng.normal(size=(100, 4)).astype(np.float32)
    found = nearest(of_features(known, train=slice(40, 90)), known[3])
    assert ((found.indices >= 40) & (found.indices < 90)).all()
    assert nearest(of_features(known, train=slice(40, 90)), known[41]).indices[0] == 41


def test_few_training_images_give_few_neighbours():
    found = nearest(of_features([[0.0, 0], [3, 4]]), np.zeros((1, 2), np.float32))
    assert (found.indices.tolist(), found.distances.tolist()) == ([0, 1], [0, 5])


def test_constant_features_of_one_class_are_all_equally_near():
    found = nearest(of_features(np.ones((500, 8)), np.full(500, 3)), np.ones(8, np.float32))
    assert (set(found.labels.tolist()), set(found.distances.tolist())) == ({3}, {0.0})


def test_training_features_that_are_no_numbers_are_nobodys_neighbours(rng):
    known = rng.normal(size=(200, 4)).astype(np.float32)
    known[::2] = np.nan
    known[1] = np.inf
    found = nearest(of_features(known), known[3])
    assert found.indices[0] == 3
    assert (found.indices % 2 == 1).all()
    assert np.isfinite(found.distances).all()


@pytest.mark.parametrize("features", [np.full(4, np.nan), np.full(4, np.inf), np.zeros(5), np.zeros((2, 4))])
def test_features_that_cannot_be_compared_are_refused(features):
    with pytest.raises(BundleError, match="4 finite numbers"):
        nearest(of_features(np.zeros((10, 4))), features.astype(np.float32))


def test_an_image_is_its_own_nearest_neighbour(kept, recognizer, digits):
    assert nearest(kept, recognizer.features(digits.images[7:8])).indices[0] == 7


@pytest.fixture
def rng():
    return np.random.default_rng(0)
