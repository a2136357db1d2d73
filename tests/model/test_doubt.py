"""Readings in words."""

import numpy as np
import pytest

from mnist_core.model.doubt import LEVELS, Verdict, verdict, verdict_of_number
from mnist_core.model.reliability import EDGES, Reliability
from mnist_core.types import SURE, Prediction


def reading(novelty=0.1, **shares):
    """A prediction such as reading(d4=0.6, d9=0.4)."""
    probabilities = np.zeros(10, np.float32)
    for name, share in shares.items():
        probabilities[int(name[1:])] = share
    return Prediction(probabilities, novelty)


# Below 0.5, below `SURE`, and from 0.8, 0.95, 0.99 and 0.999 on.
COUNTED = Reliability(("mnist",), 9_000, EDGES, (10, 90, 40, 300, 800, 7_500), (4, 60, 35, 297, 798, 7_499))


def test_a_clear_digit_has_its_sign_and_says_how_often_that_is_right():
    told = verdict(reading(d7=0.9995, d1=0.0005), 60_000, COUNTED)
    reason = "If this is a digit, an answer like this is right about 999 times in 1,000."
    assert told == Verdict("7", "Almost certain", reason)


@pytest.mark.parametrize(("share", "times"), [(0.995, "990 times in 1,000"), (0.96, "97 times in 100")])
def test_a_less_clear_digit_is_less_often_right(share, times):
    assert times in verdict(reading(d7=share, d1=1 - share), 60_000, COUNTED).reason


def test_of_few_answers_and_of_a_model_that_nobody_has_counted_no_figure_is_given():
    few = verdict(reading(d7=0.9, d1=0.1), 60_000, COUNTED)
    assert few == Verdict("7", "Fairly sure", "There were too few answers like this to count how often they are right.")
    uncounted = verdict(reading(d7=0.9, d1=0.1), 60_000)
    assert uncounted == Verdict("7", "Fairly sure", "Nobody has counted how often this model is right.")


def test_two_digits_that_are_alike_are_named():
    told = verdict(reading(d9=0.55, d4=0.42), 60_000)
    assert told == Verdict("?", "Not sure", "It could be a 4 or a 9.")


def test_a_third_digit_is_named_if_it_is_likely():
    assert verdict(reading(d8=0.5, d3=0.3, d5=0.2), 1).reason == "It could be a 3, a 5 or an 8."
    assert verdict(reading(d8=0.6, d3=0.35, d5=0.05), 1).reason == "It could be a 3 or an 8."


def test_what_is_no_digit_is_unlike_all_examples_however_probable():
    told = verdict(reading(d2=1.0, novelty=0.9), 60_000, COUNTED)
    assert told == Verdict(
        "?", "This does not look like a digit", "It is unlike the 60,000 digits that the network learned from."
    )


SELDOM_RIGHT = Reliability((), 600, EDGES, (100,) * 6, (50,) * 6)


@pytest.mark.parametrize("share", np.linspace(0.11, 1.0, 60).tolist())
def test_a_sign_is_shown_exactly_where_the_network_is_sure(share):
    prediction = reading(d6=share, d0=min(1 - share, 0.1))
    told = verdict(prediction, 60_000, SELDOM_RIGHT)
    assert (told.sign == "6", "is right about" in told.reason) == (prediction.is_sure, prediction.is_sure)
    assert prediction.is_sure == (prediction.probability >= SURE)
    assert "100 %" not in told.reason


def test_levels_go_down_to_where_it_is_sure():
    limits = [level[0] for level in LEVELS]
    assert limits == sorted(limits, reverse=True)
    assert limits[-1] == SURE
    assert set(limits) < set(EDGES)


def test_a_number_of_one_digit_is_that_digit():
    for each in (reading(d3=0.97), reading(d3=0.4, d5=0.4), reading(novelty=0.8, d3=0.9)):
        assert verdict_of_number([each], 60_000, COUNTED) == verdict(each, 60_000, COUNTED)


def test_a_clear_number_says_how_clear_its_least_clear_digit_is():
    digits = [reading(d2=1.0), reading(d0=0.97)]
    told = verdict_of_number(digits, 60_000, COUNTED)
    reason = "The least clear is the second: if it is a digit, an answer like this is right about 97 times in 100."
    assert told == Verdict("20", "2 digits, very sure", reason)
    assert verdict_of_number(digits, 60_000).reason == "Nobody has counted how often this model is right."


def test_a_doubtful_digit_of_a_number_is_a_question_mark_with_its_reason():
    told = verdict_of_number([reading(d2=1.0), reading(d4=0.5, d9=0.5), reading(d6=1.0)], 60_000)
    assert told == Verdict("2?6", "3 digits, of which the second is in doubt", "The second: it could be a 4 or a 9.")


def test_several_doubtful_digits_are_counted():
    told = verdict_of_number([reading(novelty=0.9, d1=1.0), reading(d4=0.5, d9=0.5)], 60_000)
    assert (told.sign, told.headline) == ("??", "2 digits, of which 2 are in doubt")
    assert told.reason.startswith("The first is unlike")


def test_a_long_number_has_places_too():
    digits = [reading(d1=1.0)] * 22 + [reading(d4=0.5, d9=0.5)]
    assert verdict_of_number(digits, 1).reason == "Number 23: it could be a 4 or a 9."


def test_no_prediction_is_no_number():
    with pytest.raises(ValueError, match="at least one digit"):
        verdict_of_number([], 60_000)
