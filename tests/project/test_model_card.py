"""The figures of docs/results/model-card.md are those of the model's record and of what it made of the test images."""

import re

import pytest

from mnist_core.model.bundle import read_card
from mnist_core.paths import SHIPPED_MODELS
from mnist_core.readings.evaluation_file import stored_evaluation
from tests.project.tables import ROOT, interval, percent, rows

PAGE = "docs/results/model-card.md"
DATASETS = {"MNIST test": "mnist", "pen-digits test": "pen-digits", "uci-digits test": "uci-digits"}
CONDITIONS = {
    "turned by -20 degrees": "turned -20 degrees",
    "turned by 20 degrees": "turned +20 degrees",
    "slanted by -0.3": "slanted -0.3",
    "slanted by 0.3": "slanted +0.3",
    "seen as pixels, pen of 60 px": "pixels, pen of 60 px",
    "filling a tenth of the canvas, pen of 60 px": "filling 10% with a pen of 60 px",
    "on generated photos": "photos",
    "worst style: one with a flag": "style: one with a flag",
    "numbers with clear gaps, all digits right": "numbers with clear gaps",
    "numbers whose neighbours touch, all digits right": "numbers with touching neighbours",
    "the same as pictures": "numbers with touching neighbours, as pixels",
}
STRANGERS = ("all kinds", "printed letters", "two digits", "tangles", "halves of digits")


@pytest.fixture(scope="module")
def card():
    return read_card(SHIPPED_MODELS / "default")


@pytest.fixture(scope="module")
def text():
    return (ROOT / PAGE).read_text("utf-8").replace("\n", " ")


def tables():
    """The page's rows under each heading of a table: the same dataset heads a row in two of them."""
    parts = (ROOT / PAGE).read_text("utf-8").split("Digit by digit")
    first = rows(PAGE)
    recalls = dict(re.findall(r"^\| (.+?) \| (.+) \|$", parts[1].split("Where it is worst")[0], re.MULTILINE))
    scores = dict(re.findall(r"^\| (.+?) \| (.+) \|$", parts[0], re.MULTILINE))
    return first, scores, recalls


@pytest.mark.parametrize("title", DATASETS)
def test_scores(title, card):
    _all, scores, _recalls = tables()
    score = card.scores[DATASETS[title]]
    assert scores[title].split(" | ") == [
        f"{score.images:,}",
        str(score.errors),
        percent(1 - score.errors / score.images, 2),
        interval(score.low, score.high, 2),
        f"{score.loss:.4f}",
        percent(score.calibration_error, 2),
        percent(score.rejected, 2),
    ]


@pytest.mark.parametrize("title", DATASETS)
def test_recall_of_each_digit(title):
    _all, _scores, recalls = tables()
    report = stored_evaluation("default", DATASETS[title]).report[:10]
    assert recalls[title].split(" | ") == [f"{100 * each.recall:.1f}" for each in report]


@pytest.mark.parametrize("title", CONDITIONS)
def test_conditions(title, card):
    read = card.handwriting[CONDITIONS[title]]
    assert rows(PAGE)[title] == [
        str(read.errors),
        f"{read.images:,}",
        percent(1 - read.errors / read.images, 1),
        interval(read.low, read.high, 1),
    ]


def test_the_style_that_is_called_worst_is_the_worst(card):
    styles = {name: read.errors / read.images for name, read in card.handwriting.items() if name.startswith("style: ")}
    assert max(styles, key=lambda name: styles[name]) == CONDITIONS["worst style: one with a flag"]


@pytest.mark.parametrize("kind", STRANGERS)
def test_what_is_no_digit(kind, card):
    told = card.non_digits[kind]
    assert rows(PAGE)[kind] == [f"{told.images:,}", f"{told.auroc:.3f}", percent(told.rejected, 1)]


def test_how_often_sure_answers_are_right(text):
    for name in DATASETS.values():
        evaluation = stored_evaluation("default", name)
        sure, right = evaluation.sure()
        assert percent(right, 2) in text
        assert re.search(rf"\({sure:,} of {len(evaluation):,}", text)


def test_where_it_is_worst(text):
    coarse, pens = (stored_evaluation("default", name).confusion for name in ("uci-digits", "pen-digits"))
    assert f"of the {coarse[1].sum()} ones of the coarse scans {coarse[1, 8]} are read as eights" in text
    assert f"new writers' {pens[9].sum()} nines {pens[9, 7] + pens[9, 3]} are read as sevens and threes" in text
    assert f"of their {pens[4].sum()} fours {pens[4].sum() - pens[4, 4]} as something else" in text


def test_details_and_training_data(card, text):
    folder = SHIPPED_MODELS / "default"
    for said in (
        f"{card.parameters:,} weights",
        f"Keras {card.versions['keras']} on TensorFlow {card.versions['tensorflow']}",
        f"{card.epochs} epochs of AdamW, batches of {card.config['batch_size']}, seed {card.config['seed']}",
        f"{card.seconds / 60:.0f} minutes on two processor cores",
        f"`model.keras` ({(folder / 'model.keras').stat().st_size / 1000:.0f} kB)",
        f"`model.tflite` ({(folder / 'model.tflite').stat().st_size / 1000:.0f} kB)",
        f"{card.split['training']:,} images: nine tenths",
        f"{card.config['non_digits']:,} pictures that are not digits",
        f"{card.split['validation']:,} images, of which 6,000 are MNIST's, 2,996 the held-out pen strokes four times",
    ):
        assert said in text, said
    assert card.created.startswith("2026-11-21")
