"""Batches to learn from: pages, larger and smaller, in other colours, side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from mnist_core.detector.shards import PAGES, Sample, Shard, load_shard
from mnist_core.detector.targets import targets_of
from mnist_core.numbers.finding import GREY, SIDE
from mnist_core.types import Float32Array, UInt8Array

# Pictures of a batch, and how many of them are of pages that were never learned from.
BATCH, NEW = 16, 8
# Share of pictures that are exactly as large as they are served; the others are between so many times as large.
AS_SERVED, SMALLEST, LARGEST = 0.45, 0.55, 1.4
# Another page begins below one that leaves at least so many rows of pixels.
ROOM = 90
# A thing of which less than this share of the width or height can be seen is cut off.
SEEN = 0.85
# How often colours are swapped, and dark and light.
SWAPPED, INVERTED = 0.3, 0.08


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture of the size that is learned from, uint8 (h, w, 3), with things on it; some may be cut off."""

    picture: UInt8Array
    names: np.ndarray
    boxes: Float32Array
    whole: np.ndarray


def scene_of(samples: Iterator[Sample], rng: np.random.Generator, side: int = SIDE) -> Scene:
    """Pages below each other on a square picture, as many as there is room for."""
    picture = np.full((side, side, 3), GREY, np.uint8)
    names, boxes, whole, top = [], [], [], 0
    while top == 0 or side - top >= ROOM:
        sample = next(samples)
        changed, left, above, scale = _placed(sample.picture, rng, side, side - top)
        height, width = changed.shape[:2]
        picture[top : top + height, :width] = _recoloured(changed, rng)
        moved = sample.boxes * np.float32(scale) - np.array([left, above, left, above], np.float32)
        seen = np.clip(moved, 0, np.array([width, height, width, height], np.float32))
        shares = (seen[:, 2:] - seen[:, :2]) / np.maximum(moved[:, 2:] - moved[:, :2], 1e-3)
        is_there = (shares > 0).all(axis=1)
        names.append(sample.names[is_there])
        boxes.append((seen + np.array([0, top, 0, top], np.float32))[is_there])
        whole.append((shares >= SEEN).all(axis=1)[is_there])
        top += height
    return Scene(picture, np.concatenate(names), np.vstack(boxes), np.concatenate(whole))


def batch_of(scenes: Sequence[Scene]) -> tuple[np.ndarray, ...]:
    """Pictures (n, h, w, 3), and the arrays of their targets."""
    targets = [targets_of(each.names, each.boxes, each.whole, each.picture.shape[:2]) for each in scenes]
    fields = "sorts", "counted", "names", "boxes", "near"
    return np.stack([each.picture for each in scenes]), *(
        np.stack([getattr(each, field) for each in targets]) for field in fields
    )


class Batches:
    """The batches of a training by their numbers: each the same whenever and how often it is asked for.

    Half of a batch is of pages that no batch before had, the rest of any pages that came before.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._shards: dict[int, Shard] = {}

    def batch(self, number: int) -> tuple[np.ndarray, ...]:
        """The batch of a number."""
        rng = np.random.default_rng((self._seed, number))
        known = max(number * NEW, NEW)

        def earlier() -> Iterator[Sample]:
            while True:
                yield self._sample(int(rng.integers(known)))

        again = earlier()
        scenes = []
        for index in range(BATCH):
            first = [self._sample(number * NEW + index)] if index < NEW else []
            scenes.append(scene_of(chain(first, again), rng))
        return batch_of(scenes)

    def _sample(self, index: int) -> Sample:
        number = index // PAGES
        if number not in self._shards:
            self._shards[number] = load_shard(self._folder, number)
        return self._shards[number].sample(index % PAGES)


def _placed(picture: UInt8Array, rng: np.random.Generator, side: int, rows: int) -> tuple[UInt8Array, int, int, float]:
    """A picture larger or smaller, a part of it that has room, and where that begins."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if rng.random() >= AS_SERVED:
        scale *= float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (int(rng.integers(max(0, have - room) + 1)) for have, room in ((size[0], side), (size[1], rows)))
    return scaled[top : top + rows, left : left + side], left, top, scale  # type: ignore[return-value]


def _recoloured(picture: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A picture in other colours, darker or lighter, with more or less contrast, or not."""
    if rng.random() < SWAPPED:
        picture = picture[..., rng.permutation(3)]
    if rng.random() < INVERTED:
        picture = 255 - picture
    if rng.random() < 0.5:
        contrast, light = float(rng.uniform(0.7, 1.3)), float(rng.normal(0, 20))
        return np.clip(picture * np.float32(contrast) + np.float32(light), 0, 255).astype(np.uint8)
    return picture
