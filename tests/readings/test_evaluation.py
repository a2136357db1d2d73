"""Every figure of an evaluation against scikit-learn, scipy or paper and pencil; and what is kept of it."""

import io
import json
import math
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax
from scipy.stats import binomtest
from sklearn import metrics

from mnist_core import Dataset, load_dataset, paths
from mnist_core.cli import main
from mnist_core.errors import BundleError, DatasetError
from mnist_core.files import file_sha256
from mnist_core.model.bundle import EVALUATION, GRAPH, SHIPPED, model_folder, read_card, verify_bundle, write_card
from mnist_core.model.markdown import card_in_markdown
from mnist_core.readings.evaluation import STEP, Evaluation, accuracy_of, evaluate, evaluation_of, fresh_evaluation
from mnist_core.readings.evaluation_file import STORED_STEP, read_evaluation, stored_evaluation, write_evaluations
from mnist_core.readings.readings import compute_readings
from mnist_core.types import NOVEL, SURE_IN_FIGURES

DIGITS = range(10)
# Each example costs scikit-learn some milliseconds.
few = settings(max_examples=20)
TESTS = ("mnist", "pen-digits", "uci-digits")


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def copy(fresh_home):
    """A copy of the shipped model among the user's own."""
    return shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, fresh_home / "models" / "copy")


def evaluation(probabilities, labels, novelty=None):
    probabilities = np.array(probabilities, np.float32)
    novelty = np.zeros(len(probabilities), np.float32) if novelty is None else np.array(novelty, np.float32)
    return Evaluation(probabilities, novelty, labels=np.array(labels, np.uint8), model="a" * 64, dataset="made up")


def saying(answers, labels, stated=0.91):
    """An evaluation of answers that are all stated to be as probable."""
    probabilities = np.full((len(answers), 10), (1 - stated) / 9)
    probabilities[np.arange(len(answers)), answers] = stated
    return evaluation(probabilities, labels)


@st.composite
def evaluations(draw):
    n = draw(st.integers(1, 12))
    logits = draw(arrays(np.float64, (n, 10), elements=st.integers(-6, 6).map(float)))
    labels = draw(arrays(np.uint8, n, elements=st.integers(0, 9)))
    novelty = draw(arrays(np.float32, n, elements=st.sampled_from([0, 0.25, 0.5, 1])))
    return evaluation(softmax(logits, axis=1), labels, novelty)


# Against scikit-learn and scipy


@few
@given(evaluations())
def test_figures_are_those_of_scikit_learn_and_scipy(made):
    labels, read = made.labels, made.probabilities.argmax(axis=1)
    np.testing.assert_array_equal(made.digits, read)
    np.testing.assert_array_equal(made.confusion, metrics.confusion_matrix(labels, read, labels=DIGITS))
    assert made.accuracy.accuracy == pytest.approx(metrics.accuracy_score(labels, read))
    interval = binomtest(int((labels == read).sum()), len(made)).proportion_ci(0.95, "wilson")
    assert (made.accuracy.low, made.accuracy.high) == (interval.low, interval.high)
    rows = made.probabilities.astype(float)
    rows /= rows.sum(axis=1, keepdims=True)
    assert made.loss == pytest.approx(metrics.log_loss(labels, rows, labels=DIGITS), abs=1e-5)
    assert made.loss == pytest.approx(made.losses.mean())
    assert made.rejected == np.mean(made.novelty >= 0.5)


@few
@given(evaluations())
def test_the_report_is_scikit_learns(made):
    each = metrics.precision_recall_fscore_support(made.labels, made.digits, labels=DIGITS, zero_division=0)
    rows = [(row.precision, row.recall, row.f1, row.support) for row in made.report]
    np.testing.assert_allclose(rows[:10], np.transpose(each))
    for row, average in zip(made.report[10:], ("macro", "weighted"), strict=True):
        of = metrics.precision_recall_fscore_support(made.labels, made.digits, average=average, zero_division=0)
        np.testing.assert_allclose((row.precision, row.recall, row.f1), of[:3])
        assert row.support == len(made)
    assert [row.label for row in made.report] == [*map(str, DIGITS), "macro average", "weighted average"]


