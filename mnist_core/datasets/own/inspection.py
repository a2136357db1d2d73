"""What there is to know of images before they are added: duplicates, MNIST's test digits among them, their split."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mnist_core.datasets.own.form import Detected, InForm
from mnist_core.datasets.own.rows import TEST, TRAIN, Refusals
from mnist_core.errors import DatasetError
from mnist_core.types import CLASSES, BoolArray, UInt8Array

FEWEST_IMAGES = 20
"""Fewer say nothing about handwriting."""

TEST_SHARE = 5
"""One image in so many is set apart where the file says nothing of a split."""


@dataclass(frozen=True)
class Findings:
    """What was found out about images before they are added.

    Attributes
    ----------
    detected
        What they were like in the file.
    counts
        So many images of each digit.
    train, test
        So many to learn from and to test with.
    is_proposed
        Whether the split is not the file's own.
    duplicates
        So many images are there before, pixel for pixel.
    contradictory
        So many of these have another label there.
    moved
        So many were to be learned from and are tested with, because the same image is.
    in_mnist_test
        So many are MNIST's own test digits: none of them is learned from. None where MNIST is not on this machine.
    refused
        Reason to the place of the first and how many.
    """

    detected: Detected
    counts: tuple[int, ...]
    train: int
    test: int
    is_proposed: bool
    duplicates: int
    contradictory: int
    moved: int
    in_mnist_test: int | None
    refused: Mapping[str, tuple[str, int]]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Findings":
        """What `to_json` gave; a KeyError, TypeError or ValueError if it is nothing of that kind."""
        detected = Detected(**{**values["detected"], "size": tuple(values["detected"]["size"])})
        refused = {str(reason): (str(first), int(count)) for reason, (first, count) in values["refused"].items()}
        counts = tuple(map(int, values["counts"]))
        return cls(**{**values, "detected": detected, "refused": refused, "counts": counts})


@dataclass(frozen=True, eq=False)
class Inspected:
    """Images ready to be added: those to learn from first."""

    images: UInt8Array
    labels: UInt8Array
    findings: Findings


def inspected(found: InForm, refusals: Refusals, mnist_test: UInt8Array | None) -> Inspected:
    """Look the images over, and put those to learn from before those to test with.

    An image that is tested with, here or by MNIST, is never learned from.

    Parameters
    ----------
    mnist_test
        MNIST's test images, uint8 (10000, 28, 28); None where it is not on this machine.

    Raises
    ------
    DatasetError
        If there are too few.
    """
    if len(found.labels) < FEWEST_IMAGES:
        raise DatasetError(
            f"There are {len(found.labels):,} images that can be taken, and at least {FEWEST_IMAGES} are needed. "
            f"Nothing was added.{' Refused: ' + refusals.in_words() + '.' if len(refusals) else ''}"
        )
    keys = _keys(found.images)
    __, first, same = np.unique(keys, return_index=True, return_inverse=True)
    is_later = np.arange(len(keys)) != first[same]
    is_proposed = not {TRAIN, TEST} <= set(found.splits.tolist())
    is_test = _proposed(found.labels[first])[same] if is_proposed else found.splits == TEST
    before = int(is_test.sum())
    is_known = None if mnist_test is None else np.isin(keys, _keys(mnist_test))
    if is_known is not None:
        is_test = is_test | is_known
    is_test = np.isin(same, same[is_test])
    order = np.argsort(is_test, kind="stable")
    findings = Findings(
        detected=found.detected,
        counts=tuple(np.bincount(found.labels, minlength=CLASSES).tolist()),
        train=int((~is_test).sum()),
        test=int(is_test.sum()),
        is_proposed=is_proposed,
        duplicates=int(is_later.sum()),
        contradictory=int((found.labels != found.labels[first[same]]).sum()),
        moved=int(is_test.sum()) - before,
        in_mnist_test=None if is_known is None else int(is_known.sum()),
        refused={reason: (each.first, each.count) for reason, each in refusals.by_reason.items()},
    )
    return Inspected(found.images[order], found.labels[order], findings)


def _keys(images: UInt8Array) -> np.ndarray:
    """What tells the pixels of an image from those of all others, one for each, 16 bytes."""
    whole = np.ascontiguousarray(images).reshape(len(images), -1)
    return np.array([hashlib.blake2b(each.data, digest_size=16).digest() for each in whole], "V16").view("S16")


def _proposed(labels: UInt8Array) -> BoolArray:
    """Which of some different images are set apart: of each digit one in five, the same ones every time."""
    is_test = np.zeros(len(labels), bool)
    random = np.random.default_rng(0)
    for digit in range(CLASSES):
        at = random.permutation(np.flatnonzero(labels == digit))
        is_test[at[: round(len(at) / TEST_SHARE)]] = True
    return is_test
