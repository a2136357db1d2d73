import re

import numpy as np
import pytest

from mnist_core.reader.answer import percent
from mnist_ui.durations import duration
from mnist_ui.figures.curves import compared_curves, training_curve
from mnist_ui.figures.digits import digit_grid, reading_grid
from mnist_ui.figures.facts import facts
from mnist_ui.figures.live_curves import WITHIN, live_curve, live_points


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0.0 %"), (1e-6, "< 0.1 %"), (0.5, "50.0 %"), (0.9994, "99.9 %"), (0.99999, "> 99.9 %"), (1, "> 99.9 %")],
)
def test_percent_never_rounds_to_certainty(share, text):
    assert percent(share) == text


@pytest.mark.parametrize("measure", ["loss", "accuracy"])
def test_a_curve_shows_the_history_it_is_given(measure):
    history = {"loss": [1.0, 0.5], "val_loss": [0.9, 0.6], "accuracy": [0.7, 0.8], "val_accuracy": [0.75, 0.7]}
    figure = training_curve(history, measure)
    assert [list(trace.y) for trace in figure.data] == [history[measure], history[f"val_{measure}"]]
    assert [list(trace.x) for trace in figure.data] == [[1, 2]] * 2


# Training


def images(count):
    return np.full((count, 28, 28), 200, np.uint8)


def test_digits_that_are_read_right_are_framed_so():
    html = reading_grid(images(3), [1, 2, 3], [1, 7, 3])
    assert 'data-right="2"' in html
    assert re.findall(r'<li class="(.*?)">.*?<span>(.*?)</span>', html) == [
        ("is-right", "1"),
        ("is-wrong", "7"),
        ("is-right", "3"),
    ]
    assert "2 of 3 test digits are read right" in html


def test_before_the_first_look_no_digit_is_right_or_wrong():
    html = reading_grid(images(3), [1, 2, 3], [])
    assert html.count("is-unread") == 3
    assert "is-right" not in html
    assert "is-wrong" not in html


def test_pictures_in_a_grid_are_whole_and_said_for_who_cannot_see_them():
    html = digit_grid(images(20), 'Digits & "more"')
    assert html.count("<img") == 20
    assert "Digits &amp; &#x22;more&#x22;" in html


def test_facts_are_escaped():
    assert facts({"a<b": "1 & 2"}) == '<dl class="facts"><div><dt>a&lt;b</dt><dd>1 &amp; 2</dd></div></dl>'


def test_a_growing_curve_has_its_steps_and_its_epochs():
    steps = [{"place": n / 10, "loss": 1.0, "accuracy": 0.5} for n in range(1, 20)]
    epochs = [{"loss": 0.5, "val_loss": 0.4, "accuracy": 0.8, "val_accuracy": 0.9}]
    points = live_points(steps, epochs, "accuracy")
    assert points["part"] == [WITHIN] * 19 + ["training", "validation"]
    assert points["place"][-3:] == [1.9, 1.0, 1.0]
    assert points["value"][-2:] == [0.8, 0.9]
    assert live_points([], [], "loss") == {"place": [], "value": [], "part": []}


def test_a_long_curve_is_thinned_but_keeps_its_epochs():
    steps = [{"place": n / 1000, "loss": 1.0} for n in range(5000)]
    assert 200 < len(live_points(steps, [{"loss": 1, "val_loss": 1}] * 5, "loss")["value"]) < 600


def test_the_form_of_a_growing_curve_does_not_depend_on_its_points():
    assert live_curve("loss", 5) == live_curve("loss", 5)
    assert live_curve("loss", 5)["encoding"]["x"]["scale"] == {"domain": [0, 5]}
    assert live_curve("loss", 5)["encoding"]["y"]["scale"]["type"] == "log"


def test_runs_are_laid_over_each_other_in_colours_of_their_own():
    history = {"val_loss": [0.3, 0.2], "val_accuracy": [0.8, 0.9]}
    figure = compared_curves({"a": history, "b": history}, "accuracy")
    assert [trace.name for trace in figure.data] == ["a", "b"]
    assert list(figure.data[0].y) == [0.8, 0.9]
    assert figure.data[0].line.color != figure.data[1].line.color


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "not measured yet"), (1, "about 5 s"), (44, "about 40 s"), (100, "about 2 min"), (6000, "about 1.7 h")],
)
def test_durations_are_said_as_people_do(seconds, words):
    assert duration(seconds) == words