@few
@given(evaluations())
def test_refusing_below_a_probability_leaves_what_a_count_finds(made):
    coverage, risk = made.risk_coverage
    for place, threshold in enumerate(sorted(made.probability, reverse=True)):
        answered = made.probability >= threshold
        assert coverage[place] == answered.mean()
        assert risk[place] == pytest.approx(1 - made.is_right[answered].mean())
    assert risk[-1] == pytest.approx(1 - made.accuracy.accuracy)


@few
@given(evaluations(), st.randoms(use_true_random=False))
def test_the_order_of_the_images_changes_no_figure(made, random):
    order = random.sample(range(len(made)), len(made))
    other = evaluation(made.probabilities[order], made.labels[order], made.novelty[order])
    np.testing.assert_array_equal(other.risk_coverage, made.risk_coverage)
    np.testing.assert_array_equal(other.confusion, made.confusion)
    assert other.calibration_error == pytest.approx(made.calibration_error)
    assert other.sure(0.5) == pytest.approx(made.sure(0.5), nan_ok=True)


@few
@given(evaluations())
def test_mistakes_are_all_that_is_wrong_with_the_worst_first(made):
    assert set(made.mistakes) == set(np.flatnonzero(made.digits != made.labels))
    assert (np.diff(made.losses[made.mistakes]) <= 0).all()
    assert len(made.mistakes) == made.accuracy.errors


@few
@given(evaluations())
def test_all_figures_are_json(made):
    figures = json.loads(json.dumps(made.to_json(), allow_nan=False))
    assert (
        figures["errors"] == len(figures["mistakes"]) == np.sum(figures["confusion"]) - np.trace(figures["confusion"])
    )


@pytest.mark.parametrize(("right", "images"), [(0, 1), (1, 1), (7, 14), (13, 14), (899, 900), (9_971, 10_000)])
def test_the_interval_is_scipys_to_the_last_bit(right, images):
    found, oracle = accuracy_of(right, images), binomtest(right, images).proportion_ci(0.95, method="wilson")
    assert (found.images, found.errors) == (images, images - right)
    assert (found.low, found.high) == (oracle.low, oracle.high)


