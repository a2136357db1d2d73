"""Charts of a report, mark by mark."""

import re

import pytest

from mnist_core.report.charts import MOST_POINTS, Axis, Line, line_chart, shares


def _paths(chart, kind):
    """What is drawn by the paths of a class."""
    return re.findall(rf'<path class="{kind}" d="([^"]*)"/>', chart)


@pytest.fixture
def chart():
    """Two lines over all of a frame whose left and right are at 62 and 396, its bottom and top at 234 and 12."""
    lines = [Line("a < b", [(0.0, 0.5), (1 / 3, 0.25)], has_dots=True), Line("c", [(0.0, 0.0), (1.0, 1.0)])]
    return line_chart(lines, shares("x", 1), Axis("y & z", [(0.0, "0"), (0.5, "half")]), "Both")


def test_lines_and_dots_lie_where_their_values_are(chart):
    assert _paths(chart, "line") == ["M62.0 12.0L173.3 123.0", "M62.0 234.0L396.0 12.0"]
    assert re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', chart) == [("62.0", "12.0"), ("173.3", "123.0")]
    assert re.findall(r'<g class="(line-\d)">', chart) == ["line-0", "line-1"]


def test_the_grid_goes_from_side_to_side_at_each_number(chart):
    assert _paths(chart, "grid") == ["M62.0 234V12", "M396.0 234V12", "M62 234.0H396", "M62 12.0H396"]


def test_numbers_stand_at_their_lines_and_titles_in_the_middle(chart):
    placed = re.findall(r'<text (?:x="([\d.]+)" y="([\d.]+)"|transform="([^"]*)") text-anchor="(\w+)">([^<]*)<', chart)
    assert placed == [
        ("62.0", "249", "", "middle", "0 %"),
        ("396.0", "249", "", "middle", "100 %"),
        ("56", "238.0", "", "end", "0"),
        ("56", "16.0", "", "end", "half"),
        ("229.0", "270", "", "middle", "x"),
        ("", "", "translate(13 123.0) rotate(-90)", "middle", "y &amp; z"),
    ]


def test_a_legend_names_the_lines_where_there_is_more_than_one(chart):
    assert '<li class="line-0">a &lt; b</li><li class="line-1">c</li>' in chart
    assert "legend" not in line_chart([Line("alone", [(0.0, 0.0)])], shares("x"), shares("y"), "One")


def test_only_a_chart_that_asks_for_it_has_a_diagonal(chart):
    assert _paths(chart, "aid") == []
    assert _paths(line_chart([], shares("x"), shares("y"), "Empty", has_diagonal=True), "aid") == ["M62 234L396 12"]


@pytest.mark.parametrize(("points", "drawn"), [(1, 1), (MOST_POINTS, 200), (MOST_POINTS + 1, 101), (401, 135)])
def test_a_long_line_is_thinned_and_keeps_its_last_point(points, drawn):
    line = Line("", [(place / points, 0.0) for place in range(points)])
    (path,) = _paths(line_chart([line], shares("x"), shares("y"), "Long"), "line")
    places = path.removeprefix("M").split("L")
    assert len(places) == drawn
    assert places[0].startswith("62.0 ")
    assert places[-1] == f"{round(62 + 334 * (points - 1) / points, 1)} 234.0"
