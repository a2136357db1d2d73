"""A dataset as a whole: how many of each digit, how much ink, which shades of grey, and what each digit looks like."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from babel.lists import format_list
from plotly.subplots import make_subplots

from mnist_core.catalogue.overview import INK_BINS, MOST_INK, SHADES, Overview
from mnist_core.foreign import in_html
from mnist_core.language import current
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import CLASSES, Float32Array, UInt8Array
from mnist_ui.figures.palette import DIGIT_COLOURS
from mnist_ui.figures.strip import img

HEIGHT = 300
SPLITS = {"train": N_("For training"), "test": N_("For testing")}
MARGIN = {"t": 32, "b": 8, "l": 8, "r": 8}
GREY = "#8c8c8c"
# Small images are enlarged in whole steps, so that their pixels can be seen.
ENLARGEMENT = 3


def digit_counts(overview: Overview) -> go.Figure:
    """How many images of each digit each split has, side by side."""
    splits = [_(SPLITS[name]) if name in SPLITS else name.capitalize() for name in overview.splits]
    figure = make_subplots(cols=max(len(splits), 1), subplot_titles=splits or None, horizontal_spacing=0.18)
    for column, counts in enumerate(overview.counts.tolist()[: len(splits)], start=1):
        figure.add_bar(
            x=list(range(CLASSES)),
            y=counts,
            marker_color=list(DIGIT_COLOURS),
            hovertemplate=_("digit {digit}: {count} images").format(digit="%{x}", count="%{y:,}") + "<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_xaxes(tickmode="linear", dtick=1, fixedrange=True, tickangle=0)
    figure.update_yaxes(tickformat=",d", nticks=5, fixedrange=True)
    return _laid_out(figure)


def ink_histogram(overview: Overview, most: float | None = None) -> go.Figure:
    """How many images of each digit have so much ink, the digits on top of each other.

    Parameters
    ----------
    most
        Where the axis ends, as a share of the image; so that two histograms can be compared. By default where the
        images do.
    """
    width = MOST_INK / INK_BINS
    hover = _("{count} images of a {digit} with about {share} ink")
    figure = go.Figure()
    for digit, counts in enumerate(overview.ink_counts.tolist()):
        figure.add_bar(
            x=[(bin_ + 0.5) * width for bin_ in range(INK_BINS)],
            y=counts,
            width=width,
            name=str(digit),
            marker={"color": DIGIT_COLOURS[digit], "line": {"width": 0}},
            hovertemplate=hover.format(count="%{y:,}", digit=digit, share="%{x:.1%}") + "<extra></extra>",
        )
    figure.update_layout(
        barmode="stack", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    )
    end = most if most is not None else most_ink(overview)
    figure.update_xaxes(title=_("Ink (share of the image)"), tickformat=".0%", range=[0, end], fixedrange=True)
    figure.update_yaxes(title=_("Images"), tickformat=",d", nticks=5, fixedrange=True)
    return _laid_out(figure, legend=True)


def shade_histogram(overview: Overview) -> go.Figure:
    """How many pixels have each intensity from 0 to 255, on a logarithmic scale."""
    shades = overview.shades.tolist()
    total = max(sum(shades), 1)
    hover = _("intensity {shade}: {count} pixels, {share} of all")
    figure = go.Figure(
        go.Bar(
            x=list(range(SHADES)),
            y=[count or None for count in shades],
            customdata=[count / total for count in shades],
            marker={"color": GREY, "line": {"width": 0}},
            hovertemplate=hover.format(shade="%{x}", count="%{y:,}", share="%{customdata:.2%}") + "<extra></extra>",
        )
    )
    figure.update_layout(bargap=0)
    figure.update_xaxes(
        title=_("Intensity (0 is empty, 255 is full ink)"),
        range=[-2, SHADES + 1],
        tickvals=[0, 64, 128, 192, 255],
        fixedrange=True,
    )
    figure.update_yaxes(title=_("Pixels"), type="log", dtick=1, exponentformat="power", fixedrange=True)
    return _laid_out(figure)


def most_ink(overview: Overview) -> float:
    """Where the histogram of the ink ends: no image has more, as a share of the image."""
    used = np.flatnonzero(overview.ink_counts.sum(axis=0))
    bins = int(used[-1]) + 2 if len(used) else INK_BINS
    return min(bins, INK_BINS) * MOST_INK / INK_BINS


def as_images(shares: Float32Array, full: float = 1.0) -> UInt8Array:
    """Pixels from 0 to `full` as images uint8 (..., 28, 28)."""
    return np.rint(np.clip(shares / full, 0, 1) * 255).astype(np.uint8)


def pairs_of_each(rows: Sequence[Sequence[UInt8Array | None]], alts: Sequence[str]) -> str:
    """Ten images of each row, those of the same digit below each other, as HTML.

    Parameters
    ----------
    rows
        As many as `alts`, ten images each; None for a digit without images.
    alts
        What those of a row are, for who cannot see them.
    """
    words = _("{images} of each digit").format(images=format_list(list(alts), locale=current()))
    items = "".join(
        f"<li>{''.join(_picture(row[digit], f'{alt} {digit}') for row, alt in zip(rows, alts, strict=True))}"
        f'<span style="border-bottom: 4px solid {DIGIT_COLOURS[digit]}">{digit}</span></li>'
        for digit in range(CLASSES)
    )
    return f'<ul class="digits of-each" aria-label="{in_html(words)}">{items}</ul>'


def _picture(image: UInt8Array | None, alt: str) -> str:
    """One image, or an empty place."""
    if image is None:
        return img(np.zeros((1, 1), np.uint8), _("no image: {what}").format(what=alt))
    return img(image, alt, ENLARGEMENT)


def _laid_out(figure: go.Figure, *, legend: bool = False) -> go.Figure:
    """A figure of the size that all of these have."""
    figure.update_layout(height=HEIGHT, margin=MARGIN, showlegend=legend, dragmode=False)
    return figure