def test_figures_of_what_the_web_shows_load_neither_scikit_learn_nor_scipy(data_folder):
    """Every figure of an evaluation, a comparison and a report, with all modules of the pages in one process."""
    program = f"""
import importlib, pkgutil, sys
import mnist_ui
for each in pkgutil.walk_packages(mnist_ui.__path__, "mnist_ui."):
    importlib.import_module(each.name)
from mnist_core.model.bundle import model_folder, read_card
from mnist_core.readings.comparison import compare
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.report.report import html_report
known = stored_evaluation("{SHIPPED}", "mnist")
known.to_json()
compared = compare(known, known)
assert "Each digit" in html_report("{SHIPPED}", read_card(model_folder("{SHIPPED}")), [known], compared)
print(sorted({{"sklearn", "scipy", "tensorflow", "keras"}} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stdout == "[]\n", ran.stderr


# By hand


def test_wilsons_interval_is_that_of_the_textbook():
    # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I: 81 of 263.
    accuracy = accuracy_of(81, 263)
    assert (accuracy.low, accuracy.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_calibration_error_is_that_of_a_sum_on_paper():
    probabilities = np.zeros((5, 10))
    stated = [0.95, 0.95, 1.0, 0.55, 0.55]
    probabilities[:, 3], probabilities[:, 4] = stated, np.subtract(1, stated)
    # Three in the highest tenth: 0.9667 stated, two right. Two from 0.5 to 0.6: 0.55 stated, one right.
    made = evaluation(probabilities, [3, 8, 3, 3, 4])
    assert made.calibration_error == pytest.approx(3 / 5 * (2.9 / 3 - 2 / 3) + 2 / 5 * 0.05)
    assert [images for images, _, _ in made.reliability] == [2, 3]


def test_how_often_sure_answers_are_right():
    probabilities = np.zeros((4, 10))
    probabilities[:, 0], probabilities[:, 1] = [1, 0.75, 0.75, 0.5], [0, 0.25, 0.25, 0.5]
    made = evaluation(probabilities, [0, 0, 1, 1])
    assert made.sure(0.75) == (3, pytest.approx(2 / 3))
    assert made.sure() == (1, 1.0)
    assert made.to_json()["sure"] == {"threshold": 0.9, "images": 1, "right": 1.0}
    np.testing.assert_array_equal(made.risk_coverage[0], [0.25, 0.75, 0.75, 1])
    np.testing.assert_allclose(made.risk_coverage[1], [0, 1 / 3, 1 / 3, 1 / 2])
    assert made.mistakes.tolist() == [2, 3]


# Degenerate


def test_one_image():
    made = saying([4], [4])
    assert (made.accuracy.images, made.accuracy.errors, made.accuracy.high) == (1, 0, 1)
    assert 0 < made.accuracy.low < 0.5
    assert [row.f1 for row in made.report] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1]


def test_all_right_and_certain():
    made = saying(list(DIGITS), list(DIGITS), stated=1)
    assert (made.accuracy.errors, made.loss, made.calibration_error, len(made.mistakes)) == (0, 0, 0, 0)
    assert math.copysign(1, made.loss) == 1
    assert made.sure() == (10, 1)
    assert {row.f1 for row in made.report} == {1}


def test_all_wrong_and_certain():
    made = saying([1, 2, 3], [2, 3, 1], stated=1)
    assert (made.accuracy.errors, made.accuracy.accuracy, made.accuracy.low) == (3, 0, 0)
    assert made.loss == pytest.approx(-math.log(np.finfo(np.float32).tiny))
    assert made.calibration_error == 1
    assert {row.f1 for row in made.report} == {0}


def test_one_class_only():
    made = saying([7, 7, 1, 7], [7, 7, 7, 7])
    seven, one = made.report[7], made.report[1]
    assert (seven.precision, seven.recall, seven.support) == (1, 0.75, 4)
    assert (one.precision, one.recall, one.support) == (0, 0, 0)
    assert made.report[10].recall == pytest.approx(0.75 / 2)  # of the digits that are shown or read


def test_a_class_that_is_never_read():
    made = saying([0, 0, 1], [0, 2, 1])
    assert (made.report[2].precision, made.report[2].recall, made.report[2].support) == (0, 0, 1)


def test_an_answer_counts_as_sure_from_nine_tenths_on():
    limit = np.float32(SURE_IN_FIGURES)
    assert saying([1, 2], [1, 3], stated=limit).sure() == (2, 0.5)
    assert saying([1, 2], [1, 3], stated=np.nextafter(limit, np.float32(0))).sure()[0] == 0


def test_what_is_novel_is_rejected_from_the_limit_on():
    novelty = [NOVEL, np.nextafter(np.float32(NOVEL), np.float32(0)), 1, 0]
    assert evaluation(np.full((4, 10), 0.1), [0] * 4, novelty).rejected == 0.5


def test_nothing_that_is_sure():
    images, right = saying([1, 2], [1, 2], stated=0.5).sure()
    assert images == 0
    assert math.isnan(right)


# What is refused


FAULTS = [
    (np.ones((2, 10)), r"add up to 1.*2 of 2"),
    (np.zeros((2, 10)), "add up to 1"),
    (np.full((2, 10), np.nan), r"from 0 to 1.*nan"),
    (np.full((2, 10), np.inf), r"from 0 to 1.*inf"),
    (np.eye(10)[:2] * 1.5 - 0.05, r"from 0 to 1"),
    (np.full((2, 9), 1 / 9), r"ten probabilities .*\(2, 9\)"),
    (np.full((3, 10), 0.1), r"ten probabilities .*\(3, 10\)"),
    (np.full(20, 0.1), "ten probabilities"),
]


@pytest.mark.parametrize(("probabilities", "message"), FAULTS, ids=range(len(FAULTS)))
def test_what_is_not_ten_probabilities_is_refused(probabilities, message):
    with pytest.raises(BundleError, match=f"{message}.*Choose another model"):
        evaluation(probabilities, [0, 1], novelty=[0, 0])


def test_logits_of_a_single_image_among_many_are_found():
    probabilities = np.full((5, 10), 0.1)
    probabilities[3, 0] = 9
    with pytest.raises(BundleError, match=r"image 3, and such for 1 of 5"):
        evaluation(probabilities, [0] * 5)


@pytest.mark.parametrize("novelty", [[0], [0, 2], [0, np.nan], [[0], [0]]], ids=str)
def test_what_is_no_novelty_is_refused(novelty):
    with pytest.raises(BundleError, match="novelty"):
        evaluation(np.full((2, 10), 0.1), [0, 1], novelty)


@pytest.mark.parametrize("labels", [[0, 10], [[0], [1]]], ids=str)
def test_what_is_no_label_is_refused(labels):
    with pytest.raises(DatasetError, match="Labels"):
        evaluation(np.full((2, 10), 0.1), labels)


def test_an_empty_dataset_is_refused(recognizer):
    empty = Dataset("none", np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8), {"test": slice(0, 0)}, "", "")
    with pytest.raises(DatasetError, match="none must have at least one image"):
        evaluate(recognizer, empty)
    with pytest.raises(DatasetError, match="at least one image"):
        evaluation(np.empty((0, 10)), [])


def test_nobody_changes_an_evaluation():
    made = saying([1, 2], [1, 3])
    for array in (made.probabilities, made.losses, made.confusion, made.mistakes, *made.risk_coverage):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


# Kept and fresh


@pytest.fixture(scope="module")
def fresh():
    return fresh_evaluation(SHIPPED, "uci-digits")


def test_what_is_kept_of_the_shipped_model_is_what_it_reads(fresh):
    stored = stored_evaluation(SHIPPED, "uci-digits")
    assert (stored.model, stored.dataset) == (fresh.model, "uci-digits")
    np.testing.assert_array_equal(stored.labels, fresh.labels)
    # Another processor rounds in another way.
    np.testing.assert_allclose(stored.probabilities, fresh.probabilities, atol=1e-3)
    np.testing.assert_allclose(stored.novelty, fresh.novelty, atol=1e-3)
    assert stored.loss == pytest.approx(fresh.loss, rel=1e-3)


@pytest.mark.parametrize("name", TESTS)
def test_the_shipped_models_card_has_the_figures_of_what_is_kept(name, fresh_home):
    stated, kept = read_card(model_folder(SHIPPED)).scores[name], stored_evaluation(SHIPPED, name).score
    assert replace(stated, loss=0, reliability=()) == replace(kept, loss=0, reliability=())
    assert kept.loss == pytest.approx(stated.loss, rel=1e-6)
    np.testing.assert_allclose(kept.reliability, stated.reliability, rtol=1e-6)


@few
@given(evaluations())
def test_keeping_changes_no_figure(tmp_path_factory, made):
    folder = tmp_path_factory.mktemp("kept")
    write_evaluations(folder, [replace(made, dataset="other"), made])
    files = {GRAPH: made.model, EVALUATION: file_sha256(folder / EVALUATION)}
    again = read_evaluation(folder, replace(read_card(model_folder(SHIPPED)), files=files), "made up")
    for figure in ("digits", "probability", "losses", "novelty", "labels", "mistakes", "risk_coverage"):
        np.testing.assert_array_equal(getattr(again, figure), getattr(made, figure))
    assert again.score == made.score
    lost = made.probabilities - again.probabilities
    assert 0 <= lost.min() <= lost.max() < STORED_STEP


def keep(folder, kept):
    """Keep evaluations in the place of those that a model has, and note that on its card."""
    (folder / EVALUATION).unlink(missing_ok=True)
    write_evaluations(folder, kept)
    write_card(folder, read_card(folder))


def test_predictions_of_another_model_are_refused(copy, fresh):
    keep(copy, [replace(fresh, model="b" * 64)])
    with pytest.raises(BundleError, match=rf"SHA-256 {fresh.model[:12]}.*those of bbbbbbbbbbbb\.\.\.\. Evaluate"):
        stored_evaluation("copy", "uci-digits")


def test_predictions_that_the_card_does_not_know_are_refused(copy):
    content = bytearray((copy / EVALUATION).read_bytes())
    content[-1] ^= 1
    (copy / EVALUATION).write_bytes(content)
    with pytest.raises(BundleError, match=r"evaluation\.npz must have SHA-256"):
        stored_evaluation("copy", "uci-digits")
    (copy / EVALUATION).unlink()
    with pytest.raises(BundleError, match=r"evaluation\.npz cannot be read"):
        stored_evaluation("copy", "uci-digits")


def without(arrays, name):
    return {key: array for key, array in arrays.items() if not key.endswith(name)}


DAMAGES = [
    (lambda _: b"no archive", "must have what the model makes"),
    (lambda _: b"", "must have what the model makes"),
    (lambda arrays: {"labels": arrays["uci-digits.labels"]}, "must have what the model makes"),
    (lambda arrays: without(arrays, "model"), "must have what the model makes"),
    (lambda arrays: without(arrays, "novelty"), "must have what the model makes"),
    (lambda arrays: arrays | {"uci-digits.labels": np.array([None])}, "must have what the model makes"),
    (lambda arrays: arrays | {"uci-digits.probabilities": np.ones((359, 10), np.float32)}, "add up to 1"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES, ids=range(len(DAMAGES)))
def test_a_file_that_matches_its_card_but_is_none_is_refused(copy, damage, message):
    with np.load(copy / EVALUATION) as kept:
        content = damage(dict(kept))
    if isinstance(content, dict):
        stream = io.BytesIO()
        np.savez(stream, **content)
        content = stream.getvalue()
    (copy / EVALUATION).write_bytes(content)
    write_card(copy, read_card(copy))
    with pytest.raises(BundleError, match=message):
        stored_evaluation("copy", "uci-digits")


def test_a_model_of_an_older_version_has_what_was_read_of_a_whole_dataset(copy, fresh):
    keep(copy, [])
    assert EVALUATION not in verify_bundle(copy).files
    assert EVALUATION not in card_in_markdown(verify_bundle(copy))
    assert stored_evaluation("copy", "uci-digits") is None
    assert stored_evaluation("copy", "mnist") is None  # it is not on this machine
    compute_readings("copy", load_dataset("uci-digits"))
    found = stored_evaluation("copy", "uci-digits")
    np.testing.assert_array_equal(found.labels, fresh.labels)
    np.testing.assert_allclose(found.probabilities, fresh.probabilities, atol=1e-5)
    assert found.model == fresh.model


def test_a_dataset_that_was_not_there_at_training_is_not_kept(copy, fresh):
    keep(copy, [fresh])
    assert stored_evaluation("copy", "uci-digits").score == fresh.score
    assert stored_evaluation("copy", "pen-digits") is None
    assert stored_evaluation("copy", "drawings") is None


def test_what_is_kept_of_the_shipped_model_is_small():
    assert (model_folder(SHIPPED) / EVALUATION).stat().st_size < 200_000


def test_progress_is_told_to_the_end(recognizer):
    told = []
    images = np.zeros((STEP + 1, 28, 28), np.uint8)
    empty = Dataset("blank", images, np.zeros(STEP + 1, np.uint8), {}, "", "")
    made = evaluation_of(recognizer, empty, "x", lambda *numbers: told.append(numbers))
    assert told == [(STEP, STEP + 1), (STEP + 1, STEP + 1)]
    assert (made.model, made.dataset, len(made)) == ("x", "blank", STEP + 1)
    assert evaluate(recognizer, empty) == made.score


@pytest.mark.parametrize(("name", "dataset", "error"), [("nobody", "mnist", BundleError), (SHIPPED, "x", DatasetError)])
def test_a_model_or_dataset_that_is_not_there_is_named(fresh_home, name, dataset, error):
    with pytest.raises(error, match=name if name != SHIPPED else "Received: 'x'"):
        fresh_evaluation(name, dataset)


# On the command line


def test_the_command_gives_every_figure(fresh, capsys):
    assert main(["evaluate", "--data", "uci-digits", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["uci-digits"]
    assert figures == json.loads(json.dumps(fresh.to_json()))
    assert main(["evaluate", "--data", "uci-digits"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert f"({fresh.accuracy.errors} of 359 wrong; 95 % interval {fresh.accuracy.low:.2%} to " in first
    assert f"loss {fresh.loss:.4f}, calibration error {fresh.calibration_error:.2%}; right " in second


def test_the_command_writes_a_page(tmp_path, capsys):
    target = tmp_path / "report.html"
    for _ in range(2):  # the second in the place of the first
        assert main(["evaluate", "--data", "uci-digits", "--html", str(target)]) == 0
        assert capsys.readouterr().out == f"Written to {target}\n"
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    (tmp_path / "file").touch()
    assert main(["evaluate", "--data", "uci-digits", "--html", str(tmp_path / "file" / "a.html")]) == 1
    assert "The report could not be written" in capsys.readouterr().err
