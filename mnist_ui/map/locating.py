"""What is looked at on the map: the drawing on the pad, or an image; and the digits most like it."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.datasets.positions import index_of
from mnist_core.datasets.registry import dataset_in_words, training_images
from mnist_core.errors import ConfigError
from mnist_core.foreign import in_markdown
from mnist_core.ink import digit_pixels
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.maps.embedding import Embedding
from mnist_core.types import Readings
from mnist_ui import resources
from mnist_ui.address import DATASET, IMAGE
from mnist_ui.explore.tiles import SPLITS, title
from mnist_ui.figures.digits import digit_grid
from mnist_ui.gallery import gallery
from mnist_ui.map.address import MAP_ADDRESS
from mnist_ui.map.atlas import Sheets
from mnist_ui.map.chart import images_of
from mnist_ui.map.spot import Spot, row_of, spot_of_picture, spot_of_point
from mnist_ui.pad import pad
from mnist_ui.space import Picked
from mnist_ui.state import paper, reader

SIDE = 84
LONGEST_NUMBER = 9
# Beside the map a drawing is found at once; a digit of two strokes just moves on with the second.
REST_MS = 40


def show_pad() -> None:
    """The pad; a new stroke makes the drawing what is looked at."""
    sketch = paper.sketch()
    before = sketch.strokes
    is_kept = pad(REST_MS, arrangement="column")
    if sketch.strokes != before and sketch.strokes and not is_kept:
        look_at(None)


def follow_click(sheets: Sheets, picked: Picked) -> None:
    """Look at a point that has just been clicked."""
    key = f"_map_clicked-{sheets.atlas.id}"
    if picked.point is None or st.session_state.get(key) == (picked.point, picked.click):
        return
    st.session_state[key] = picked.point, picked.click
    look_at(named(sheets.main, int(sheets.main.indices[picked.point])))
    st.rerun()


def look_at(name: str | None) -> None:
    """Look at an image by its name in addresses, or at the drawing again."""
    MAP_ADDRESS.set({IMAGE: name, DATASET: None})


def found_spot(sheets: Sheets, model: str) -> Spot | None:
    """What is looked at: the image that the address names or that was clicked, else the drawing; None for neither.

    Raises
    ------
    MnistError
        If it cannot be placed.
    """
    named = MAP_ADDRESS.parameters.get(IMAGE)
    if named:
        return _image(sheets, named, model)
    drawing = paper.sketch().drawing()
    if drawing is None:
        return None
    digits = resources.model(model)[0].read(drawing)
    last = digits[-1].drawing or drawing
    name = _("Your drawing")
    if len(digits) > 1:
        name = _("Your drawing (the last of its {count} digits)").format(count=len(digits))
    return spot_of_picture(sheets, digit_pixels(last), name, model)


def _image(sheets: Sheets, text: str, model: str) -> Spot:
    """The image that the address names: a point of the map, or one that is placed by its pixels."""
    main = sheets.main
    source = MAP_ADDRESS.parameters.get(DATASET, main.config.dataset)
    if source == main.config.dataset:
        index = index_named(main, text)
        row = row_of(sheets, index)
        if row is not None:
            return spot_of_point(sheets, row, title_of(main, index))
    dataset = resources.dataset(source)
    picture = np.array(dataset.images[index_of(dataset, text)])
    split, __, place = text.strip().lower().partition("-")
    name = _("{image} ({dataset})").format(image=title(split, int(place)), dataset=dataset_in_words(source))
    return spot_of_picture(sheets, picture, name, model)


def show_found(sheets: Sheets, spot: Spot | None, answers: Readings | None, model: str) -> None:
    """What is looked at, and the digits most like it."""
    if spot is None:
        st.markdown(
            _(
                "**You are here:** draw a digit, and it appears on the map beside the eight digits most like it. Or "
                "click a point."
            )
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="map-found"):
        if spot.picture is not None:
            st.html(digit_grid(spot.picture[np.newaxis], spot.name), width=104)
        words = st.container()
    with words:
        st.markdown(_said(sheets, spot, answers, model))
        if IMAGE in MAP_ADDRESS.parameters:
            _show_ways_on(sheets)
    _show_neighbours(sheets, spot)


def _said(sheets: Sheets, spot: Spot, answers: Readings | None, model: str) -> str:
    """What is looked at, in a sentence or two."""
    if spot.row is None:
        return f"**{in_markdown(spot.name)}**"
    known = {"image": in_markdown(spot.name), "label": sheets.main.labels[spot.row]}
    said = _("**{image}**, labelled **{label}**.").format(**known)
    if answers is None:
        return said
    message = (
        _("The model {model} reads it as that, too; novelty {novelty}.")
        if answers.is_right[spot.row]
        else _("The model {model} reads it as **{read}**; novelty {novelty}.")
    )
    novelty = number(float(answers.novelty[spot.row]), 2)
    name = in_markdown(reader.shown_name(model))
    return f"{said} {message.format(model=name, read=int(answers.digits[spot.row]), novelty=novelty)}"


def _show_ways_on(sheets: Sheets) -> None:
    """To Explore, and back to the drawing."""
    with st.container(horizontal=True, gap="small"):
        source = MAP_ADDRESS.parameters.get(DATASET, sheets.main.config.dataset)
        if resources.has_images(source):
            where = {DATASET: source, IMAGE: MAP_ADDRESS.parameters[IMAGE]}
            label = _("All about it")
            st.page_link("pages/explore.py", label=label, icon=":material/photo_library:", query_params=where)
        back = _("Back to my drawing") if paper.sketch().strokes else _("Close")
        st.button(back, type="tertiary", icon=":material/close:", on_click=look_at, args=(None,), key="map-close")


def _show_neighbours(sheets: Sheets, spot: Spot) -> None:
    """The digits most like what is looked at, each a way on."""
    rows = np.array(spot.neighbours, np.int64)
    labels = [int(label) for label in sheets.main.labels[rows]]
    message = (
        _("**The {count} digits most like it,** by its pixels: {digits}.")
        if sheets.main.config.source == "pixels"
        else _("**The {count} digits most like it,** as the network sees it: {digits}.")
    )
    st.markdown(message.format(count=len(rows), digits=counted(labels)))
    dataset = images_of(sheets.main)
    if dataset is None:
        return
    indices = sheets.main.indices[rows]
    gallery(
        dataset.images[indices],
        list(map(str, labels)),
        key="map-near",
        title=_("The digits most like it"),
        spoken=[
            _("{image}, a {label}").format(image=title_of(sheets.main, index), label=label)
            for index, label in zip(indices, labels, strict=True)
        ],
        side=SIDE,
        on_pick=lambda position: look_at(named(sheets.main, int(indices[position]))),
    )


def counted(labels: Sequence[int]) -> str:
    """How often each digit is among some, the most frequent first.

    Examples
    --------
    >>> counted([7, 9, 7, 7])
    '3 × 7, 1 × 9'
    """
    return ", ".join(f"{number(count)} × {label}" for label, count in Counter(labels).most_common())


def named(embedding: Embedding, index: int) -> str:
    """An image of the dataset that a map is of as addresses name it: "test-947"."""
    first = training_images(embedding.config.dataset)
    return f"test-{index - first}" if index >= first else f"train-{index}"


def title_of(embedding: Embedding, index: int) -> str:
    """An image of the dataset that a map is of as people name it: "Test image 947"."""
    split, place = named(embedding, index).split("-")
    return title(split, int(place))


def index_named(embedding: Embedding, text: str) -> int:
    """The place in the whole dataset of an image that is named as in "test-947", also where the images are not there.

    Raises
    ------
    ConfigError
        If this names no image.
    """
    dataset = images_of(embedding)
    if dataset is not None:
        return index_of(dataset, text)
    split, __, place = text.partition("-")
    if split not in SPLITS or not place.isdecimal() or len(place) > LONGEST_NUMBER:
        message = _("An image is named as in test-947. Received: {received}. Click a point of the map instead.")
        raise ConfigError(message.format(received=f"{text!r:.80}"))
    return int(place) + (training_images(embedding.config.dataset) if split == "test" else 0)
