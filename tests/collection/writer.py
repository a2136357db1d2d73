"""A process that adds drawings, one after another, and says of each when it is kept. For tests of what is lost.

`python -m tests.collection.writer OWNER HOW_MANY`: waits for a line on stdin, so that several begin at once.
"""

import sys

import numpy as np

from mnist_core.collection import open_collection
from mnist_core.errors import CollectionError
from tests.visitors import reading, scribble


def main(owner: str, how_many: int) -> None:
    """Add so many drawings; an error of the collection ends it."""
    rng = np.random.default_rng(int(owner[:8], 16))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        collection = open_collection()
        for _ in range(how_many):
            entry = collection.drawings.add(scribble(rng), reading(7), "default", owner, label=7)
            print(entry.id, flush=True)
    except CollectionError as error:
        print(f"error: {error}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
