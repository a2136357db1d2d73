"""Marks and words in figures: which bar is the answer's, what has a diagonal, where a star stands."""

import re

import numpy as np
import pytest

from mnist_core.reader.answer import bars, percent
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.robustness.dials import DIALS
from mnist_core.types import NOVEL, Prediction
from mnist_ui.figures.answer import answer, trouble
from mnist_ui.figures.certainty import reliability_diagram, risk_coverage_curve
from mnist_ui.figures.curves import LOSS_TICKS, compared_curves, training_curve
from mnist_ui.figures.curves import marked as with_star
from mnist_ui.figures.robustness import changed_digits, corruption_bars, dial_curve, large_digit

SHARES = [0.01, 0.02, 0.01, 0.0, 0.01, 0.01, 0.02, 0.9, 0.01, 0.01]


def prediction(novelty=0.1, shares=SHARES):
    return Prediction(np.array(shares, np.float32), novelty)


def marked(html):
    """The names of the bars that stand out, and of those that do not."""
    rows = re.findall(r'<li( class="is-answer")?><span class="bar-name">(.)</span>', html)
    return "".join(name for mark, name in rows if mark), "".join(name for mark, name in rows if not mark)


@pytest.mark.parametrize("digit", [0, 7, 9])
def test_the_bar_that_stands_out_is_the_answers(digit):
    shares = np.roll(SHARES, digit - 7)
    others = "".join(str(each) for each in range(10) if each != digit)
    assert marked(answer([prediction(shares=shares)])) == (str(digit), others)
    assert marked(bars(shares.tolist(), str(digit))) == (str(digit), others)


def test_where_nothing_was_read_no_bar_stands_out():
    assert marked(answer([prediction(novelty=NOVEL)])) == ("", "0123456789")
    for html in (answer([]), trouble("No.", "Why")):
        assert marked(html) == ("", "")


def test_of_a_number_the_digits_in_doubt_do_not_stand_out():
    html = answer([prediction(), prediction(novelty=0.9), prediction(shares=np.eye(10)[1])])
    assert marked(html) == ("71", "?")


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.00049, "< 0.1 %"), (0.0006, "0.1 %"), (0.9994, "99.9 %"), (0.9995, "> 99.9 %"), (0.0, "0.0 %")],
)
def test_shares_are_rounded_at_their_ends_as_they_should(share, text):
    assert percent(share) == text


HISTORY = {
    "loss": [1.0, 0.5, 0.3],
    "val_loss": [0.9, 0.4, 0.4],
    "accuracy": [0.7, 0.8, 0.9],
    "val_accuracy": [0.7, 0.9, 0.8],
}


def lines_of(figure):
    """Where a figure's own dotted lines are: x and y of both ends."""
    return [(shape.x0, shape.x1, shape.y0, shape.y1) for shape in figure.layout.shapes]


def diagonals(figure):
    """The lines of two points of which both rise."""
    return [
        each
        for each in figure.data
        if each.type == "scatter" and len(each.x) == 2 and each.x[0] < each.x[1] and each.y[0] < each.y[1]
    ]


def test_only_where_stated_and_right_agree_is_a_diagonal_and_it_is_dotted():
    rows = [(10, 0.55, 0.5), (990, 0.98, 0.99), (5, 0.75, 0.6)]
    reliability = reliability_diagram(rows)
    (diagonal,) = diagonals(reliability)
    assert (diagonal.line.dash, diagonal.mode, diagonal.name) == ("dot", "lines", "exactly as stated")
    assert lines_of(reliability) == []
    three = np.array([1 / 3, 2 / 3, 1])
    score = accuracy_of(15, 20)
    dial = DIALS["blur"]
    others = (
        risk_coverage_curve(three, np.array([0, 0.1, 0.2]), 0.9),
        training_curve(HISTORY, "loss"),
        compared_curves({"a": HISTORY}, "accuracy"),
        dial_curve(dial, [score] * len(dial.values)),
    )
    assert [diagonals(figure) for figure in others] == [[]] * 4


