"""Robustness on the page: its figures, how it is asked for, and the live dials."""

import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import jobs, load_dataset
from mnist_core.jobs.job import PROGRESS, append_event, write_state
from mnist_core.model.bundle import SHIPPED, graph_digest
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.robustness import robustness as module
from mnist_core.robustness.corruption import CORRUPTIONS
from mnist_core.robustness.dials import DIALS
from mnist_core.robustness.robustness import Robustness
from mnist_ui.figures.robustness import changed_digits, corruption_bars, dial_curve, large_digit
from mnist_ui.state import paper
from mnist_ui.state.sketch import Sketch
from tests.strokes import SEVEN

KINDS = list(CORRUPTIONS)


@pytest.fixture(scope="module")
def found():
    """A record in which every value is another one."""
    right = iter(range(100, 300))
    dials = {name: tuple(accuracy_of(next(right), 300) for _ in dial.values) for name, dial in DIALS.items()}
    return Robustness(900, accuracy_of(297, 300), dials, {kind: accuracy_of(next(right), 300) for kind in KINDS})


# Figures


@pytest.mark.parametrize("name", DIALS)
def test_a_curve_shows_the_accuracies_with_their_intervals(name, found):
    band, curve = dial_curve(DIALS[name], found.dials[name]).data
    assert list(curve.x) == list(DIALS[name].values)
    assert list(curve.y) == [score.accuracy for score in found.dials[name]]
    edge = [score.high for score in found.dials[name]] + [score.low for score in reversed(found.dials[name])]
    assert list(band.y) == edge
    assert "95 % interval" in curve.customdata[0]


def test_bars_show_the_error_of_each_kind_the_worst_on_top(found):
    (bars,) = corruption_bars(found.corruptions, found.clean).data
    assert sorted(bars.y) == sorted(KINDS)
    assert list(bars.x) == sorted(bars.x)
    for kind, error, more, less in zip(bars.y, bars.x, bars.error_x.array, bars.error_x.arrayminus, strict=True):
        score = found.corruptions[kind]
        assert error == pytest.approx(1 - score.accuracy)
        assert (error + more, error - less) == (pytest.approx(1 - score.low), pytest.approx(1 - score.high))


def test_changed_digits_are_framed_by_what_is_read_in_them():
    html = changed_digits(np.zeros((2, 28, 28), np.uint8), ["15°", "<90°>"], [7, 1], 7, 'Digits & "more"')
    assert re.findall(r'<li class="(.*?)">.*?<span>(.*?)</span>', html) == [("is-right", "7"), ("is-wrong", "1")]
    assert "<90" not in html
    assert 'aria-label="Digits &amp; &#x22;more&#x22;"' in html
    assert 'alt="15°: read as 7, right"' in html


def test_a_large_digit_is_said_for_who_cannot_see_it():
    assert 'alt="a &lt;7&gt;"' in large_digit(np.zeros((28, 28), np.uint8), "a <7>")


# On the page


@pytest.fixture
def app(fresh_home, without_workers, unremembered):
    """The part of the page, on the digits that came with the app; no worker is ever started."""

    def page():
        from mnist_core.model.bundle import SHIPPED
        from mnist_ui.evaluate.robustness import show_robustness

        show_robustness(SHIPPED)

    return AppTest.from_function(page, default_timeout=60)


def keep(found):
    module.save_robustness(graph_digest(SHIPPED), load_dataset("uci-digits", download=False), found)


def html(app):
    return "".join(each.proto.body for each in app.get("html"))


def sign(app):
    return app.metric[0].value


def test_what_is_not_known_can_be_measured_and_stopped(app):
    app.run()
    assert not app.exception
    assert [button.label for button in app.button] == ["Measure it", "As it was"]
    app.button[0].click().run()
    (job,) = jobs.all_jobs()
    assert job.settings["dataset"] == "uci-digits"
    assert [button.label for button in app.button] == ["Stop", "As it was"]
    append_event(job.folder, PROGRESS, done=47, total=94, stage="")
    app.run()
    assert (app.get("progress")[0].proto.text, app.get("progress")[0].proto.value) == ("47 of 94", 50)
    app.button[0].click().run()
    assert [each.state for each in jobs.all_jobs()] == ["cancelled"]


def test_a_failure_is_said_and_can_be_tried_again(app):
    app.run().button[0].click().run()
    write_state(replace(jobs.all_jobs()[0], state="failed", error="The disk is full."))
    app.run()
    assert "The disk is full." in app.warning[0].value
    app.button[0].click().run()
    (job,) = jobs.all_jobs()
    assert job.is_active


def test_what_is_known_is_shown(app, found):
    keep(found)
    app.run()
    assert not app.exception
    text = app.markdown[0].value
    assert "**99.0%** of the test images of uci-digits right as they are (300 of the 900, evenly spread)" in text
    assert f"**{found.mean_corruption_error:.1%}**" in text
    assert html(app).count("<li") == len(DIALS["rotation"].values) + len(KINDS)
    app.get("button_group")[0].set_value("blur").run()
    assert html(app).count("<li") == len(DIALS["blur"].values) + len(KINDS)


def test_the_dials_turn_the_visitors_own_digit(app):
    strokes = [{"width": 20, "points": [list(point) for point in stroke]} for stroke in SEVEN]
    app.session_state[paper.SKETCH] = Sketch(strokes)
    app.run()
    assert "your last drawing" in app.markdown[-2].value
    before = html(app)
    assert sign(app) == "7"
    app.slider(key="robust-rotation").set_value(90.0).run()
    assert html(app) != before
    assert sign(app) != "7"
    app.selectbox(key="robust-spoilt").set_value("fog").run()
    assert CORRUPTIONS["fog"].sentence in [each.value for each in app.caption]
    next(button for button in app.button if button.label == "As it was").click().run()
    assert (html(app), sign(app)) == (before, "7")
    assert not app.warning


def test_without_a_drawing_a_test_image_is_turned(app):
    app.run()
    assert "This is a test image" in app.markdown[-2].value
    app.slider(key="robust-noise").set_value(40.0).run()
    assert not app.exception
