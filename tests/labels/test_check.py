"""Wrong labels: planted ones are found, the published ones too, and the check goes on where it was cut off."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Dataset, ink, load_dataset
from mnist_core.errors import DatasetError
from mnist_core.jobs import queue
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.labels import job as label_job
from mnist_core.labels.check import (
    FOLDS,
    SHIPPED,
    Made,
    check_labels,
    judged,
    load_label_check,
    read_shipped,
    write_shipped,
)
from mnist_core.labels.finding import LABELS
from mnist_core.labels.published import PUBLISHED, published_among
from mnist_core.owners import KEEPER
from tests.strokes import DIGITS, somewhere_on_the_canvas

MADE = Made(5, 3, 0, "quick", 0.9, 0.8)
FLIPPED = 50


@pytest.fixture(scope="module")
def digits():
    """Seventy digits, the first fifty for training."""
    rng = np.random.default_rng(0)
    labels = np.arange(70, dtype=np.uint8) % 10
    strokes = [[np.array(stroke) for stroke in DIGITS[label]] for label in labels.tolist()]
    images = np.stack([ink.digit_pixels(somewhere_on_the_canvas(each, rng)) for each in strokes])
    return Dataset("drawn", images, labels, {"train": slice(0, 50), "test": slice(50, 70)}, "", "")


@pytest.fixture
def probabilities(digits):
    """Right and sure but for images 7 and 13 (a little and very much another digit) and 60."""
    found = np.full((70, 10), 0.01, np.float32)
    found[np.arange(70), digits.labels] = 0.91
    for row, given, other in ((7, 0.3, 0.62), (13, 0.01, 0.91), (60, 0.2, 0.72)):
        found[row] = 0.01
        found[row, digits.labels[row]], found[row, (digits.labels[row] + 1) % 10] = given, other
    return found


# What is called suspect


def test_a_label_less_probable_than_another_digit_is_suspect_and_the_worst_comes_first(
    digits, probabilities, fresh_home
):
    found = check_labels(digits, probabilities, MADE)
    assert found.suspects("train").tolist() == [13, 7]
    assert found.suspects("test").tolist() == [60]
    assert found.suspects("validation").tolist() == []
    assert found.suggested[[13, 7, 60]].tolist() == [4, 8, 1]
    np.testing.assert_allclose(found.given_probability[[13, 7, 60, 1]], [0.01, 0.3, 0.2, 0.91], rtol=1e-6)
    np.testing.assert_allclose(found.suggested_probability[[13, 7, 60, 1]], [0.91, 0.62, 0.72, 0.91], rtol=1e-6)
    assert replace(found.made, estimated={}) == MADE
    assert found.made.estimated["train"] <= 2


def test_quality_is_cleanlabs(digits, probabilities, fresh_home):
    from cleanlab.rank import get_label_quality_scores

    found = check_labels(digits, probabilities, MADE)
    quality = get_label_quality_scores(digits.labels.astype(int), probabilities)
    np.testing.assert_allclose(found.given_probability, quality)


def planted(mnist, seed=0):
    """Some of MNIST's training images, with wrong labels among them; and which."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(60_000, 5_000, replace=False)
    labels = mnist.labels[rows].copy()
    flipped = rng.choice(5_000, FLIPPED, replace=False)
    labels[flipped] = (labels[flipped] + rng.integers(1, 10, FLIPPED)) % 10
    dataset = Dataset("planted", mnist.images[rows], labels.astype(np.uint8), {"train": slice(0, 5_000)}, "", "")
    return dataset, flipped


def measures(dataset, flipped, probabilities):
    """Recall and precision of the suspects, and precision of as many worst ones as labels were changed."""
    arrays, _ = judged(dataset, probabilities)
    suspects = np.flatnonzero(arrays["is_suspect"])
    worst = np.argsort(arrays["given_probability"])[:FLIPPED]
    found = np.isin(suspects, flipped)
    return found.sum() / FLIPPED, found.mean(), np.isin(worst, flipped).mean()


