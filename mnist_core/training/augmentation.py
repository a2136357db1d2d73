"""Changing training images as other hands and pens would."""

import cv2
import numpy as np

from mnist_core.synthesis.noise import noisy
from mnist_core.training.config import Augmentation
from mnist_core.types import IMAGE_SIDE, Float32Array, UInt8Array

# A smooth displacement is random numbers on so coarse a grid, enlarged (Simard, Steinkraus, Platt, "Best Practices for
# Convolutional Neural Networks", 2003, blur a fine one to the same effect).
ELASTIC_GRID = 6

_THIN = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_CENTRE = (IMAGE_SIDE - 1) / 2


def augment(images: UInt8Array, augmentation: Augmentation, rng: np.random.Generator) -> UInt8Array:
    """Change each image at random: turn, move, zoom, stretch, slant, bend, make thicker or thinner, spoil.

    Parameters
    ----------
    images
        uint8 (n, 28, 28), ink 255 on background 0.

    Returns
    -------
    uint8 (n, 28, 28), new images.
    """
    maps = _sampling_maps(len(images), augmentation, rng)
    changed = np.stack(
        [
            cv2.remap(image, each[..., 0], each[..., 1], cv2.INTER_LINEAR)
            for image, each in zip(images, maps, strict=True)
        ]
    )
    for index in np.flatnonzero(rng.random(len(images)) < augmentation.thickness):
        changed[index] = _with_other_pen(changed[index], rng)
    return noisy(changed, augmentation.noise, rng) if augmentation.noise else changed


def _sampling_maps(n: int, augmentation: Augmentation, rng: np.random.Generator) -> Float32Array:
    """Where each pixel of each new image comes from in the old one: (n, 28, 28, 2), x and y."""

    def up_to(limit: float) -> np.ndarray:
        return rng.uniform(-limit, limit, n)

    angle = np.deg2rad(up_to(augmentation.rotation))
    zoom = 1 + up_to(augmentation.zoom)
    stretch = 1 + up_to(augmentation.stretch)
    shear = up_to(augmentation.shear)
    cos, sin = np.cos(angle), np.sin(angle)
    wide, high = zoom * stretch, zoom / stretch
    matrices = np.stack([wide * cos, wide * (shear * cos - sin), high * sin, high * (shear * sin + cos)], axis=1)
    matrices = matrices.reshape(n, 2, 2).astype(np.float32)
    shift = np.stack([up_to(augmentation.shift), up_to(augmentation.shift)], axis=1).astype(np.float32)
    axis = np.arange(IMAGE_SIDE, dtype=np.float32) - np.float32(_CENTRE)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    maps = (grid @ matrices.transpose(0, 2, 1)).reshape(n, IMAGE_SIDE, IMAGE_SIDE, 2)
    maps += shift[:, None, None] + np.float32(_CENTRE)
    if augmentation.elastic:
        maps += _displacements(n, augmentation.elastic, rng)
    return np.ascontiguousarray(maps)


def _displacements(n: int, sigma: float, rng: np.random.Generator) -> Float32Array:
    """Smooth random displacements in pixels, (n, 28, 28, 2)."""
    coarse = rng.normal(0, sigma, (n, ELASTIC_GRID, ELASTIC_GRID, 2)).astype(np.float32)
    size = (IMAGE_SIDE, IMAGE_SIDE)
    return np.stack([cv2.resize(each, size, interpolation=cv2.INTER_CUBIC) for each in coarse])


def _with_other_pen(image: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """One image with strokes thicker or thinner by part of a pixel."""
    other = cv2.dilate(image, _THIN) if rng.random() < 0.6 else cv2.erode(image, _THIN)
    share = rng.uniform(0.2, 0.9)
    return cv2.addWeighted(other, share, image, 1 - share, 0)  # type: ignore[return-value]
