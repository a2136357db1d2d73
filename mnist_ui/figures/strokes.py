"""A drawing as its strokes: large, each where its pen went, with a dot where it began."""

import base64

from mnist_core.foreign import in_html
from mnist_core.types import Drawing, Float32Array

# Told apart with any colour vision, on a white paper.
COLOURS = ("#17202c", "#0b6bcb", "#b0309e", "#d55e00", "#00785a")
# Of the paper's side.
MARGIN = 0.04


def strokes_picture(drawing: Drawing, alt: str) -> str:
    """The strokes of a drawing as HTML: the ink in grey, and along it the way of the pen in a colour a stroke.

    Parameters
    ----------
    drawing
        One with strokes.
    alt
        What it shows, for who cannot see it.
    """
    url = "data:image/svg+xml;base64," + base64.b64encode(_svg(drawing).encode()).decode("ascii")
    return f'<img class="strokes" src="{url}" alt="{in_html(alt)}">'


def _svg(drawing: Drawing) -> str:
    """The picture."""
    width, height = drawing.size
    pen = float(drawing.pen_width)
    room = MARGIN * max(width, height)
    ink = "".join(_line(stroke, "#c6d0dc", pen) for stroke in drawing.strokes)
    ways = "".join(
        _line(stroke, COLOURS[index % len(COLOURS)], pen / 6) + _dot(stroke, COLOURS[index % len(COLOURS)], pen / 3)
        for index, stroke in enumerate(drawing.strokes)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-room:.1f} {-room:.1f} {width + 2 * room:.1f} '
        f'{height + 2 * room:.1f}"><g fill="none" stroke-linecap="round" stroke-linejoin="round">{ink}{ways}</g></svg>'
    )


def _line(stroke: Float32Array, colour: str, width: float) -> str:
    """One stroke; a dot is a line to where it began."""
    points = [*stroke.tolist(), *(stroke.tolist() if len(stroke) == 1 else [])]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" stroke="{colour}" stroke-width="{width:.1f}"/>'


def _dot(stroke: Float32Array, colour: str, radius: float) -> str:
    """Where a stroke began."""
    x, y = stroke[0].tolist()
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'