def test_planted_errors_are_found_with_a_simple_classifier(mnist):
    from sklearn.decomposition import PCA
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
    from sklearn.model_selection import cross_val_predict

    dataset, flipped = planted(mnist)
    pixels = PCA(30, svd_solver="covariance_eigh").fit_transform(dataset.images.reshape(5_000, -1) / 255)
    classifier = QuadraticDiscriminantAnalysis(reg_param=0.02)
    probabilities = cross_val_predict(classifier, pixels, dataset.labels, cv=5, method="predict_proba")
    recall, precision, worst = measures(dataset, flipped, probabilities.astype(np.float32))
    # Measured: 1.0, 0.17 and 0.70.
    assert recall >= 0.95
    assert precision >= 0.14
    assert worst >= 0.6


@pytest.mark.slow
def test_planted_errors_are_found_with_the_networks_of_the_job(mnist, tmp_path):
    from mnist_core.labels.folds import out_of_sample

    dataset, flipped = planted(mnist)
    probabilities, made = out_of_sample(dataset, tmp_path)
    recall, precision, worst = measures(dataset, flipped, probabilities)
    # Measured: 1.0, 0.26 and 0.86.
    assert recall >= 0.95
    assert precision >= 0.2
    assert worst >= 0.76
    assert made.accuracy > 0.94


def test_a_split_of_one_class_has_no_suspects(digits, probabilities):
    rows = np.r_[0:50, 60]
    dataset = Dataset(
        "one", digits.images[rows], digits.labels[rows], {"train": slice(0, 50), "test": slice(50, 51)}, "", ""
    )
    arrays, estimated = judged(dataset, probabilities[rows])
    assert np.flatnonzero(arrays["is_suspect"]).tolist() == [7, 13]
    assert set(estimated) == {"train"}


# Kept on the disk, and shipped


def test_a_check_is_kept_and_one_of_other_labels_is_refused(digits, probabilities, fresh_home, caplog):
    assert load_label_check(digits) is None
    found = check_labels(digits, probabilities, MADE)
    assert load_label_check(digits) is found
    assert load_label_check(replace(digits, labels=digits.labels[::-1].copy())) is None
    assert "labels" in caplog.text
    assert "made again" in caplog.text


def test_the_small_file_holds_the_same_but_for_a_little(digits, probabilities, fresh_home, tmp_path):
    rng = np.random.default_rng(0)
    noisy = rng.dirichlet(np.full(10, 0.1), 70).astype(np.float32)
    found = check_labels(digits, noisy, MADE)
    write_shipped(found, tmp_path / "small.npz")
    read = read_shipped(tmp_path / "small.npz", digits)
    for name in ("suggested", "is_suspect"):
        np.testing.assert_array_equal(getattr(read, name), getattr(found, name))
    suspects = found.is_suspect
    assert 10 < suspects.sum() < 70
    for name in ("given_probability", "suggested_probability"):
        np.testing.assert_array_equal(getattr(read, name)[suspects], getattr(found, name)[suspects])
        np.testing.assert_allclose(getattr(read, name), getattr(found, name), atol=0.009)
    assert read.suspects("train").tolist() == found.suspects("train").tolist()
    assert read.made == found.made


@pytest.mark.parametrize("damage", ["cut short", "empty", "a page", "other images", "missing"])
def test_a_small_file_that_cannot_be_used_is_refused_by_name(
    digits, probabilities, fresh_home, tmp_path, caplog, damage
):
    path = tmp_path / "small.npz"
    write_shipped(check_labels(digits, probabilities, MADE), path)
    if damage == "cut short":
        path.write_bytes(path.read_bytes()[:500])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "a page":
        path.write_text("<html>")
    elif damage == "missing":
        path.unlink()
    else:
        digits = replace(digits, labels=digits.labels[::-1].copy())
    assert read_shipped(path, digits) is None
    assert "small.npz cannot be used" in caplog.text


def test_the_shipped_check_is_mnists_and_small(mnist, fresh_home):
    assert SHIPPED.stat().st_size < 100_000
    found = load_label_check(mnist)
    assert found.made.accuracy > 0.99
    assert found.made.test_accuracy > 0.99
    assert 300 < len(found.suspects("train")) < 700
    assert 40 < len(found.suspects("test")) < 100
    assert (found.suspects("test") >= 60_000).all()
    assert (np.diff(found.given_probability[found.suspects("train")]) >= 0).all()
    np.testing.assert_array_equal(found.is_suspect, found.suggested != mnist.labels)


