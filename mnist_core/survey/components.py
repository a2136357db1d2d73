"""Principal components of a dataset: in which few ways its images differ most, and one image rebuilt from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from mnist_core.errors import DatasetError
from mnist_core.store import Arrays, check_array, keep, load_kept, of_dataset, of_images
from mnist_core.types import IMAGE_SIDE, Dataset, Float32Array, UInt8Array, as_shades, check_number, describe, frozen

# So many axes are kept: MNIST rebuilt from 200 is hardly told from MNIST.
COMPONENTS = 200
PIXELS = IMAGE_SIDE**2


@dataclass(frozen=True, eq=False)
class Components:
    """The principal components of a dataset's training images, pixels from 0 to 1.

    Attributes
    ----------
    mean
        float32 (784,): the average image.
    axes
        float32 (k, 784): the first `COMPONENTS` components, or all there are, each of length 1, the one along which the
        images differ most first.
    ratios
        float32 (min(n, 784),): the share of the variance that each of all components explains.
    """

    VERSION: ClassVar[int] = 1
    NOUN: ClassVar[str] = "components"
    ARRAYS: ClassVar[tuple[str, ...]] = ("mean", "axes", "ratios")

    dataset: Dataset
    mean: Float32Array
    axes: Float32Array
    ratios: Float32Array

    @classmethod
    def from_kept(cls, dataset: Dataset, arrays: Arrays, _manifest: Mapping[str, Any]) -> Self:
        """The components of verified arrays; a ValueError if they do not fit together."""
        check_array("mean", arrays["mean"], np.float32, (PIXELS,))
        check_array("axes", arrays["axes"], np.float32, (min(COMPONENTS, len(arrays["ratios"])), PIXELS))
        check_array("ratios", arrays["ratios"], np.float32, (-1,))
        return cls(dataset, **arrays)

    def __len__(self) -> int:
        return len(self.axes)

    @cached_property
    def shares(self) -> Float32Array:
        """The share of the variance that the first 0, 1, 2 ... of all components explain together, from 0 to 1."""
        sums = np.cumsum(self.ratios, dtype=np.float64)
        return frozen(np.minimum(np.concatenate([[0.0], sums]), 1).astype(np.float32))

    def share(self, count: int) -> float:
        """The share of the variance that the first so many of all components explain, 0 to 1.

        Raises
        ------
        ConfigError
            If there are not so many.
        """
        check_number("The number of components", count, 0, len(self.ratios), whole=True)
        return float(self.shares[count])

    def needed(self, share: float) -> int:
        """How many components explain at least this share of the variance.

        Raises
        ------
        ConfigError
            If it is no share.
        """
        check_number("The share of the variance", share, 0, 1)
        return min(int(np.searchsorted(self.shares, share)), len(self.ratios))

    def rebuild(self, image: UInt8Array, count: int) -> Float32Array:
        """An image made of the average image and its first so many components.

        Parameters
        ----------
        image
            uint8 (28, 28), from the dataset or not.
        count
            0 (the average image) to `len(self)`.

        Returns
        -------
        float32 (28, 28): 0 is background and 1 is ink, but a little less and more occurs; clip it to show it.

        Raises
        ------
        ConfigError
            If there are not so many components.
        DatasetError
            If the image is of another form.
        """
        check_number("The number of components", count, 0, len(self), whole=True)
        axes = self.axes[:count]
        centred = _flat(image[None])[0] - self.mean
        return (self.mean + (axes @ centred) @ axes).reshape(IMAGE_SIDE, IMAGE_SIDE)

    def error(self, image: UInt8Array, count: int) -> float:
        """How far a pixel of the rebuilt image is from that of the image: root mean square, 0 to 1 is black to white.

        Raises
        ------
        ConfigError, DatasetError
            As `rebuild`.
        """
        difference = self.rebuild(image, count).reshape(1, -1) - _flat(image[None])
        return float(np.sqrt(np.mean(difference**2)))


def compute_components(dataset: Dataset) -> Components:
    """Find the principal components of a dataset's training images and keep them, in the place of what was there.

    Raises
    ------
    DatasetError
        If there are fewer than two training images, they are all the same, or the components cannot be written.
    """
    from sklearn.decomposition import PCA

    pixels = _flat(dataset.images[dataset.learned_from])
    if len(pixels) < 2 or not pixels.std(axis=0).any():
        raise DatasetError(
            f"Principal components need two different training images at least. Received: {len(pixels)} of "
            f"{dataset.name}."
        )
    found = PCA().fit(pixels.astype(np.float64))
    arrays = {
        "mean": found.mean_.astype(np.float32),
        "axes": found.components_[:COMPONENTS].astype(np.float32),
        "ratios": found.explained_variance_ratio_.astype(np.float32),
    }
    return keep(Components, of_dataset(Components, dataset), dataset, of_images(dataset), arrays)


def load_components(dataset: Dataset) -> Components | None:
    """The principal components of a dataset, if they are known.

    Returns
    -------
    None if there are none, or none that can be used: they are damaged or of other images, which is logged.
    """
    return load_kept(Components, of_dataset(Components, dataset), dataset, of_images(dataset))


def _flat(images: UInt8Array) -> Float32Array:
    """Images as rows of 784 pixels from 0 to 1."""
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise DatasetError(f"Images must be uint8 (n, 28, 28). Received: {describe(images)}.")
    return as_shades(images.reshape(len(images), PIXELS))