def test_the_share_that_is_answered_is_marked_by_an_upright_line():
    figure = risk_coverage_curve(np.array([0.5, 1.0]), np.array([0, 0.1]), 0.83)
    assert lines_of(figure) == [(0.83, 0.83, 0, 1)]
    assert figure.layout.xaxis.range == (0.5, 1.005)


def test_a_dial_is_marked_where_it_is_neutral_and_where_one_only_guesses():
    dial = DIALS["contrast"]
    scores = [accuracy_of(right, 20) for right in range(4, 4 + len(dial.values))]
    figure = dial_curve(dial, scores)
    assert lines_of(figure) == [(0, 1, 0.1, 0.1), (100, 100, 0, 1)]
    band, curve = figure.data
    assert list(curve.x) == list(dial.values)
    assert list(curve.y) == [score.accuracy for score in scores]
    assert list(band.x) == [*dial.values, *reversed(dial.values)]
    assert list(band.y) == [*(score.high for score in scores), *(score.low for score in reversed(scores))]
    assert curve.customdata[0].startswith("5 %<br>20.0% right, 16 of 20 wrong<br>95 % interval ")
    assert figure.layout.xaxis.title.text == "Contrast (%)"


def test_the_worst_damage_is_on_top_and_what_is_undamaged_a_line():
    scores = {"fog": accuracy_of(5, 20), "shear": accuracy_of(15, 20), "scale": accuracy_of(10, 20)}
    figure = corruption_bars(scores, accuracy_of(19, 20))
    (bar,) = figure.data
    assert (list(bar.y), list(bar.x)) == (["shear", "scale", "fog"], [0.25, 0.5, 0.75])
    for kind, share, above, below in zip(bar.y, bar.x, bar.error_x.array, bar.error_x.arrayminus, strict=True):
        assert (share + above, share - below) == pytest.approx((1 - scores[kind].low, 1 - scores[kind].high))
    assert lines_of(figure) == [(pytest.approx(0.05), pytest.approx(0.05), 0, 1)]


def test_a_star_stands_on_the_first_best_epoch_of_each_run():
    worse = HISTORY | {"val_loss": [0.1, 0.2, 0.3]}
    star = with_star(compared_curves({"a": HISTORY, "b": worse}, "loss"), {"a": HISTORY, "b": worse}, "loss").data[-1]
    assert (list(star.x), list(star.y), list(star.customdata)) == ([2, 1], [0.4, 0.1], ["a", "b"])
    assert (star.mode, star.marker.symbol, star.name) == ("markers", "star", "best epoch, which was kept")


def test_training_is_dotted_and_validation_solid_and_a_loss_has_a_logarithmic_axis():
    loss, accuracy = training_curve(HISTORY, "loss"), training_curve(HISTORY, "accuracy")
    assert [(each.name, each.line.dash) for each in loss.data] == [("training", "dot"), ("validation", "solid")]
    assert (loss.layout.yaxis.type, list(loss.layout.yaxis.tickvals)) == ("log", LOSS_TICKS)
    assert (accuracy.layout.yaxis.type, accuracy.layout.yaxis.tickformat) == (None, ".1%")
    assert loss.layout.title.text == "Loss (lower is better)"
    assert compared_curves({"a": HISTORY}, "accuracy").layout.title.text == "Validation accuracy (higher is better)"


def test_changed_digits_say_what_is_read_in_each_and_whether_that_is_right():
    images = np.zeros((2, 28, 28), np.uint8)
    html = changed_digits(images, ["5 px", "<9 px>"], [3, 8], 8, "All of them")
    rows = re.findall(r'<li class="([^"]*)">.*?alt="([^"]*)"><span>(\d)</span><small>([^<]*)</small>', html)
    assert rows == [
        ("is-wrong", "5 px: read as 3, wrong", "3", "5 px"),
        ("is-right", "&lt;9 px&gt;: read as 8, right", "8", "&lt;9 px&gt;"),
    ]
    assert 'aria-label="All of them"' in html
    assert 'alt="a &lt;7&gt;"' in large_digit(images[0], "a <7>")
