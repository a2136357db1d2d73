"""What a visitor teaches: drawings, and what they show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self

import cv2
import numpy as np

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.types import CLASSES, IMAGE_SIDE, UInt8Array, describe, frozen

MOST_CORRECTIONS = 200
# A drawing is seen so often, turned, moved and with another pen, and all of them together no more often than that.
VARIANTS, MOST_VARIANTS = 8, 400
# Degrees, share of the size, share of the height, and pixels, either way.
TURN, ZOOM, SLANT, SHIFT = 10.0, 0.08, 0.1, 1.0

_THIN = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_CENTRE = ((IMAGE_SIDE - 1) / 2, (IMAGE_SIDE - 1) / 2)


class Labelled(Protocol):
    """A drawing of which a visitor may have said what it shows: what the collection keeps is one."""

    @property
    def image(self) -> UInt8Array:
        """uint8 (28, 28), ink 255 on background 0."""

    @property
    def label(self) -> int | None:
        """The digit; None where nobody said."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A visitor's drawings and what they show, also of those that were read right.

    Attributes
    ----------
    images
        uint8 (n, 28, 28) in MNIST form, ink 255 on background 0; 1 to `MOST_CORRECTIONS` of them.
    labels
        uint8 (n,), 0 to 9.

    Raises
    ------
    ConfigError
        If they are anything else, or a drawing has no ink.
    """

    images: UInt8Array
    labels: UInt8Array

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        for name, array, shape in (("images", images, (IMAGE_SIDE, IMAGE_SIDE)), ("labels", labels, ())):
            if (
                not isinstance(array, np.ndarray)
                or array.dtype != np.uint8
                or array.shape[1:] != shape
                or not array.ndim
            ):
                text = _("A lesson's {name} must be uint8 of shape {shape}. Received: {received}.")
                raise ConfigError(text, name=name, shape=("n", *shape), received=describe(array))
        if len(images) != len(labels) or not 1 <= len(images) <= MOST_CORRECTIONS:
            text = _("A lesson has 1 to {most} drawings and a label for each. Received: {drawings} and {labels}.")
            raise ConfigError(
                text, most=number(MOST_CORRECTIONS), drawings=number(len(images)), labels=number(len(labels))
            )
        if labels.max() >= CLASSES:
            raise ConfigError(_("A label is a digit from 0 to 9. Received: {label}."), label=int(labels.max()))
        if not images.any(axis=(1, 2)).all():
            raise ConfigError(_("A drawing that is to be learned from must have ink. Received: an empty one."))
        frozen(images)
        frozen(labels)

    @classmethod
    def of(cls, drawings: Iterable[Labelled]) -> Self:
        """The lesson of the first `MOST_CORRECTIONS` drawings that have a label; a collection gives the newest first.

        Raises
        ------
        ConfigError
            If none has.
        """
        said = [each for each in drawings if each.label is not None][:MOST_CORRECTIONS]
        images = np.array([each.image for each in said], np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
        return cls(images, np.array([each.label for each in said], np.uint8))

    def __len__(self) -> int:
        return len(self.labels)


def varied(images: UInt8Array) -> tuple[UInt8Array, int]:
    """Each drawing as it is and as the same hand might have drawn it: turned, moved, slanted, with another pen.

    Parameters
    ----------
    images
        uint8 (n, 28, 28).

    Returns
    -------
    uint8 (n * k, 28, 28), the k of each drawing after one another, itself first, and k; the same each time.
    """
    count = max(1, min(VARIANTS, MOST_VARIANTS // len(images)))
    rng = np.random.default_rng(0)
    changes = [_matrix(rng) for _each in range(count - 1)]
    several = [[image, *(_changed(image, matrix, index) for index, matrix in enumerate(changes))] for image in images]
    return np.array(several, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE), count


def _matrix(rng: np.random.Generator) -> np.ndarray:
    """How a drawing is turned, sized, slanted and moved: (2, 3)."""
    matrix: np.ndarray = cv2.getRotationMatrix2D(_CENTRE, rng.uniform(-TURN, TURN), 1 + rng.uniform(-ZOOM, ZOOM))
    slant = rng.uniform(-SLANT, SLANT)
    matrix[0, 1] += slant
    matrix[0, 2] += rng.uniform(-SHIFT, SHIFT) - slant * _CENTRE[1]
    matrix[1, 2] += rng.uniform(-SHIFT, SHIFT)
    return matrix


def _changed(image: UInt8Array, matrix: np.ndarray, index: int) -> UInt8Array:
    """A drawing by a matrix, every second one with a thicker pen and every third with a thinner one."""
    moved = cv2.warpAffine(image, matrix, (IMAGE_SIDE, IMAGE_SIDE))
    if index % 3 == 0:
        return moved  # type: ignore[return-value]
    other = cv2.dilate(moved, _THIN) if index % 3 == 1 else cv2.erode(moved, _THIN)
    return cv2.addWeighted(other, 0.5, moved, 0.5, 0)  # type: ignore[return-value]
