"""The network in one picture: all layers of the model that reads, fed by the page's pad, computed in the browser."""

from typing import Any

from mnist_core import language
from mnist_core.model.bundle import GRAPH, is_taught, model_folder, read_file
from mnist_core.reader.modules import modules_version
from mnist_core.reader.record import limits
from mnist_core.types import NOVEL
from mnist_ui import resources, routes
from mnist_ui.arrays import Payload, publish
from mnist_ui.component import component
from mnist_ui.network.words import words

# The module of the reader that looks into a network.
INSIDE = "inside.js"

_network = component(__file__, "../storage.js", "colours.js", "views.js", "light.js", "sums.js", "network.js")

# A three, for who has not drawn yet.
EXAMPLE = [(135, 125), (162, 98), (203, 88), (238, 104), (250, 140), (233, 172), (192, 191), (237, 203), (263, 236),
           (257, 278), (226, 307), (184, 313), (143, 295)]  # fmt: skip


def network(model: str, *, key: str) -> None:
    """Show what each layer of a model makes of what is on the page's pad, and how each of its numbers comes about.

    Parameters
    ----------
    model
        Name of the model.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged or made for a newer version.
    """
    _network(key=key, data=contents(model))


def contents(model: str) -> dict[str, Any]:
    """What the browser is sent: where it finds the graph and what reads it, and all words."""
    return {
        "graph": graph_address(model),
        "module": routes.address(routes.READER_MODULE).format(version=modules_version(), name=INSIDE),
        "ink": limits()["ink"],
        "novel": NOVEL,
        "example": [{"width": 20, "points": EXAMPLE}],
        "language": language.current(),
        "words": words(),
    }


def graph_address(model: str) -> str:
    """Where a browser finds a model's LiteRT graph: that of a taught one only by the hash of what it has learned."""
    _recognizer, card = resources.model(model)
    if is_taught(model):
        name = publish(Payload(read_file(model_folder(model), card, GRAPH)))
        return routes.address(f"{routes.ARRAYS}/{name}")
    return routes.address(routes.READER_GRAPH).format(sha256=card.files[GRAPH])
