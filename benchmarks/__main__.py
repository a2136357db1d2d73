"""`python -m benchmarks`: print speed and size beside baselines.

`python -m benchmarks drawing`: how soon the answer follows the pen; `python -m benchmarks handwriting`: how it reads;
`python -m benchmarks training`: how fast and how well it learns; `python -m benchmarks exploring`: how fast the images
of a dataset are found; `python -m benchmarks mapping`: how smoothly the map turns; `python -m benchmarks tuning`: what
a search costs beside training the same in a row; `python -m benchmarks teaching`: how soon corrections are learned;
`python -m benchmarks visitors`: fifty who draw at once; `python -m benchmarks neighbours`: one beside eight who send
the costliest drawings; `python -m benchmarks presets [NAME...]`: what each recipe reaches, hours; `python -m benchmarks
rendering`: strokes to pixels; `python -m benchmarks structure`: how the code is built; `python -m benchmarks queue`: a
look at thousands of jobs; `python -m benchmarks memory`: what runs take and were expected to; `python -m benchmarks
installing`: what installing costs; `python -m benchmarks sizing [VISITORS...]`: how many visitors a core serves, and in
how much memory; `python -m benchmarks pages [--validation]`: how photos and exports of every kind are read; `python -m
benchmarks mutants PACKAGE...`: what the tests would not notice; `python -m benchmarks reader`: the reader in a browser
beside LiteRT; `python -m benchmarks inside`: how often the picture of the network changes while the pen moves;
`python -m benchmarks fooling [MODEL...]`: what looking inside by gradients costs, and how easily a network is fooled;
`python -m benchmarks learner`: the network that learns in a browser beside Keras; `python -m benchmarks own-data`:
70,000 digits as CSV, added; `python -m benchmarks cluster`: what a job costs that another machine does.
"""

import os
import sys
from collections.abc import Callable

from benchmarks import (
    cluster,
    drawing,
    exploring,
    fooling,
    handwriting,
    inference,
    inside,
    installing,
    learner,
    mapping,
    memory,
    mutants,
    neighbours,
    own_data,
    page,
    pages,
    presets,
    process,
    queue,
    reader,
    rendering,
    sizing,
    structure,
    teaching,
    tuning,
    visitors,
)
from benchmarks.table import show
from mnist_core.errors import MnistError
from tests.browser.driver import chromium


def main() -> None:
    """Measure and print; without Chromium all but the page."""
    match sys.argv[1:]:
        case ["cluster"]:
            _measure("Many machines", lambda: show(cluster.rows()))
        case ["drawing"]:
            _measure("Drawing", drawing.show)
        case ["exploring"]:
            _measure("Exploring", exploring.show)
        case ["handwriting"]:
            _measure("Handwriting", handwriting.show)
        case ["fooling", *arguments]:
            _measure("Looking inside and fooling", lambda: fooling.show_all(arguments))
        case ["inside"]:
            _measure("The picture of the network", lambda: show(inside.rows()))
        case ["installing"]:
            _measure("Installing", installing.show)
        case ["learner"]:
            _measure("The network that learns in a browser", lambda: show(learner.rows()))
        case ["mapping"]:
            _measure("The map", mapping.show)
        case ["memory"]:
            _measure("Memory", lambda: show(memory.rows()))
        case ["mutants", *arguments]:
            _measure("The tests", lambda: mutants.show(arguments))
        case ["neighbours"]:
            _measure("A visitor beside others", neighbours.show)
        case ["own-data"]:
            _measure("Adding a table of digits", lambda: show(own_data.rows()))
        case ["pages", *arguments]:
            _measure("Reading pages", lambda: pages.show(arguments))
        case ["presets", *names]:
            _measure("The recipes", lambda: presets.show(names))
        case ["queue"]:
            _measure("The queue", lambda: show(queue.rows()))
        case ["reader"]:
            _measure("The reader in a browser", lambda: show(reader.rows()))
        case ["rendering"]:
            _measure("Rendering", lambda: show(rendering.rows()))
        case ["sizing", *arguments]:
            _measure("Sizing", lambda: sizing.show(arguments))
        case ["structure", *arguments]:
            structure.show(arguments)
        case ["teaching"]:
            _measure("Teaching", lambda: show(teaching.rows()))
        case ["training"]:
            _measure("Training", _show_training)
        case ["tuning", *arguments]:
            _measure("Searching", lambda: tuning.show(arguments))
        case ["visitors"]:
            _measure("Many visitors", visitors.show)
        case _:
            _show_speed()


def _measure(name: str, show: Callable[[], None]) -> None:
    """Measure and print; an error in a sentence."""
    try:
        show()
    except MnistError as error:
        sys.exit(f"{name} cannot be measured: {error}")


def _show_training() -> None:
    """Train, and draw meanwhile."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from benchmarks import training  # imports TensorFlow, which would weigh on what the others measure

    training.show()


def _show_speed() -> None:
    """Start, predictions and the page."""
    rows = [*process.rows(), *inference.rows()]
    if chromium():
        rows += page.rows()
    else:
        print("No Chromium is found, so the page is not measured.")
    show(rows)


if __name__ == "__main__":
    main()
