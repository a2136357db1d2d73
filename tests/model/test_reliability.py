"""How often a model's answers are right, by how sure it is."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from mnist_core.errors import DatasetError
from mnist_core.model.bundle import SHIPPED, model_folder, read_card
from mnist_core.model.card import ModelCard
from mnist_core.model.reliability import EDGES, FEWEST, Reliability, counted, interval
from mnist_core.records import DamagedError, record
from mnist_core.types import NOVEL, SURE, Prediction, Readings

FOUND = Reliability(("mnist",), 1_000, (0.0, 0.8, 0.99), (50, 150, 790), (30, 140, 789))


def readings(*each):
    """Readings of images such as (0.9, 0.1, True): probability, novelty, whether it is right."""
    probabilities = np.zeros((len(each), 10), np.float32)
    for row, (probability, _novelty, _is_right) in zip(probabilities, each, strict=True):
        row[3], row[[0, 1, 2]] = probability, (1 - probability) / 3
    labels = np.array([3 if is_right else 9 for *_rest, is_right in each], np.uint8)
    return Readings(probabilities, np.array([novelty for _p, novelty, _r in each], np.float32), labels=labels)


def test_answers_are_counted_by_how_sure_they_are_and_refused_digits_are_not():
    low = (0.4, 0, True), (0.6, 0, False), (0.85, 0, True), (0.96, 0, True), (0.995, 0.1, True)
    high = (1.0, 0, True), (1.0, 0, False), (1.0, NOVEL, False)
    found = Reliability.of(readings(*low, *high), ("mnist", "pen-digits"))
    assert (found.digits, found.refused, found.datasets) == (8, 1, ("mnist", "pen-digits"))
    assert found.answers == (1, 1, 1, 1, 1, 2)
    assert found.right == (1, 0, 1, 1, 1, 1)
    assert found.bins[1] == (0.5, SURE, 1, 0)


def test_a_reading_at_an_edge_is_counted_above_it_as_it_is_told():
    at = float(np.float32(SURE))
    found = Reliability.of(readings((at, 0, True)), ())
    (prediction,) = readings((at, 0, True)).predictions
    assert prediction.is_sure
    assert found.counted(prediction.probability) == (1, 1)


def test_what_images_show_must_be_known():
    with pytest.raises(DatasetError):
        Reliability.of(replace(readings((0.9, 0, True)), labels=None), ())


@pytest.mark.parametrize(
    ("probability", "times"),
    [(0.3, (46, 100)), (0.8, (88, 100)), (0.98, (88, 100)), (0.99, (992, 1000)), (1.0, (992, 1000))],
)
def test_no_more_is_claimed_than_the_lower_end_of_the_interval(probability, times):
    right, answers = FOUND.counted(probability)
    assert FOUND.times(probability) == times
    assert times[0] / times[1] <= interval(right, answers)[0] < right / answers


def test_many_answers_must_be_right_before_990_in_1000_are_said():
    def said(answers):
        return Reliability((), answers, (0.0,), (answers,), (answers,)).times(0.5)

    assert said(FEWEST - 1) is None
    assert said(FEWEST) == (92, 100)
    assert said(188) == (97, 100)
    assert said(189) == (980, 1000)
    assert said(381) == (990, 1000)


def test_the_interval_is_wilsons():
    # R, prop.test(c(8, 10), correct = FALSE) and the paper's formula.
    assert interval(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-7)
    assert interval(0, 10) == pytest.approx((0, 0.2775328), abs=1e-7)
    assert interval(10, 10) == pytest.approx((0.7224672, 1), abs=1e-7)


@pytest.mark.parametrize(
    "change",
    [
        {"edges": (0.1, 0.8, 0.99)},
        {"edges": (0.0, 0.8, 0.8)},
        {"edges": (0.0, 0.8, 1.0)},
        {"edges": ()},
        {"answers": (50, 150)},
        {"answers": (50, 150, 801)},
        {"right": (51, 140, 789)},
        {"right": (-1, 140, 789)},
        {"right": (30.5, 140, 789)},
        {"digits": None},
        {"of": "whom"},
    ],
)
def test_figures_that_cannot_be_are_refused(change):
    with pytest.raises(DamagedError):
        record(Reliability, asdict(FOUND) | change)


def test_a_card_carries_them_and_one_of_before_has_none():
    card = replace(read_card(model_folder(SHIPPED)), reliability=FOUND)
    assert ModelCard.from_json(card.to_json()) == card
    values = json.loads(card.to_json())
    del values["reliability"]
    older = ModelCard.from_json(json.dumps(values))
    assert older.reliability is None
    assert "reliability" not in json.loads(older.to_json())


def test_programs_are_told_the_counts_of_digits_alone():
    sure = np.eye(10, dtype=np.float32)[4]
    assert counted(Prediction(sure, 0.0), FOUND) == {"answers": 790, "right": 789}
    assert counted(Prediction(sure, NOVEL), FOUND) is None
    assert counted(Prediction(sure, 0.0), None) is None


def test_the_shipped_model_carries_them():
    found = read_card(model_folder(SHIPPED)).reliability
    assert found is not None
    assert found.edges == EDGES
    assert found.times(1.0) is not None
