"""Principal components: how much they explain, what they look like, and an image rebuilt from some of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.reader.answer import percent
from mnist_core.types import Float32Array, UInt8Array
from mnist_ui.figures.curves import COLOURS
from mnist_ui.figures.heatmap import AGAINST, FOR
from mnist_ui.figures.strip import enlarged, img

HEIGHT = 300
# Small images are enlarged in whole steps, so that their pixels can be seen.
ENLARGEMENT, LARGE = 3, 8
# A difference of so much of full ink is shown as bright as can be.
VISIBLE = np.float32(0.5)


def variance_curve(shares: Float32Array, marks: Mapping[float, int]) -> go.Figure:
    """Which share of the variance the first components explain together.

    Parameters
    ----------
    shares
        Float (n + 1,): of the first 0, 1, ... n components.
    marks
        Shares to mark, and how many components each of them takes.
    """
    counts = list(range(len(shares)))
    hover = _("{count} components explain {share}")
    figure = go.Figure()
    figure.add_scatter(
        x=counts,
        y=shares,
        mode="lines",
        line={"color": COLOURS["training"]},
        hovertemplate=hover.format(count="%{x}", share="%{y:.1%}") + "<extra></extra>",
    )
    figure.add_scatter(
        x=list(marks.values()),
        y=[float(shares[count]) for count in marks.values()],
        mode="markers+text",
        marker={"size": 9, "color": COLOURS["validation"]},
        text=[f"{share:.0%}: {count}" for share, count in marks.items()],
        textposition="bottom right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(height=HEIGHT, margin={"t": 16, "b": 8, "l": 8, "r": 8}, showlegend=False, dragmode=False)
    figure.update_xaxes(title=_("Components"), rangemode="tozero", fixedrange=True)
    figure.update_yaxes(title=_("Explained variance"), tickformat=".0%", range=[0, 1.03], fixedrange=True)
    return figure


def component_row(axes: Float32Array, ratios: Sequence[float]) -> str:
    """Components as images in two colours, as HTML: blue and orange pull in opposite directions, black does nothing.

    Each is as bright as it can be.

    Parameters
    ----------
    axes
        float32 (m, 784).
    ratios
        The share of the variance that each of the m explains.
    """
    items = "".join(
        _captioned(signed(axis.reshape(28, 28) / np.abs(axis).max(), ENLARGEMENT), str(number), percent(ratio))
        for number, (axis, ratio) in enumerate(zip(axes, ratios, strict=True), start=1)
    )
    label = in_html(_("The first {count} components").format(count=len(axes)))
    return f'<ul class="digits read-off" aria-label="{label}">{items}</ul>'


def rebuilt_trio(image: UInt8Array, rebuilt: Float32Array, words: str) -> str:
    """An image, what is rebuilt of it, and the difference of the two, side by side as HTML.

    Parameters
    ----------
    image
        uint8 (28, 28).
    rebuilt
        float32 (28, 28), about 0 to 1.
    words
        What it is rebuilt from.
    """
    difference = rebuilt - image.astype(np.float32) / np.float32(255)
    parts = (
        (enlarged(image, LARGE), _("The image"), ""),
        (enlarged(as_shown(rebuilt), LARGE), _("Rebuilt"), words),
        (signed(difference / VISIBLE, LARGE), _("What differs"), _("blue: too much ink, orange: too little")),
    )
    items = "".join(_captioned(picture, title, more) for picture, title, more in parts)
    return f'<ul class="digits trio">{items}</ul>'


def rebuilt_row(images: Sequence[Float32Array], counts: Sequence[int]) -> str:
    """An image rebuilt from more and more components, as HTML."""
    items = "".join(
        _captioned(enlarged(as_shown(image), ENLARGEMENT), str(count), "")
        for image, count in zip(images, counts, strict=True)
    )
    label = in_html(_("Rebuilt from more and more components"))
    return f'<ul class="digits read-off" aria-label="{label}">{items}</ul>'


def as_shown(image: Float32Array) -> UInt8Array:
    """Pixels of about 0 to 1 as uint8; what is beyond is cut off."""
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def signed(values: npt.NDArray[np.floating], times: int) -> UInt8Array:
    """Values (h, w) from -1 to 1 as colours on black, uint8 (times h, times w, 3) in OpenCV's order.

    Blue is above 0 and orange below, the brighter the further; the colours are told apart with any colour vision.
    """
    strength = np.clip(np.abs(values), 0, 1)[..., np.newaxis]
    colours = strength * np.where((values > 0)[..., np.newaxis], FOR, AGAINST)
    return enlarged(np.rint(colours).astype(np.uint8)[..., ::-1], times)


def _captioned(picture: UInt8Array, title: str, more: str) -> str:
    """A picture with a line or two below it."""
    below = f"<small>{in_html(more)}</small>" if more else ""
    return f"<li>{img(picture, f'{title} {more}'.strip())}<span>{in_html(title)}</span>{below}</li>"
