import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core import language
from mnist_core.errors import ConfigError
from mnist_core.training.costs import seconds_expected
from mnist_core.training.presets import PRESETS
from mnist_core.tuning.results import Importance, Search
from mnist_core.tuning.settings import SearchSettings, trial_config
from mnist_core.tuning.space import HYPERPARAMETERS
from mnist_ui.figures.parallel import parallel_coordinates
from mnist_ui.figures.search import (
    LEAST,
    best_chart,
    best_points,
    error_of,
    importance_bars,
    marks,
    score_words,
    trial_chart,
    trial_points,
    value_words,
)
from mnist_ui.tune import spaces
from mnist_ui.tune.searching import BUILD_S, START_S, most_seconds, quick_example
from tests.searches import SETTINGS, TRIALS, search, trial

LOSS = replace(SETTINGS, objective="val_loss")


def axes(coordinates):
    return {each["label"].replace("\n", " "): each for each in coordinates["axes"]}


@given(st.floats(1e-5, 1), st.floats(1.01, 1000))
def test_marks_are_within_in_order_and_enough_to_read_an_axis(low, factor):
    found = marks(low, low * factor)
    assert len(found) >= 3
    assert found == sorted(set(found))
    assert all(low * 0.99 <= each <= low * factor * 1.01 for each in found)


def test_a_score_is_a_share_or_a_number():
    assert score_words(SETTINGS, 0.975) == "97.50 %"
    assert score_words(LOSS, 0.08121) == "0.0812"
    assert score_words(SETTINGS, None) == "–"
    assert [value_words(each) for each in (True, False, 32, 0.00051067, 0.5)] == [
        "yes",
        "no",
        "32",
        "0.0005107",
        "0.5",
    ]


def test_less_error_is_always_the_better_score():
    assert error_of(SETTINGS, 0.99) < error_of(SETTINGS, 0.9)
    assert error_of(LOSS, 0.1) < error_of(LOSS, 0.2)
    assert error_of(SETTINGS, 1.0) == error_of(LOSS, 0.0) == LEAST


@pytest.mark.parametrize(("settings", "pick"), [(SETTINGS, np.maximum), (LOSS, np.minimum)], ids=["accuracy", "loss"])
def test_best_so_far_is_the_running_best_of_all_trials_with_a_score(settings, pick):
    points = best_points(search(settings=settings, seconds=12.0))
    scores = [each.score for each in TRIALS if each.score]
    best = [error_of(settings, each) for each in pick.accumulate(scores)]
    rows = list(zip(points["part"], points["minutes"], points["error"], strict=True))
    assert [row[2] for row in rows if row[0] == "one trial"] == [error_of(settings, each) for each in scores]
    assert [row[2] for row in rows if row[0] == "best so far"] == [*best, best[-1]]
    assert rows[-1][1] == 12.0 / 60  # the line goes on until now
    assert points["trial"][:2] == [
        f"Trial 1: {score_words(settings, 0.9)}",
        f"Trial 2: {score_words(settings, 0.975)}",
    ]


def test_before_the_first_trial_the_charts_are_empty_and_no_error():
    empty = Search(SETTINGS)
    assert not any(best_points(empty).values())
    assert not any(trial_points(empty, []).values())
    assert best_chart(empty)["encoding"]["y"]["scale"]["domain"][0] > 0
    assert trial_chart(empty, [])["encoding"]["x"]["scale"]["domain"] == [1, 2]
    assert parallel_coordinates(empty)["axes"][0]["values"] == []
    assert parallel_coordinates(empty)["colours"] == []


@pytest.mark.parametrize("score", [0.0, 0.1, 0.9722, 1.0])
def test_the_axis_of_a_single_score_holds_it_and_has_round_marks(score):
    only = Search(SETTINGS, [trial(1, score)])
    axis = best_chart(only)["encoding"]["y"]
    low, high = axis["scale"]["domain"]
    assert 0 < low < error_of(SETTINGS, score) <= high <= 1
    assert all(low <= mark <= high and float(f"{mark:.1g}") == mark for mark in axis["axis"]["values"])


def test_the_specification_stays_while_nothing_but_time_goes_by():
    assert best_chart(search(seconds=8.0)) == best_chart(search(seconds=9.5))


def test_curves_are_of_the_objective_and_say_which_trial_is_the_best():
    found = search()
    points = trial_points(found, [TRIALS[0], TRIALS[1]])
    rows = list(zip(points["trial"], points["part"], points["epoch"], points["value"], strict=True))
    assert [row[3] for row in rows if row[:2] == ("Trial 2, the best", "validation")] == [0.6, 0.8, 0.975]
    assert [row[3] for row in rows if row[:2] == ("Trial 1", "training")] == pytest.approx([0.7, 0.75, 0.8])
    losses = trial_points(search(settings=LOSS), [TRIALS[0]])
    assert losses["value"][1::2] == pytest.approx([0.6, 0.5, 0.4])


def test_an_epoch_that_was_no_number_is_left_out():
    broken = trial(5, None, "failed", epochs=({"accuracy": 0.1, "val_accuracy": None},))
    points = trial_points(search(), [broken])
    assert (points["epoch"], points["value"], points["part"]) == ([1], [0.1], ["training"])


