"""Dials that make digits harder to read, what they do to accuracy, and the job that measures it."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Dataset, ink, jobs, paths
from mnist_core.datasets import finding
from mnist_core.errors import BundleError, ConfigError, DatasetError
from mnist_core.jobs.job import write_state
from mnist_core.jobs.kinds import KINDS
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.model.bundle import SHIPPED, graph_digest, model_folder, verify_bundle
from mnist_core.model.card import Accuracy
from mnist_core.owners import KEEPER
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.robustness import job as job_module
from mnist_core.robustness import robustness as module
from mnist_core.robustness.corruption import CORRUPTIONS
from mnist_core.robustness.dials import DIALS, generator, turned
from mnist_core.robustness.finding import ROBUSTNESS
from mnist_core.robustness.robustness import Robustness, compute_robustness, load_robustness, robustness, some_images
from tests.strokes import DIGITS, somewhere_on_the_canvas

CONDITIONS = 1 + len(CORRUPTIONS) + sum(len(dial.values) - 1 for dial in DIALS.values())


@pytest.fixture(scope="module")
def digits():
    """Thirty digits, the last twenty for testing."""
    rng = np.random.default_rng(0)
    labels = np.arange(30, dtype=np.uint8) % 10
    strokes = [[np.array(stroke) for stroke in DIGITS[label]] for label in labels.tolist()]
    images = np.stack([ink.digit_pixels(somewhere_on_the_canvas(each, rng)) for each in strokes])
    return Dataset("drawn", images, labels, {"train": slice(0, 10), "test": slice(10, 30)}, "", "")


def at(name, images, value):
    return DIALS[name](images, value, generator(name))


def by_template(digits):
    """A simple reader: the template that an image is most like."""
    templates = digits.images[:10].reshape(10, -1).astype(np.float32)
    templates /= np.linalg.norm(templates, axis=1, keepdims=True)

    def read(images):
        likeness = images.reshape(len(images), -1).astype(np.float32) @ templates.T
        return likeness, np.zeros(len(images), np.float32)

    return read


@pytest.fixture(scope="module")
def measured(digits):
    """The robustness of a simple reader on the test digits."""
    test = digits.split("test")
    return robustness(by_template(digits), test.images, test.labels)


@pytest.fixture
def kept(fresh_home, digits, measured):
    """The same on the disk, as that of the shipped model."""
    module.save_robustness(graph_digest(SHIPPED), digits, measured)
    return measured


def path_of(digits):
    return paths.readings_folder() / graph_digest(SHIPPED)[:12] / f"{digits.name}-robustness.json"


# The dials


@pytest.mark.parametrize("name", DIALS)
def test_a_neutral_dial_leaves_images_as_they_are(name, digits):
    changed = at(name, digits.images, DIALS[name].neutral)
    np.testing.assert_array_equal(changed, digits.images)
    assert not np.shares_memory(changed, digits.images)


@pytest.mark.parametrize("name", DIALS)
def test_every_other_value_changes_the_images_and_always_in_the_same_way(name, digits):
    dial = DIALS[name]
    assert dial.neutral in dial.values
    assert list(dial.values) == sorted(dial.values)
    for value in set(dial.values) - {dial.neutral}:
        changed = at(name, digits.images, value)
        assert (changed.dtype, changed.shape) == (np.uint8, digits.images.shape)
        assert (changed != digits.images).any(axis=(1, 2)).all()
        np.testing.assert_array_equal(changed, at(name, digits.images, value))


@pytest.mark.parametrize("name", DIALS)
def test_a_dial_takes_no_images_blank_ones_and_no_value_beyond_its_own(name):
    for n in (0, 1):
        assert at(name, np.zeros((n, 28, 28), np.uint8), DIALS[name].values[-1]).shape == (n, 28, 28)
    for value in (DIALS[name].values[0] - 1, DIALS[name].values[-1] + 1, float("nan"), "1"):
        with pytest.raises(ConfigError, match=name):
            at(name, np.zeros((1, 28, 28), np.uint8), value)


@pytest.mark.parametrize(("degrees", "quarters"), [(90, 3), (-90, 1)])
def test_a_quarter_turn_is_numpys(degrees, quarters, digits):
    np.testing.assert_array_equal(
        at("rotation", digits.images, degrees), np.rot90(digits.images, quarters, axes=(1, 2))
    )


def test_a_shift_is_exact(digits):
    changed = at("shift", digits.images, 5)
    np.testing.assert_array_equal(changed[..., 5:], digits.images[..., :-5])
    assert not changed[..., :5].any()
    np.testing.assert_array_equal(at("shift", digits.images, -5)[..., :-5], digits.images[..., 5:])


def test_ink_grows_with_the_square_of_the_scale():
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 9:19, 9:19] = 255
    assert at("scale", square, 2).sum() / 255 == pytest.approx(400, rel=0.02)
    assert at("scale", square, 0.5).sum() / 255 == pytest.approx(25, rel=0.02)


@pytest.mark.parametrize(("value", "width"), [(2, 6), (1, 5), (-1, 3), (-3, 1)])
def test_strokes_get_thicker_and_thinner_by_so_many_pixels(value, width):
    stroke = np.zeros((1, 28, 28), np.uint8)
    stroke[0, :, 12:16] = 255
    assert at("stroke thickness", stroke, value)[0, 14].sum() / 255 == pytest.approx(width, abs=0.35)


def test_an_erased_square_has_its_size_and_a_larger_one_covers_it():
    full = np.full((200, 28, 28), 255, np.uint8)
    small, large = (at("occlusion", full, side) == 0 for side in (4, 8))
    assert small.sum(axis=(1, 2)).max() == 16
    assert large.sum(axis=(1, 2)).max() == 64
    assert (large | ~small).all()


def test_a_square_is_erased_around_ink(digits):
    assert (at("occlusion", digits.images, 2).sum(axis=(1, 2)) < digits.images.sum(axis=(1, 2))).all()


def test_contrast_scales_the_spread_and_keeps_the_mean(digits):
    changed = at("contrast", digits.images, 25).astype(float)
    np.testing.assert_allclose(changed.mean(axis=(1, 2)), digits.images.mean(axis=(1, 2)), atol=0.5)
    np.testing.assert_allclose(changed.std(axis=(1, 2)), 0.25 * digits.images.std(axis=(1, 2)), atol=0.5)


def test_noise_has_the_spread_that_it_says():
    changed = at("noise", np.full((50, 28, 28), 128, np.uint8), 20).astype(float)
    assert changed.std() / 255 == pytest.approx(0.2, abs=0.005)


def test_several_dials_are_turned_one_after_another(digits):
    values = {"shift": 3, "rotation": 30, "blur": 1.0, "noise": 0}
    expected = at("blur", at("shift", at("rotation", digits.images, 30), 3), 1.0)
    np.testing.assert_array_equal(turned(digits.images, values), expected)
    np.testing.assert_array_equal(turned(digits.images, {}), digits.images)


def test_values_are_said_with_their_units():
    assert DIALS["rotation"].label(-15) == "-15°"
    assert DIALS["scale"].label(0.5) == "0.5×"
    assert DIALS["noise"].label(20.0) == "20 %"


# Robustness


def test_a_simple_reader_gets_worse_the_more_a_dial_is_turned(measured):
    found = measured
    assert found.images == found.available == 20
    for name, scores in found.dials.items():
        dial = DIALS[name]
        neutral = dial.values.index(dial.neutral)
        assert scores[neutral] == found.clean
        ends = {0, len(scores) - 1} - {neutral}
        assert all(scores[end].accuracy <= found.clean.accuracy for end in ends), name
    for name in ("rotation", "shift"):
        accuracies = [score.accuracy for score in found.dials[name]]
        middle = len(accuracies) // 2
        assert accuracies[0] < accuracies[middle] > accuracies[-1]
    assert found.mean_corruption_error > 1 - found.clean.accuracy


def test_accuracies_and_the_mean_corruption_error_are_those_of_a_count(digits):
    zeros = np.zeros((30, 10), np.float32)
    found = robustness(lambda images: (zeros, zeros[:, 0]), digits.images, digits.labels)
    assert {found.clean, *found.corruptions.values(), *found.dials["blur"]} == {accuracy_of(3, 30)}
    assert found.mean_corruption_error == pytest.approx(0.9)


def test_what_is_always_read_right_has_no_corruption_error(digits):
    given = np.eye(10, dtype=np.float32)[digits.labels]
    found = robustness(lambda images: (given, given[:, 0]), digits.images, digits.labels)
    assert found.mean_corruption_error == 0


def ended(done, _conditions):
    """Somebody who wants no more after two conditions."""
    if done == 2:
        raise Cancelled


def test_progress_is_told_for_each_condition_and_a_stop_is_heeded(digits):
    told = []
    robustness(by_template(digits), digits.images[:1], digits.labels[:1], lambda *numbers: told.append(numbers))
    assert told == [(done, CONDITIONS) for done in range(CONDITIONS + 1)]
    with pytest.raises(Cancelled):
        robustness(by_template(digits), digits.images, digits.labels, ended)


def test_no_images_and_too_few_labels_are_refused(digits):
    with pytest.raises(DatasetError, match="at least one image"):
        robustness(by_template(digits), digits.images[:0], digits.labels[:0])
    with pytest.raises(DatasetError, match="Received"):
        robustness(by_template(digits), digits.images, digits.labels[:5])


def test_a_record_with_missing_or_unlike_parts_is_refused(kept):
    with pytest.raises(DatasetError, match="Received"):
        replace(kept, dials={**kept.dials, "blur": kept.dials["blur"][1:]})
    with pytest.raises(DatasetError, match="Received"):
        replace(kept, corruptions={})
    with pytest.raises(DatasetError, match="same"):
        replace(kept, clean=Accuracy(21, 0, 0.9, 1.0), available=30)
    with pytest.raises(DatasetError, match="same"):
        replace(kept, available=3)


def test_some_images_are_spread_over_the_test_split(digits, monkeypatch):
    assert len(some_images(digits)) == 20
    monkeypatch.setattr(module, "LIMIT", 5)
    np.testing.assert_array_equal(some_images(digits).images, digits.images[10:30:4])
    np.testing.assert_array_equal(some_images(digits).labels, digits.labels[10:30:4])
    with pytest.raises(DatasetError, match="test"):
        some_images(replace(digits, splits={}))


# Kept on the disk


def test_what_is_kept_is_what_was_measured(kept, digits):
    assert load_robustness(SHIPPED, digits) == kept
    assert Robustness.from_json(json.loads(json.dumps(kept.to_json()))) == kept


def test_without_a_record_nothing_is_known(fresh_home, digits):
    assert load_robustness(SHIPPED, digits) is None
    with pytest.raises(BundleError):
        load_robustness("nobody", digits)


def test_a_measurement_that_is_stopped_leaves_nothing(fresh_home, digits):
    with pytest.raises(Cancelled):
        compute_robustness(SHIPPED, digits, ended)
    assert not paths.readings_folder().exists()


def with_value(key, value):
    def change(path):
        path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))

    return change


def fewer_errors(path):
    path.write_text(path.read_text().replace('"errors": ', '"errors": 0', 1))


DAMAGES = {
    "cut short": lambda path: path.write_text(path.read_text()[:-100]),
    "no json": lambda path: path.write_bytes(b"\xff\x00"),
    "a list": lambda path: path.write_text("[]"),
    "another number": fewer_errors,
    "no numbers": with_value("robustness", None),
    "of another model": with_value("graph", "f" * 64),
    "of other images": with_value("images", "f" * 64),
    "of other dials": with_value("values", {}),
    "of another version": with_value("version", 99),
    "empty": lambda path: path.write_text(""),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_record_that_cannot_be_used_is_refused(kept, digits, damage, caplog):
    DAMAGES[damage](path_of(digits))
    assert load_robustness(SHIPPED, digits) is None
    assert "cannot be used and is measured again" in caplog.text


def test_a_record_that_is_measured_again_takes_the_place_of_a_damaged_one(kept, digits, recognizer):
    path_of(digits).write_text("{")
    found = compute_robustness(SHIPPED, digits)
    assert load_robustness(SHIPPED, digits) == found != kept
    assert (found.images, found.available) == (20, 20)
    test = digits.split("test")
    assert found.clean.errors == int((recognizer.predict_many(test.images)[0].argmax(axis=1) != test.labels).sum())
    assert [path.name for path in path_of(digits).parent.iterdir()] == ["drawn-robustness.json"]


def test_other_images_under_the_same_name_have_no_record(kept, digits):
    assert load_robustness(SHIPPED, replace(digits, images=np.ascontiguousarray(digits.images[::-1]))) is None


def test_a_model_can_have_its_record_among_its_own_files(fresh_home, digits, monkeypatch):
    folder = paths.models_folder() / "mine"
    shutil.copytree(model_folder(SHIPPED), folder)
    (folder / "robustness.json").unlink(missing_ok=True)
    known, other = replace(digits, name="mnist"), replace(digits, name="mnist", images=digits.images[::-1].copy())
    assert load_robustness("mine", known) is None
    module.ship_robustness(folder, known)
    verify_bundle(folder)
    assert load_robustness("mine", known) == compute_robustness("mine", known)
    assert load_robustness("mine", other) is None


def test_a_record_that_cannot_be_written_is_said_so(fresh_home, digits, measured):
    paths.readings_folder().parent.mkdir(parents=True)
    paths.readings_folder().write_text("a file where a folder should be")
    with pytest.raises(DatasetError, match="could not be written"):
        module.save_robustness(graph_digest(SHIPPED), digits, measured)


# As a job


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home where no worker is ever started."""


