"""The address of the map: `?map=umap&image=test-947`; an image of another dataset than the map's is named with that."""

from mnist_ui.address import DATASET, IMAGE, Address

ATLAS, VIEW = "map", "view"

MAP_ADDRESS = Address("map", (ATLAS, VIEW, DATASET, IMAGE))
