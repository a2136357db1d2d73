"""A map to take away: as a table, and as the files that TensorBoard's Embedding Projector reads."""

import csv
import io
from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from mnist_core.datasets.registry import training_images
from mnist_core.errors import ConfigError
from mnist_core.files import write_zip
from mnist_core.ink.sprite import sprite
from mnist_core.maps.embedding import Embedding
from mnist_core.types import IMAGE_SIDE, Readings, UInt8Array, describe

VECTORS, METADATA, SPRITE, CONFIG = "vectors.tsv", "metadata.tsv", "sprite.png", "projector_config.pbtxt"
# The projector draws no larger picture than this many pixels on a side.
LARGEST_SPRITE = 8192
# Figures after the point: a ten-thousandth of a map's spread is far less than a dot.
DECIMALS = 4


def projector_zip(embedding: Embedding, images: UInt8Array | None = None, answers: Readings | None = None) -> bytes:
    """What TensorBoard's Embedding Projector reads, as one zip: `tensorboard --logdir` of the unpacked folder shows it.

    projector.tensorflow.org loads its vectors.tsv and metadata.tsv as they are. The format is described in "Visualizing
    Data using the Embedding Projector in TensorBoard" of TensorFlow's documentation.

    Parameters
    ----------
    images
        uint8 (n, 28, 28), the digits of the map in its order; without them there is no sprite. A map of more digits
        than a sprite can hold (85,264) has none either.
    answers
        What a model makes of them, for the metadata.

    Returns
    -------
    The bytes of the zip: vectors.tsv (what the map keeps of each image), metadata.tsv, sprite.png and
    projector_config.pbtxt. The same map gives the same bytes.

    Raises
    ------
    ConfigError
        If the images are not those of the map.
    """
    files = {VECTORS: _tsv(embedding.vectors.round(DECIMALS).tolist())}
    files[METADATA] = _tsv([_columns(answers), *_rows(embedding, answers)])
    picture = _sprite(embedding, images)
    if picture is not None:
        files[SPRITE] = picture
    files[CONFIG] = _config(picture is not None).encode()
    content = io.BytesIO()
    write_zip(content, files.items())
    return content.getvalue()


def map_csv(embedding: Embedding, answers: Readings | None = None) -> str:
    """A map as a table: a line for each image with its index, split, label, what a model makes of it, and where it is.

    Parameters
    ----------
    answers
        What a model makes of the images; its columns are left out without them.
    """
    axes = ("x", "y", "z")[: embedding.config.dimensions]
    lines: list[Sequence[object]] = [(*_columns(answers), *axes)]
    places = embedding.coordinates.astype(float).round(DECIMALS).tolist()
    lines += [(*row, *place) for row, place in zip(_rows(embedding, answers), places, strict=True)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _columns(answers: Readings | None) -> Sequence[str]:
    """What is known of each image."""
    names = ("index", "split", "label")
    return (*names, "read", "probability", "right", "novelty") if answers else names


def _rows(embedding: Embedding, answers: Readings | None) -> Iterable[Sequence[object]]:
    """What is known of each image, in the order of `_columns`; images are counted within their split."""
    training = training_images(embedding.config.dataset)
    indices = embedding.indices.tolist()
    placed = [(each - training, "test") if each >= training else (each, "train") for each in indices]
    rows = [(*place, label) for place, label in zip(placed, embedding.labels.tolist(), strict=True)]
    if answers is None:
        return rows
    sure, novelty = (each.astype(float).round(DECIMALS).tolist() for each in (answers.probability, answers.novelty))
    told = (answers.digits.tolist(), sure, answers.is_right.astype(int).tolist(), novelty)
    return [(*row, *more) for row, more in zip(rows, zip(*told, strict=True), strict=True)]


def _tsv(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as lines with tabs."""
    return "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()


def _sprite(embedding: Embedding, images: UInt8Array | None) -> bytes | None:
    """The digits as one square picture, dark on light as the projector shows points; None where there can be none."""
    if images is None:
        return None
    if len(images) != len(embedding):
        raise ConfigError(f"A map of {len(embedding)} digits has as many images. Received: {describe(images)}.")
    side = int(np.ceil(np.sqrt(len(images))))
    if side * IMAGE_SIDE > LARGEST_SPRITE:
        return None
    tiles = sprite(np.asarray(images), side)
    square = np.zeros((side * IMAGE_SIDE, side * IMAGE_SIDE), np.uint8)
    square[: len(tiles)] = tiles
    return bytes(cv2.imencode(".png", 255 - square)[1])


def _config(has_sprite: bool) -> str:
    """The projector's own description of the files."""
    picture = (
        f'  sprite {{\n    image_path: "{SPRITE}"\n    single_image_dim: {IMAGE_SIDE}\n'
        f"    single_image_dim: {IMAGE_SIDE}\n  }}\n"
    )
    return (
        f'embeddings {{\n  tensor_name: "Digits"\n  tensor_path: "{VECTORS}"\n  metadata_path: "{METADATA}"\n'
        f"{picture if has_sprite else ''}}}\n"
    )
