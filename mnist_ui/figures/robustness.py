"""How accuracy falls as digits become harder to read, and what the digits then look like."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.model.card import Accuracy
from mnist_core.robustness.dials import Dial
from mnist_core.types import CLASSES, UInt8Array
from mnist_ui.figures.curves import COLOURS
from mnist_ui.figures.strip import data_url, enlarged, img

HEIGHT = 320
MARGIN = {"t": 24, "b": 8, "l": 8, "r": 8}
# Small images are enlarged in whole steps, so that their pixels can be seen.
ENLARGEMENT, LARGE = 3, 10


def as_title(name: str) -> str:
    """The name of a dial in the language that is spoken, as a heading."""
    shown = _(name)
    return shown[:1].upper() + shown[1:]


def dial_curve(dial: Dial, scores: Sequence[Accuracy]) -> go.Figure:
    """Accuracy at each value of a dial, with its 95 % interval and where the images are as they were.

    Parameters
    ----------
    scores
        One for each of the dial's values.
    """
    low, high = ([getattr(score, end) for score in scores] for end in ("low", "high"))
    values, colour = list(dial.values), COLOURS["training"]
    figure = go.Figure()
    figure.add_scatter(
        x=[*values, *reversed(values)],
        y=[*high, *reversed(low)],
        fill="toself",
        fillcolor=colour,
        opacity=0.25,
        line={"width": 0},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=values,
        y=[score.accuracy for score in scores],
        mode="lines+markers",
        line={"color": colour},
        customdata=[_in_words(dial.label(value), score) for value, score in zip(values, scores, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_hline(1 / CLASSES, line={"dash": "dot", "width": 1}, annotation_text=_("guessing"))
    figure.add_vline(dial.neutral, line={"dash": "dot", "width": 1})
    figure.update_layout(
        xaxis_title=f"{as_title(dial.name)} ({dial.unit})",
        yaxis={"tickformat": ".0%", "range": [0, 1.02], "title": _("Accuracy")},
        height=HEIGHT,
        margin=MARGIN,
        showlegend=False,
    )
    return figure


def corruption_bars(scores: Mapping[str, Accuracy], clean: Accuracy) -> go.Figure:
    """Share of images read wrongly for each kind of corruption, the worst on top, with 95 % intervals.

    Parameters
    ----------
    scores
        By kind.
    clean
        On the images as they are: a dotted line.
    """
    kinds = sorted(scores, key=lambda kind: scores[kind].errors)
    chosen = [scores[kind] for kind in kinds]
    errors = [1 - score.accuracy for score in chosen]
    figure = go.Figure()
    figure.add_bar(
        x=errors,
        y=[_(kind) for kind in kinds],
        orientation="h",
        marker_color=COLOURS["validation"],
        error_x={
            "array": [1 - score.low - error for score, error in zip(chosen, errors, strict=True)],
            "arrayminus": [error - (1 - score.high) for score, error in zip(chosen, errors, strict=True)],
        },
        customdata=[_in_words(_(kind), score) for kind, score in zip(kinds, chosen, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_vline(1 - clean.accuracy, line={"dash": "dot", "width": 1})
    figure.update_layout(
        xaxis={"tickformat": ".0%", "range": [0, 1], "title": _("Read wrongly")},
        height=2 * HEIGHT,
        margin=MARGIN,
        showlegend=False,
    )
    return figure


def changed_digits(
    images: UInt8Array, captions: Sequence[str], read: Sequence[int], shown: int, label: str, width: float = 3.2
) -> str:
    """A digit as it looks when it is changed, and what is then read in it, as HTML.

    Parameters
    ----------
    images
        uint8 (n, 28, 28).
    captions
        What was done to each.
    read
        The digit that is read in each.
    shown
        The digit that it is.
    label
        What the pictures are, for who cannot see them.
    width
        The least that one takes, in the page's units (rem).
    """
    tiles = (_tile(*each, shown) for each in zip(images, captions, read, strict=True))
    columns = f"grid-template-columns: repeat(auto-fit, minmax({width:g}rem, 1fr))"
    return f'<ul class="digits" style="{columns}" aria-label="{in_html(label)}">{"".join(tiles)}</ul>'


def large_digit(image: UInt8Array, alt: str) -> str:
    """One image (28, 28), large enough for its pixels to be seen, as HTML."""
    style = "width: 100%; max-width: 17.5rem; border-radius: .6rem; image-rendering: pixelated"
    return f'<img src="{data_url(enlarged(image, LARGE))}" alt="{in_html(alt)}" style="{style}">'


def _tile(image: UInt8Array, caption: str, read: int, shown: int) -> str:
    """One picture; its frame says whether it is read right, and the words below it as what."""
    is_right = read == shown
    spoken = _("{caption}: read as {read}, right") if is_right else _("{caption}: read as {read}, wrong")
    alt = spoken.format(caption=caption, read=read)
    return (
        f'<li class="{"is-right" if is_right else "is-wrong"}">{img(image, alt, ENLARGEMENT)}<span>{read}</span>'
        f"<small>{in_html(caption)}</small></li>"
    )


def _in_words(what: str, score: Accuracy) -> str:
    """An accuracy as a chart says it."""
    return (_("{what}<br>{right}% right, {wrong} of {images} wrong<br>95 % interval {low}% to {high}%")).format(
        what=what,
        right=number(100 * score.accuracy, 1),
        wrong=number(score.errors),
        images=number(score.images),
        low=number(100 * score.low, 1),
        high=number(100 * score.high, 1),
    )
