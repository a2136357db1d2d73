"""The confusion matrix as a chart whose cells can be clicked."""

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.types import CLASSES

# Blues and oranges from few to many, told apart with any colour vision; dark text can be read on all of them, in a
# light page and in a dark one.
RIGHT, WRONG = ("#d6e6f4", "#6fb0e0"), ("#fbe0c8", "#ee9040")
TEXT = "#17202c"
# Seen on both pages and beside all of these.
FRAME = "#b0309e"
HEIGHT = 480
# A scale spans at least this many powers of ten, so that cells which are about the same look the same.
LEAST_SPAN = 1.0
# A click between two cells goes to the nearest.
ANY_DISTANCE = -1

IntMatrix = npt.NDArray[np.integer]


def confusion_matrix(matrix: IntMatrix, chosen: tuple[int, int], *, shares: bool) -> go.Figure:
    """How many images of each digit were read as which digit.

    A heatmap sends no clicks, so an invisible point lies on each cell: its y is the true digit, its x the one that was
    read.

    Parameters
    ----------
    matrix
        int (10, 10), rows true digits, columns what was read.
    chosen
        Row and column of the cell to frame.
    shares
        Whether to write the share of the row in place of the number of images.
    """
    values = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1) if shares else matrix.astype(float)
    diagonal = np.eye(CLASSES, dtype=bool)
    figure = go.Figure()
    for colours, there in ((RIGHT, diagonal), (WRONG, ~diagonal)):
        figure.add_trace(_cells(np.where(there & (values > 0), values, np.nan), colours))
    figure.add_trace(_points(matrix, values, shares))
    row, column = chosen
    figure.add_shape(
        type="rect", x0=column - 0.5, x1=column + 0.5, y0=row - 0.5, y1=row + 0.5, line={"width": 3, "color": FRAME}
    )
    return _laid_out(figure)


def matrix_words(matrix: IntMatrix) -> str:
    """The matrix for who cannot see it."""
    right, images = int(np.trace(matrix)), int(matrix.sum())
    errors = np.where(np.eye(CLASSES, dtype=bool), 0, matrix)
    if not errors.any():
        return _("Confusion matrix. All {images} images were read right.").format(images=number(images))
    label, read = divmod(int(errors.argmax()), CLASSES)
    return ngettext(
        "Confusion matrix. {right} of {images} images were read right. The most frequent mistake: {label} read as "
        "{read}, once.",
        "Confusion matrix. {right} of {images} images were read right. The most frequent mistake: {label} read as "
        "{read}, {times} times.",
        int(errors.max()),
    ).format(right=number(right), images=number(images), label=label, read=read, times=number(errors.max()))


def _cells(values: npt.NDArray[np.float64], colours: tuple[str, str]) -> go.Heatmap:
    """Cells of one colour on a logarithmic scale; those that are not a number are left out."""
    with np.errstate(invalid="ignore"):
        depth = np.log10(values)
    known = depth[np.isfinite(depth)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return go.Heatmap(
        z=depth,
        zmin=min(low, high - LEAST_SPAN),
        zmax=high,
        colorscale=[[0, colours[0]], [1, colours[1]]],
        showscale=False,
        hoverinfo="skip",
        xgap=2,
        ygap=2,
    )


def _points(matrix: IntMatrix, values: npt.NDArray[np.float64], shares: bool) -> go.Scatter:
    """One invisible point a cell with the cell's number."""
    rows, columns = (axis.ravel() for axis in np.indices(matrix.shape))
    invisible = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=columns,
        y=rows,
        mode="markers+text",
        marker={"size": 34, "symbol": "square", "opacity": 0},
        selected=invisible,
        unselected=invisible,
        text=[_written(value, shares) for value in values.ravel().tolist()],
        textfont={"size": 12 if shares else 14, "color": TEXT},
        customdata=np.column_stack([rows, columns, matrix.ravel()]),
        hovertemplate=_("%{customdata[0]} read as %{customdata[1]}: %{customdata[2]:,} images") + "<extra></extra>",
    )


def _written(value: float, shares: bool) -> str:
    """A cell's number; nothing for none."""
    if not value:
        return ""
    if not shares:
        return number(value)
    return number(100 * value, 1) if value >= 0.0005 else f"<{number(0.1, 1)}"


def _laid_out(figure: go.Figure) -> go.Figure:
    """A figure with both axes named, that neither zooms nor pans: a drag on a phone scrolls the page."""
    axis = {
        "tickvals": list(range(CLASSES)),
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
    }
    figure.update_layout(
        xaxis={**axis, "title": _("Read as"), "range": [-0.5, CLASSES - 0.5], "side": "top"},
        yaxis={**axis, "title": _("True digit"), "range": [CLASSES - 0.5, -0.5]},
        height=HEIGHT,
        margin={"t": 56, "b": 8, "l": 8, "r": 8},
        showlegend=False,
        dragmode=False,
        clickmode="event+select",
        hovermode="closest",
        hoverdistance=ANY_DISTANCE,
    )
    return figure