def test_the_published_wrong_labels_are_among_the_first_suspects(mnist, fresh_home):
    assert [int(mnist.labels[60_000 + each.index]) for each in PUBLISHED] == [each.given for each in PUBLISHED]
    assert all(each.for_given < 3 and each.for_given + each.for_suggested + each.for_neither == 5 for each in PUBLISHED)
    assert published_among(load_label_check(mnist)) == 14
    assert published_among(load_label_check(mnist), 0) == 0


def test_what_five_people_said_is_whole():
    assert all(sum((each.for_given, each.for_suggested, each.for_neither)) == 5 for each in PUBLISHED)
    assert all(each.for_given < 3 and each.given != each.suggested for each in PUBLISHED)
    assert [each.index for each in PUBLISHED] == sorted({each.index for each in PUBLISHED})
    totals = [sum(getattr(each, name) for each in PUBLISHED) for name in ("for_given", "for_suggested", "for_neither")]
    assert (totals, len(PUBLISHED)) == ([18, 43, 14], 15)


def test_a_check_lies_where_version_0_6_1_kept_it(digits, probabilities, fresh_home):
    check_labels(digits, probabilities, MADE)
    assert [path.name for path in fresh_home.glob("*/drawn/*")] == ["labels"]


def test_a_check_in_the_data_home_takes_precedence(mnist, fresh_home):
    probabilities = np.full((70_000, 10), 0.05, np.float32)
    probabilities[:, 1] = 0.55
    check_labels(mnist, probabilities, MADE)
    found = load_label_check(mnist)
    assert (found.suggested == 1).all()
    assert found.made.folds == 5


def test_other_datasets_have_no_published_errors(digits, probabilities, fresh_home):
    assert published_among(check_labels(digits, probabilities, MADE)) == 0


# Networks that have not learned from what they read


class Folds:
    """The folds without networks: the n-th one reads n in everything, and is stopped when it is told to."""

    def __init__(self, monkeypatch):
        from mnist_core.labels import folds

        self.learned, self.stop_at, self.now = [], None, None
        monkeypatch.setattr(folds, "Batches", self.batches)
        monkeypatch.setattr(folds, "compiled_network", lambda config, steps: self)

    def run(self, digits, work):
        from mnist_core.labels.folds import out_of_sample

        images = digits.images.copy()
        images[:, 0, 0] = np.arange(len(digits))  # who learns from an image sees which it is
        return out_of_sample(replace(digits, images=images), work, self.tell)

    def tell(self, *_far):
        if self.now == self.stop_at:
            raise Cancelled

    def batches(self, images, config):
        self.now = config.seed
        return [set(images.images[:, 0, 0].tolist())]

    def fit(self, batches, epochs, callbacks, **_):
        (told,) = callbacks
        told.set_params({"epochs": epochs, "steps": 1})
        told.on_epoch_begin(0)
        told.on_train_batch_end(0)
        self.learned += batches

    def predict(self, images, **_):
        return np.where(np.arange(10) == self.now + 1, 100.0, 0.0) + np.zeros((len(images), 1))


@pytest.fixture
def folds(monkeypatch):
    return Folds(monkeypatch)


def test_each_image_is_read_by_a_network_that_has_not_learned_from_it(folds, digits, tmp_path):
    found, made = folds.run(digits, tmp_path)
    assert all(row not in folds.learned[int(found[row].argmax()) - 1] for row in range(50))
    assert [len(rows) for rows in folds.learned] == [40] * 5
    assert set.union(*folds.learned) == set(range(50))
    np.testing.assert_allclose(found[:50].max(axis=1), 1)
    np.testing.assert_allclose(found[50:], [[0, *[0.2] * 5, *[0] * 4]] * 20, atol=1e-6)  # the mean of networks 1 to 5
    assert (made.folds, made.network) == (5, "quick")


def test_every_digit_has_the_same_share_in_each_fold(folds, digits, tmp_path):
    found, _ = folds.run(digits, tmp_path)
    for number in range(1, 6):
        assert sorted(digits.labels[:50][found[:50].argmax(axis=1) == number].tolist()) == list(range(10))


