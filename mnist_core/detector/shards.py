"""Pages to learn from, drawn once and kept in shards: files of some hundred pages, each with all that is on it."""

import multiprocessing
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mnist_core.files import written_file
from mnist_core.ink.pictures import at_most
from mnist_core.numbers.finding import NAMES, in_colour
from mnist_core.synthesis.pages import Hands, Page, Part, page
from mnist_core.training.hands import load_hands
from mnist_core.types import Float32Array, UInt8Array

# Pages of a shard, the longer side of each at most, in pixels, and how well JPEG keeps them.
PAGES = 256
SIDE = 400
QUALITY = 92
# Seconds between looks for a shard that somebody else draws.
PATIENCE = 0.5


@dataclass(frozen=True, eq=False)
class Sample:
    """A page to learn from.

    Attributes
    ----------
    picture
        uint8 (h, w, 3), RGB.
    names
        int64 (n,): what the things on it are, as places in `NAMES`.
    boxes
        float32 (n, 4): left, top, right and bottom of each, in pixels.
    """

    picture: UInt8Array
    names: np.ndarray
    boxes: Float32Array


@dataclass(frozen=True, eq=False)
class Shard:
    """Pages as they are kept: JPEG after JPEG, where each ends, and things (n, 6): page, name, and box."""

    pictures: UInt8Array
    ends: np.ndarray
    things: Float32Array

    def sample(self, index: int) -> Sample:
        """One of its pages."""
        start = int(self.ends[index - 1]) if index else 0
        picture = cv2.imdecode(self.pictures[start : int(self.ends[index])], cv2.IMREAD_COLOR_RGB)
        things = self.things[self.things[:, 0] == index]
        return Sample(picture, things[:, 1].astype(np.int64), things[:, 2:])  # type: ignore[arg-type]


def sample_of(drawn: Page) -> Sample:
    """A page as it is learned from: in colour, and not larger than it has to be."""
    picture = at_most(in_colour(drawn.picture), SIDE)
    scale = picture.shape[1] / drawn.picture.shape[1]
    things = [thing for line in drawn.lines for thing in line]
    boxes = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in (thing.box for thing in things)]
    names = np.array([NAMES.index(thing.name) for thing in things], np.int64)
    return Sample(picture, names, np.array(boxes, np.float32).reshape(-1, 4) * np.float32(scale))


def drawn_shard(hands: Hands, part: Part, seed: int, number: int, pages: int = PAGES) -> Shard:
    """The shard of a number, drawn from a seed."""
    files, things = [], []
    for index in range(pages):
        sample = sample_of(page(hands, part, np.random.default_rng((seed, number, index))))
        picture = cv2.cvtColor(sample.picture, cv2.COLOR_RGB2BGR)
        files.append(cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1])
        rows = np.full((len(sample.names), 1), index), sample.names[:, None], sample.boxes
        things.append(np.hstack(rows).astype(np.float32))
    return Shard(np.concatenate(files), np.cumsum([len(file) for file in files]), np.vstack(things))


def draw_shards(folder: Path, part: Part, seed: int, first: int, last: int, step: int = 1) -> None:
    """Draw every shard of a folder that is not there yet; several processes share them by their first and step.

    A process that was started for it ends when the one that started it has ended.
    """
    cv2.setNumThreads(1)
    hands, parent = load_hands(part, download=False), multiprocessing.parent_process()
    for number in range(first, last, step):
        if parent and not parent.is_alive():
            return
        if not shard_path(folder, number).exists():
            write_shard(folder, number, drawn_shard(hands, part, seed, number))


def write_shard(folder: Path, number: int, shard: Shard) -> None:
    """Keep the shard of a number."""
    with written_file(shard_path(folder, number)) as file, file.open("wb") as out:
        np.savez(out, pictures=shard.pictures, ends=shard.ends, things=shard.things)


def load_shard(folder: Path, number: int) -> Shard:
    """The shard of a number, as soon as it is there."""
    path = shard_path(folder, number)
    while not path.exists():
        time.sleep(PATIENCE)
    with np.load(path) as arrays:
        return Shard(arrays["pictures"], arrays["ends"], arrays["things"])


def shard_path(folder: Path, number: int) -> Path:
    """Where the shard of a number is kept."""
    return folder / f"pages-{number:05}.npz"
