"""What was found in a dataset as files to take away: a table, the images, a picture of them."""

import io
import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.errors import ConfigError
from mnist_core.ink.sprite import sprite
from mnist_core.language import gettext as _

# More digits on a contact sheet than this nobody looks at, and few programs open: 1,400 x 1,400 pixels.
MOST_ON_SHEET = 2_500
DECIMALS = "%.6g"


@dataclass(frozen=True)
class ContactSheet:
    """A picture of images side by side, row by row.

    Attributes
    ----------
    png
        The file's bytes: grey, 28 x 28 pixels for each image without gaps.
    shown, left_out
        How many of the images are on it, the first ones, and how many are not.
    """

    png: bytes
    shown: int
    left_out: int


def to_csv(catalogue: Catalogue, indices: Indices) -> bytes:
    """A table of some images, in UTF-8: a line for each in their order, a column for everything that is known.

    The columns are `index` (place in the whole dataset), `split`, `number` (within that, from 0) and those of the
    catalogue, with six significant digits.

    Raises
    ------
    ConfigError
        If there is no image at an index.
    """
    import pandas as pd

    indices = _checked(catalogue, indices)
    splits, numbers = _places(catalogue, indices)
    columns = {"index": indices, "split": splits, "number": numbers}
    columns |= {name: values[indices] for name, values in catalogue.columns.items()}
    text: str = pd.DataFrame(columns).to_csv(index=False, float_format=DECIMALS, lineterminator="\n")
    return text.encode()


def to_npz(catalogue: Catalogue, indices: Indices) -> bytes:
    """Some images for NumPy, compressed, and everything that is known of them.

    The arrays are `images` uint8 (k, 28, 28), `labels` uint8 (k,), `indices` int64 (k,) into the whole dataset, and the
    other columns of the catalogue under their names.

    Raises
    ------
    ConfigError
        If there is no image at an index.
    """
    indices = _checked(catalogue, indices)
    file = io.BytesIO()
    columns: dict[str, Any] = {name: values[indices] for name, values in catalogue.columns.items()}
    labels = columns.pop("label")
    np.savez_compressed(file, images=catalogue.dataset.images[indices], labels=labels, indices=indices, **columns)
    return file.getvalue()


def contact_sheet(catalogue: Catalogue, indices: Indices, limit: int = MOST_ON_SHEET) -> ContactSheet:
    """The first of some images as one picture, about as wide as it is high.

    Parameters
    ----------
    limit
        How many images it has at most.

    Raises
    ------
    ConfigError
        If there is no image, or none at an index.
    """
    indices = _checked(catalogue, indices)
    shown = indices[:limit]
    if not len(shown):
        raise ConfigError(_("A contact sheet needs an image. Received: none. Ask for more images."))
    sheet = sprite(catalogue.dataset.images[shown], math.ceil(math.sqrt(len(shown))))
    png = cv2.imencode(".png", sheet)[1]
    return ContactSheet(png.tobytes(), len(shown), len(indices) - len(shown))


def _checked(catalogue: Catalogue, indices: Indices) -> Indices:
    """Indices that are all those of images."""
    indices = np.asarray(indices, np.int64)
    for index in indices[(indices < 0) | (indices >= len(catalogue))][:1].tolist():
        catalogue.place(index)
    return indices


def _places(catalogue: Catalogue, indices: Indices) -> tuple[npt.NDArray[np.object_], Indices]:
    """The name of each image's split, and its number within that."""
    names, numbers = np.full(len(catalogue), "", object), np.zeros(len(catalogue), np.int64)
    for name, part in catalogue.dataset.splits.items():
        names[part] = name
        numbers[part] = np.arange(len(numbers[part]))
    return names[indices], numbers[indices]