def test_a_check_that_was_cut_off_goes_on_with_the_next_fold(folds, digits, tmp_path):
    folds.stop_at = 3
    with pytest.raises(Cancelled):
        folds.run(digits, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fold-0.npy", "fold-1.npy", "fold-2.npy"]
    (tmp_path / "fold-0.npy").write_bytes(b"damaged")
    np.save(tmp_path / "fold-1.npy", np.zeros((3, 10), np.float32))
    done, folds.stop_at, folds.learned = folds.learned, None, []
    resumed, _ = folds.run(digits, tmp_path)
    assert folds.learned[:2] == done[:2]
    assert len(folds.learned) == 4  # the third one was kept
    folds.learned.clear()
    np.testing.assert_array_equal(folds.run(digits, tmp_path)[0], resumed)
    assert folds.learned == []


@pytest.mark.slow
def test_networks_of_folds_learn_tell_and_read(digits, tmp_path, monkeypatch):
    from mnist_core.labels import folds

    told, networks = [], []
    compiled_network = folds.compiled_network

    def noted_network(config, steps):
        networks.append(compiled_network(config, steps))
        return networks[-1]

    config = replace(folds.fold_config(50), epochs=2, batch_size=8)
    monkeypatch.setattr(folds, "fold_config", lambda *_: config)
    monkeypatch.setattr(folds, "compiled_network", noted_network)
    found, _ = folds.out_of_sample(digits, tmp_path / "a", lambda *far: told.append(far))
    assert told[-1] == (50, 50, 4)  # of each fold's 40 images five steps an epoch
    assert told == sorted(told)
    assert {fold for _, _, fold in told} == {0, 1, 2, 3, 4}
    logits = [network.predict(digits.images[50:] / np.float32(255), verbose=0) for network in networks]
    shares = [np.exp(each) / np.exp(each).sum(axis=1, keepdims=True) for each in logits]
    np.testing.assert_allclose(found[50:], np.mean(shares, axis=0), atol=1e-5)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)

    def cancel(*_far):
        raise Cancelled

    with pytest.raises(Cancelled):
        folds.out_of_sample(digits, tmp_path / "b", cancel)
    assert len(networks) == 6


def test_a_digit_with_too_few_images_is_named(folds, digits, tmp_path):
    with pytest.raises(DatasetError, match=r"5 training images of each digit at least\. Received: 2 of the 5"):
        folds.run(replace(digits, splits={"train": slice(0, 25)}), tmp_path)


def test_few_images_are_shown_more_often():
    from mnist_core.labels.folds import fold_config

    assert fold_config(60_000).epochs == 5
    assert fold_config(7_494).epochs == 22
    assert fold_config(1_438).epochs == 112  # of nine steps each


# As a job


def test_the_job_checks_labels_and_tells_how_far_it_is(digits, probabilities, fresh_home, tmp_path, monkeypatch):
    def out_of_sample(dataset, work, progress):
        assert work.is_dir()
        progress(10, 50, 0)
        progress(11, 50, 1)
        return probabilities, MADE

    monkeypatch.setattr(label_job, "asked_images", lambda settings: {digits.name: digits}[settings["dataset"]])
    monkeypatch.setattr(label_job, "out_of_sample", out_of_sample)
    result = label_job.run({"dataset": digits.name}, Report(tmp_path))
    assert (result["suspects"], result["folds"], result["accuracy"]) == (3, 5, 0.9)
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    told = [(event["stage"], event["figures"]) for event in events]
    folds = [(label_job.FOLD, {"part": part, "parts": 5}) for part in (1, 2)]
    assert told == [(label_job.STARTING, {}), *folds, (label_job.COMPARING, {})]
    assert load_label_check(digits).suspects("test").tolist() == [60]
    (tmp_path / "stop").touch()
    with pytest.raises(Cancelled):
        label_job.run({"dataset": digits.name}, Report(tmp_path))


def test_a_check_runs_once_at_a_time_and_may_be_repeated(digits, fresh_home, without_workers):
    assert LABELS.job(digits) is None
    job = LABELS.start(KEEPER, digits)
    assert LABELS.start(KEEPER, digits).id == LABELS.job(digits).id == job.id
    queue.cancel(job.id, KEEPER)
    assert LABELS.start(KEEPER, digits).id != job.id


@pytest.mark.slow
def test_a_worker_checks_the_labels_of_a_dataset(fresh_home):
    dataset = load_dataset("uci-digits", download=False)
    job = LABELS.start(KEEPER, dataset)
    while job.is_active:
        job = next(each for each in queue.all_jobs() if each.id == job.id)
    assert job.state == "done", job.error
    found = load_label_check(dataset)
    assert found.made.accuracy > 0.95
    assert job.result["suspects"] == found.is_suspect.sum() < 120
    assert found.made.folds == FOLDS
