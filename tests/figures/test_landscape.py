"""The landscape of size, speed and accuracy."""

from math import log10

import pytest

from mnist_ui.figures.landscape import LEAST_ERROR, MOST_NAMES, RECORDS, Standing, landscape, sources

PLACES = [
    Standing("small", 1_000, 0.1, 0.98, 0.977, 0.983),
    Standing("large", 900_000, 2.0, 0.996, 0.9945, 0.997),
    Standing("unmeasured", 5_000, None, 0.99, 0.988, 0.992),
]


def test_each_model_stands_at_its_size_and_error_with_its_interval():
    models = landscape(PLACES, "parameters").data[0]
    assert list(models.x) == [1_000, 900_000, 5_000]
    assert list(models.y) == pytest.approx([0.02, 0.004, 0.01])
    assert list(models.error_y.array) == pytest.approx([0.003, 0.0015, 0.002])
    assert list(models.error_y.arrayminus) == pytest.approx([0.003, 0.001, 0.002])
    assert list(models.text) == ["small", "large", "unmeasured"]


def test_fewer_errors_are_further_up_and_the_ticks_say_what_is_right():
    axis = landscape(PLACES, "parameters").layout.yaxis
    assert axis.type == "log"
    assert axis.range[0] > log10(0.023) > log10(0.0009) > axis.range[1]
    assert dict(zip(axis.tickvals, axis.ticktext, strict=True))[0.01] == "99 %"


def test_what_was_not_measured_is_left_out():
    models = landscape(PLACES, "milliseconds").data[0]
    assert list(models.text) == ["small", "large"]
    assert list(models.x) == [0.1, 2.0]


@pytest.mark.parametrize(("across", "lines"), [("parameters", 1), ("milliseconds", 4)])
def test_every_record_is_there_as_a_point_or_as_a_line(across, lines):
    figure = landscape(PLACES, across)
    assert len(figure.layout.shapes) == lines
    assert len(figure.data[1].x) == len(RECORDS) - lines
    assert figure.layout.annotations[-1].y == pytest.approx(log10(figure.layout.shapes[-1].y0))
    shown = {*figure.data[1].text, *(each.text for each in figure.layout.annotations)}
    assert shown == {record.label for record in RECORDS}


def test_every_record_has_a_source():
    assert all(record.source in sources() for record in RECORDS)
    assert RECORDS[0].parameters == 575
    assert RECORDS[-1].accuracy == 0.9991


def test_no_error_at_all_can_be_drawn():
    models = landscape([Standing("faultless", 10, 1.0, 1.0, 0.9996, 1.0)], "parameters").data[0]
    assert list(models.y) == [LEAST_ERROR]


def test_of_many_models_the_names_are_not_laid_over_each_other():
    assert "text" not in landscape(PLACES * MOST_NAMES, "parameters").data[0].mode


def test_a_figure_without_models_still_shows_the_records():
    assert len(landscape([], "parameters").data[1].x) == 3


def test_markup_in_a_name_stays_text():
    models = landscape([Standing("<b>x</b>", 10, 1.0, 0.9, 0.8, 0.95)], "parameters").data[0]
    assert models.text == ("&lt;b&gt;x&lt;/b&gt;",)
