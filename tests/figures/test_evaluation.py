"""The figures of the Evaluate page, of known arrays."""

import re

import numpy as np
import pytest

from mnist_ui.evaluate.score_table import as_csv, as_latex, as_markdown
from mnist_ui.figures.certainty import MOST_POINTS, reliability_diagram, risk_coverage_curve
from mnist_ui.figures.confusion import confusion_matrix, matrix_words
from mnist_ui.figures.curves import best_epoch, marked, training_curve
from mnist_ui.figures.mistakes import ReadImage, mistakes

HISTORY = {
    "loss": [1.0, 0.5, 0.3],
    "val_loss": [0.9, 0.4, 0.6],
    "accuracy": [0.7, 0.8, 0.9],
    "val_accuracy": [0.7, 0.9, 0.8],
}


@pytest.fixture
def matrix():
    """99 of each digit right, four nines read as 4 and one as 7; no eight at all."""
    counts = np.diag([99] * 10)
    counts[8] = 0
    counts[9, 4], counts[9, 7] = 4, 1
    return counts


def image(index=7, label=9, guesses=((4, 0.75), (9, 0.2)), **more):
    return ReadImage(index, np.full((28, 28), 200, np.uint8), label, guesses, **more)


# The confusion matrix


def points(figure):
    return figure.data[-1]


def test_each_cell_has_a_point_that_says_which_it_is(matrix):
    scatter = points(confusion_matrix(matrix, (9, 4), shares=False))
    assert scatter.marker.opacity == scatter.selected.marker.opacity == scatter.unselected.marker.opacity == 0
    found = {(row, column): count for row, column, count in np.asarray(scatter.customdata).tolist()}
    assert found == {(row, column): matrix[row, column] for row in range(10) for column in range(10)}
    assert list(zip(scatter.y, scatter.x, strict=True)) == [tuple(each[:2]) for each in scatter.customdata]


def test_cells_are_labelled_with_images_or_with_shares_of_their_row(matrix):
    place = 9 * 10 + 4
    assert points(confusion_matrix(matrix, (9, 4), shares=False)).text[place] == "4"
    assert points(confusion_matrix(matrix, (9, 4), shares=True)).text[place] == f"{400 / 104:.1f}"
    assert points(confusion_matrix(matrix, (9, 4), shares=True)).text[0] == "100.0"


def test_empty_cells_are_left_empty(matrix):
    for shares in (False, True):
        figure = confusion_matrix(matrix, (0, 0), shares=shares)
        assert points(figure).text[8 * 10 + 8] == points(figure).text[1] == ""
        assert sum(np.isfinite(trace.z).sum() for trace in figure.data[:2]) == np.count_nonzero(matrix)


def test_right_and_wrong_have_colours_of_their_own_on_a_logarithmic_scale(matrix):
    right, wrong = confusion_matrix(matrix, (0, 0), shares=False).data[:2]
    assert np.isnan(right.z[9][4])
    assert wrong.z[9][4] == pytest.approx(np.log10(4))
    assert right.z[0][0] == pytest.approx(np.log10(99))
    assert not {colour for _, colour in right.colorscale} & {colour for _, colour in wrong.colorscale}
    assert wrong.zmin <= 0 < wrong.zmax == wrong.z[9][4]


@pytest.mark.parametrize("counts", [np.zeros((10, 10), int), np.eye(10, dtype=int), np.ones((10, 10), int)])
def test_a_matrix_of_nothing_or_of_the_same_is_no_error(counts):
    for shares in (False, True):
        figure = confusion_matrix(counts, (0, 0), shares=shares)
        assert all(np.isfinite([trace.zmin, trace.zmax]).all() and trace.zmin < trace.zmax for trace in figure.data[:2])


def test_the_chosen_cell_is_framed(matrix):
    frame = confusion_matrix(matrix, (9, 4), shares=False).layout.shapes[0]
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (3.5, 4.5, 8.5, 9.5)


def test_the_matrix_in_words(matrix):
    assert "891 of 896" in matrix_words(matrix)
    assert "9 read as 4, 4 times" in matrix_words(matrix)
    assert "All 10 images were read right" in matrix_words(np.eye(10, dtype=int))


# How sure


def test_the_reliability_diagram_shows_each_bin_with_its_images():
    figure = reliability_diagram([(10, 0.55, 0.5), (990, 0.98, 0.99)])
    diagonal, curve, bars = figure.data
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]
    assert (list(curve.x), list(curve.y)) == ([0.55, 0.98], [0.5, 0.99])
    assert list(bars.text) == ["10", "990"]


@pytest.mark.parametrize("images", [1, 7, 400, 10_000])
def test_the_risk_coverage_curve_ends_where_nothing_is_refused(images):
    coverage = np.arange(1, images + 1) / images
    risk = np.linspace(0, 0.1, images)
    curve = risk_coverage_curve(coverage, risk, 0.9).data[0]
    assert curve.x[-1] == 1
    assert curve.y[-1] == risk[-1]
    assert len(curve.x) <= 2 * MOST_POINTS
    assert (np.diff(curve.x) > 0).all()


# How it learned


def test_the_epoch_that_was_kept_is_the_one_of_lowest_validation_loss():
    assert best_epoch(HISTORY) == 2
    star = marked(training_curve(HISTORY, "accuracy"), {"mine": HISTORY}, "accuracy").data[-1]
    assert (list(star.x), list(star.y), list(star.customdata)) == ([2], [0.9], ["mine"])


# Pictures


def test_a_mistake_links_to_all_that_is_known_of_it_unless_it_is_to_be_guessed():
    shown = image(link="explore?dataset=mnist&image=test-7")
    assert '<a href="explore?dataset=mnist&amp;image=test-7"' in mistakes([shown], hidden=False)
    assert "explore?" not in mistakes([shown], hidden=True)
    assert "<a" not in mistakes([image()], hidden=False)


def test_a_mistake_has_its_two_best_guesses_and_the_nearest_training_images():
    near = [(np.zeros((28, 28), np.uint8), 4)] * 3
    html = mistakes([image(neighbours=near)], hidden=False)
    assert "True digit: 9" in html
    assert "read as 4 (75.0 %)" in html
    assert "or 9 (20.0 %)" in html
    assert html.count("a training digit that shows 4") == 3
    assert "details" not in html


def test_what_is_hidden_is_told_nowhere_but_in_what_opens():
    html = mistakes([image()], hidden=True)
    before, opened = html.split("<details>")
    assert 'alt="a test image"' in before
    assert not re.search(r"\ba 9\b|read as", before)
    assert "True digit: 9" in opened
    assert "nearest" not in html


# The table


@pytest.fixture
def table():
    import pandas as pd

    return pd.DataFrame([{"label": "0", "precision": 1 / 3, "recall": 1.0, "f1": 0.5, "support": 980}])


def test_the_table_as_csv_keeps_all_its_digits(table):
    assert as_csv(table) == f"label,precision,recall,f1,support\n0,{1 / 3},1.0,0.5,980\n"


def test_the_table_as_markdown_and_latex(table):
    assert as_markdown(table) == (
        "| label | precision | recall | f1 | support |\n| --- | ---: | ---: | ---: | ---: |\n"
        "| 0 | 0.3333 | 1.0000 | 0.5000 | 980 |\n"
    )
    latex = as_latex(table)
    assert "0 & 0.3333 & 1.0000 & 0.5000 & 980" in latex
    assert latex.startswith("\\begin{tabular}")
