"""Many digits as one image, so that a page or a file carries hundreds of them as one thing."""

import numpy as np

from mnist_core.errors import ConfigError
from mnist_core.types import IMAGE_SIDE, UInt8Array, describe


def sprite(images: UInt8Array, columns: int) -> UInt8Array:
    """Digits side by side without gaps, row by row from the top left; what is left of the last row stays empty.

    Parameters
    ----------
    images
        uint8 (n, 28, 28).
    columns
        Digits in a row, 1 or more. Fewer images than that still give a full row.

    Returns
    -------
    uint8 (rows * 28, columns * 28) with rows = n / columns rounded up; no rows for no images.

    Raises
    ------
    ConfigError
        If the images have another shape or type, or there is no column.
    """
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise ConfigError(f"A sprite is made of images uint8 (n, 28, 28). Received: {describe(images)}.")
    if columns < 1:
        raise ConfigError(f"A sprite must have 1 column or more. Received: {columns}.")
    rows = -(-len(images) // columns)
    tiles = np.zeros((rows * columns, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    tiles[: len(images)] = images
    lines = tiles.reshape(rows, columns, IMAGE_SIDE, IMAGE_SIDE).swapaxes(1, 2)
    return lines.reshape(rows * IMAGE_SIDE, columns * IMAGE_SIDE)