def test_each_trial_with_a_score_is_a_line_through_its_values():
    found = axes(parallel_coordinates(search()))
    scored = sorted((each for each in TRIALS if each.score), key=lambda each: each.score)
    labels = [HYPERPARAMETERS[name].label for name in SETTINGS.space.varied]
    assert list(found) == [*labels, "Validation accuracy"]  # the kernel has one value
    assert list(found["Filters in the first block"]["values"]) == [each.values["filters"] for each in scored]
    rate = found["Learning rate"]
    assert list(rate["values"]) == pytest.approx([math.log10(each.values["learning_rate"]) for each in scored])
    assert list(rate["range"]) == [-4, -2]
    shown = dict(zip(rate["ticktext"], rate["tickvals"], strict=True))
    assert shown["0.001"] == pytest.approx(-3)


def test_sets_have_a_mark_for_each_value_in_order():
    found = axes(parallel_coordinates(search()))
    assert found["Dropout"]["ticktext"] == ["0.1", "0.5"]
    assert list(found["Dropout"]["values"]) == [0, 1, 1]  # 0.1, 0.5, 0.5
    assert found["Batch normalisation"]["ticktext"] == ["no", "yes"]
    assert list(found["Batch normalisation"]["values"]) == [0, 1, 1]


@pytest.mark.parametrize("settings", [SETTINGS, LOSS], ids=["accuracy", "loss"])
def test_the_best_score_is_on_top_and_drawn_last_in_orange(settings):
    found = parallel_coordinates(search(settings=settings))
    score = found["axes"][-1]
    errors = sorted((error_of(settings, each.score) for each in TRIALS if each.score), reverse=True)
    assert score["values"] == [-math.log10(each) for each in errors]
    assert (found["colours"][0], found["colours"][-1]) == ("#5c45c9", "#e8702a")
    low, high = score["range"]
    assert all(low <= each <= high for each in score["values"])


def test_between_the_worst_and_the_best_colours_are_mixed():
    scores = (0.0, 0.9, 0.99, 0.995)  # errors of 1, 0.1, 0.01 and 0.005
    found = parallel_coordinates(search(trials=[trial(1 + i, each) for i, each in enumerate(scores)]))
    assert len(set(found["colours"])) == 4
    assert all(re.fullmatch("#[0-9a-f]{6}", each) for each in found["colours"])
    alone = parallel_coordinates(search(trials=[trial(1, 0.9)]))
    assert alone["colours"] == ["#e8702a"]


def test_marks_of_a_score_have_no_more_digits_than_they_need():
    texts = axes(parallel_coordinates(search()))["Validation accuracy"]["ticktext"]
    assert set(texts) >= {"95 %", "97 %", "90 %"}


def test_importance_is_sorted_and_says_how_uncertain_it_is():
    shares = {"filters": 0.1, "learning_rate": 0.9}
    html = importance_bars(Importance(shares, {"filters": 0.2, "learning_rate": 0.05}, 9))
    assert re.findall(r'bar-name">(.*?)<', html) == ["Learning rate", "Filters in the first block"]
    assert re.findall(r'bar-value">(.*?)<', html) == ["90 % ± 5", "10 % ± 20"]
    assert re.findall(r"width: (.*?)%", html) == ["90.0", "10.0"]


def test_the_charts_speak_the_language():
    with language.spoken("de"):
        assert score_words(SETTINGS, 0.975) == "97,50\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(("text", "value"), [("32", 32), ("32.0", 32), ("8,5", 8.5)])
def test_what_is_typed_becomes_a_number(text, value):
    assert spaces.typed_number(text, HYPERPARAMETERS["filters"]) == value


@pytest.mark.parametrize("text", ["many", "", "1 2", "0x10"])
def test_what_is_no_number_is_said(text):
    with pytest.raises(ConfigError, match="Filters in the first block: each value must be a number"):
        spaces.typed_number(text, HYPERPARAMETERS["filters"])


def test_every_hyperparameter_has_places_that_a_range_may_have():
    for name, known in HYPERPARAMETERS.items():
        if not known.is_switch:
            places = spaces.PLACES[name]
            assert list(places) == sorted(set(places))
            assert known.low <= places[0] < places[-1] <= known.high


def test_the_time_at_most_is_that_of_the_dearest_trials_or_of_the_budget():
    speeds = dict.fromkeys(PRESETS, 0.001)
    settings = SearchSettings(max_trials=10, max_minutes=600.0)
    total, dearest = most_seconds(settings, speeds)
    largest = {"filters": 48, "dense": 256, "dropout": 0.0, "learning_rate": 0.001}
    expected = seconds_expected(trial_config(settings, largest), "classic", speeds)
    assert dearest == pytest.approx(expected + BUILD_S)
    assert total == pytest.approx(START_S + 10 * dearest)
    assert most_seconds(replace(settings, max_minutes=1.0), speeds)[0] == START_S + 60
    assert most_seconds(settings, {}) is None


def test_the_quick_example_is_small_and_enough_to_say_what_counts():
    settings = quick_example()
    assert settings.base.data == ("uci-digits",)
    assert settings.max_trials >= 8
    assert most_seconds(settings, dict.fromkeys(PRESETS, 0.0003))[0] < 120