def test_robustness_is_measured_once(idle, digits, measured):
    assert ROBUSTNESS.job(SHIPPED, digits) is None
    job = ROBUSTNESS.start(KEEPER, SHIPPED, digits)
    assert (job.kind, job.state) == ("robustness", "queued")
    assert ROBUSTNESS.start(KEEPER, SHIPPED, digits).id == ROBUSTNESS.job(SHIPPED, digits).id == job.id
    assert len(jobs.all_jobs()) == 1
    module.save_robustness(graph_digest(SHIPPED), digits, measured)
    assert ROBUSTNESS.known(SHIPPED, digits) == ROBUSTNESS.ask(KEEPER, SHIPPED, digits) == measured


@pytest.mark.parametrize("state", ["failed", "cancelled", "done"])
def test_who_asks_again_gets_another_job(idle, digits, state):
    job = write_state(replace(ROBUSTNESS.start(KEEPER, SHIPPED, digits), state=state))
    assert ROBUSTNESS.job(SHIPPED, digits) == job
    assert ROBUSTNESS.start(KEEPER, SHIPPED, digits).id != job.id


def test_the_job_measures_and_tells_how_far_it_is(digits, fresh_home, tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "load_dataset", lambda name, download: {digits.name: digits}[name])
    settings = {"model": SHIPPED, "dataset": digits.name, "images": digits.digest}
    result = job_module.run(settings, Report(tmp_path))
    found = load_robustness(SHIPPED, digits)
    assert result == {"images": 20, "mean_corruption_error": found.mean_corruption_error}
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert (events[0]["done"], events[-1]["done"], events[-1]["total"]) == (0, CONDITIONS, CONDITIONS)
    with pytest.raises(DatasetError, match="have changed since"):
        job_module.run(settings | {"images": "others"}, Report(tmp_path))
    (tmp_path / "stop").touch()
    with pytest.raises(Cancelled):
        job_module.run(settings, Report(tmp_path))


def test_the_job_needs_no_tensorflow():
    code = (
        f"import sys, {KINDS[ROBUSTNESS.kind].module}, mnist_ui.figures.robustness\n"
        "print([name for name in ('tensorflow', 'keras', 'umap', 'numba', 'sklearn', 'scipy', 'streamlit') "
        "if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert result.stdout.strip() == "[]", result.stderr
