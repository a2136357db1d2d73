"""Line charts as inline SVG, for documents that must show them without any program."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.foreign import in_html

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 62, 24, 12, 46
# A line of more points looks no better.
MOST_POINTS = 200


@dataclass(frozen=True)
class Axis:
    """What one direction of a chart means.

    Attributes
    ----------
    ticks
        Where a number stands, and the number as text; values beyond the first and the last are not drawn.
    is_logarithmic
        Whether equal ways are equal factors; the ticks must then be above 0.
    """

    title: str
    ticks: Sequence[tuple[float, str]]
    is_logarithmic: bool = False

    def place(self, value: float) -> float:
        """Where a value lies between the first tick (0) and the last (1)."""
        low, high, value = (self._scaled(each) for each in (self.ticks[0][0], self.ticks[-1][0], value))
        return min(max((value - low) / (high - low), 0.0), 1.0)

    def _scaled(self, value: float) -> float:
        """A value as it is drawn."""
        return math.log10(max(value, self.ticks[0][0])) if self.is_logarithmic else value


@dataclass(frozen=True)
class Line:
    """Points that belong together: x and y of each, in order."""

    name: str
    points: Sequence[tuple[float, float]]
    has_dots: bool = False


def line_chart(lines: Sequence[Line], x: Axis, y: Axis, label: str, *, has_diagonal: bool = False) -> str:
    """A chart of some lines as a figure of HTML, with a legend where there is more than one.

    Parameters
    ----------
    lines
        The style sheet of the document gives the first a colour by the class `line-0`, and so on.
    label
        What the chart shows; its caption, and what is read out.
    has_diagonal
        Whether a dashed line from the lower left to the upper right shows where both axes agree.
    """
    drawn = "".join(_line(line, index, x, y) for index, line in enumerate(lines))
    diagonal = f'<path class="aid" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>' if has_diagonal else ""
    legend = _legend(lines) if len(lines) > 1 else ""
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{in_html(label)}">'
        f"{_axes(x, y)}{diagonal}{drawn}</svg><figcaption>{in_html(label)}{legend}</figcaption></figure>"
    )


def shares(title: str, steps: int = 5) -> Axis:
    """An axis from 0 to 100 %."""
    return Axis(title, [(step / steps, f"{100 * step / steps:g} %") for step in range(steps + 1)])


def errors(title: str, highest: float) -> Axis:
    """An axis from 0 to a share of errors, rounded up to a plain one."""
    plain = [digit * 10.0**power for power in range(-4, 0) for digit in (1, 2, 5)] + [1.0]
    high = next(value for value in plain if value >= min(highest, 1))
    return Axis(title, [(high * step / 5, f"{100 * high * step / 5:g} %") for step in range(6)])


def _x(place: float) -> float:
    """From 0 ... 1 to the picture's x."""
    return round(LEFT + place * (WIDTH - LEFT - RIGHT), 1)


def _y(place: float) -> float:
    """From 0 ... 1 to the picture's y, which runs down."""
    return round(HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM), 1)


def _line(line: Line, index: int, x: Axis, y: Axis) -> str:
    """One line, with its dots if it has any."""
    step = max(1, math.ceil(len(line.points) / MOST_POINTS))
    kept = [*line.points[:-1:step], *line.points[-1:]]
    places = [(_x(x.place(left)), _y(y.place(up))) for left, up in kept]
    path = "L".join(f"{left} {up}" for left, up in places)
    dots = "".join(f'<circle cx="{left}" cy="{up}" r="3"/>' for left, up in places) if line.has_dots else ""
    return f'<g class="line-{index}"><path class="line" d="M{path}"/>{dots}</g>' if places else ""


def _axes(x: Axis, y: Axis) -> str:
    """The grid, the numbers and the titles of both axes."""
    middle = (HEIGHT - BOTTOM + TOP) / 2
    columns = "".join(
        f'<path class="grid" d="M{_x(x.place(value))} {_y(0)}V{_y(1)}"/>'
        f'<text x="{_x(x.place(value))}" y="{_y(0) + 15}" text-anchor="middle">{in_html(text)}</text>'
        for value, text in x.ticks
    )
    rows = "".join(
        f'<path class="grid" d="M{_x(0)} {_y(y.place(value))}H{_x(1)}"/>'
        f'<text x="{_x(0) - 6}" y="{_y(y.place(value)) + 4}" text-anchor="end">{in_html(text)}</text>'
        for value, text in y.ticks
    )
    return (
        f"{columns}{rows}"
        f'<text x="{(_x(0) + _x(1)) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{in_html(x.title)}</text>'
        f'<text transform="translate(13 {middle}) rotate(-90)" text-anchor="middle">{in_html(y.title)}</text>'
    )


def _legend(lines: Sequence[Line]) -> str:
    """Which line is which."""
    items = "".join(f'<li class="line-{index}">{in_html(line.name)}</li>' for index, line in enumerate(lines))
    return f'<ul class="legend">{items}</ul>'
