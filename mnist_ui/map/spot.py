"""You are here: where a drawing or an image lies on the maps of an atlas, and which digits are most like it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.errors import MapError
from mnist_core.language import gettext as _
from mnist_core.maps.embedding import Embedding
from mnist_core.maps.placing import SHOWN, drawing_vector, placement
from mnist_core.readings.neighbours import nearest_to
from mnist_core.types import Float32Array, UInt8Array
from mnist_ui import resources
from mnist_ui.map.atlas import Sheets
from mnist_ui.map.chart import images_of, reader_name
from mnist_ui.space import You


@dataclass(frozen=True, eq=False)
class Spot:
    """A place on the maps of an atlas.

    Attributes
    ----------
    name
        Of what is there: "Your drawing", "Test image 947".
    places
        float32 (d,) on each map of the atlas, the flat one last.
    neighbours
        The points that are most like it on the map that the atlas is about, the nearest first.
    picture
        As the network sees it, uint8 (28, 28); None where the images are not on this machine.
    row
        Which point of the map it is; None if it is none of them.
    """

    name: str
    places: tuple[Float32Array, ...]
    neighbours: Sequence[int]
    picture: UInt8Array | None = None
    row: int | None = None

    def marked(self) -> You:
        """The mark on the maps."""
        return You(self.places, self.neighbours, self.picture, self.name)


def spot_of_picture(sheets: Sheets, picture: UInt8Array, name: str, model: str) -> Spot:
    """Where a picture lies that is on none of the maps, uint8 (28, 28) in MNIST form.

    Parameters
    ----------
    model
        The visitor's; a map of the features of another one is asked with that one.

    Raises
    ------
    MapError
        If the model that a map is of is gone.
    """
    vectors: dict[tuple[str, str], Float32Array] = {}  # most maps of an atlas are made of the same
    found = []
    for embedding in sheets.all:
        made_of = embedding.config.source, embedding.graph
        if made_of not in vectors:
            vectors[made_of] = _vector(embedding, picture, model)
        found.append(placement(embedding, vectors[made_of]))
    main = found[len(sheets.layouts) - 1]
    return Spot(name, tuple(each.coordinates for each in found), main.neighbours.tolist(), picture)


def _vector(embedding: Embedding, picture: UInt8Array, model: str) -> Float32Array:
    """A picture as what a map is made of: its pixels, or what the map's model sees in it."""
    reader = reader_name(embedding, model)
    if reader is None:
        raise MapError(
            _(
                "To place a drawing on this map, the model {model} must be as it was when the map was made. Received: "
                "none, or another one of this name. Make a map of it again."
            ).format(model=embedding.config.model)
        )
    return drawing_vector(embedding, picture, resources.model(reader)[0])


def spot_of_point(sheets: Sheets, row: int, name: str) -> Spot:
    """Where a point of the maps lies, and which other points are most like it."""
    main = sheets.main
    near = nearest_to(main.vectors, main.labels, row, SHOWN)
    dataset = images_of(main)
    picture = None if dataset is None else np.array(dataset.images[main.indices[row]])
    places = tuple(np.array(each.coordinates[row]) for each in sheets.all)
    return Spot(name, places, near.indices.tolist(), picture, row)


def row_of(sheets: Sheets, index: int) -> int | None:
    """Which point an image of the dataset is; None if it is not on the map."""
    row = int(np.searchsorted(sheets.main.indices, index))
    is_there = row < len(sheets.main) and sheets.main.indices[row] == index
    return row if is_there else None
