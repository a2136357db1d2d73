"""Parallel coordinates, drawn as SVG: a line for each trial, and ranges that one marks on the axes.

Plotly's compile their drawing from text, which the app's content security policy forbids.
"""

from mnist_core.language import gettext as _
from mnist_ui.component import component
from mnist_ui.figures.parallel import ParallelCoordinates

_parallel = component(__file__)


def show_parallel(coordinates: ParallelCoordinates, *, key: str) -> None:
    """Show lines through axes; lines outside of a range that is marked fade.

    Parameters
    ----------
    coordinates
        What to draw; its last lines lie on top.
    """
    axes = ", ".join(axis["label"].replace("\n", " ") for axis in coordinates["axes"])
    title = _("Each trial as a line through its values: {axes}").format(axes=axes)
    _parallel(key=key, data={**coordinates, "title": title})
