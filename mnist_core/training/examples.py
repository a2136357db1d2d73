"""What a network learns from and what its training is steered by. Test images never come here."""

from collections.abc import Mapping
from dataclasses import dataclass

import keras
import numpy as np

from mnist_core.data import load_dataset, load_pen_strokes
from mnist_core.errors import ConfigError
from mnist_core.files import array_sha256
from mnist_core.training.augmentation import augment, restyled
from mnist_core.training.config import TrainingConfig
from mnist_core.types import Float32Array, UInt8Array


@dataclass(frozen=True, eq=False)
class Examples:
    """Images uint8 (n, 28, 28) and labels uint8 (n,) for training and for validation.

    Attributes
    ----------
    hashes
        Name of each dataset to the SHA-256 of its training images before they were divided.
    """

    images: UInt8Array
    labels: UInt8Array
    validation_images: UInt8Array
    validation_labels: UInt8Array
    hashes: Mapping[str, str]


def load_examples(config: TrainingConfig, *, download: bool = True) -> Examples:
    """The examples that a config asks for, from the training splits alone.

    Raises
    ------
    DatasetError
        If a dataset cannot be had.
    ConfigError
        If there are too few images to set some aside for validation.
    """
    parts = [_divided(name, config, download) for name in config.data]
    images, labels, validation_images, validation_labels = (
        np.concatenate(arrays) for arrays in zip(*(arrays for arrays, _ in parts), strict=True)
    )
    hashes = {name: digest for name, (_, digest) in zip(config.data, parts, strict=True)}
    return Examples(images, labels, validation_images, validation_labels, hashes)


def _divided(name: str, config: TrainingConfig, download: bool) -> tuple[tuple[np.ndarray, ...], str]:
    """Images and labels for training, the same for validation, and the hash of all the images, of one dataset."""
    dataset = load_dataset(name, download=download).split("train")
    rng = np.random.default_rng(config.seed)
    order = rng.permutation(len(dataset))[: config.limit or None]
    held_out = round(len(order) * config.validation_share)
    if not 0 < held_out < len(order):
        raise ConfigError(f"{name} must leave images for training and for validation. Received: {len(order)} in all.")
    validation, training = np.sort(order[:held_out]), np.sort(order[held_out:])
    images, labels = dataset.images[training], dataset.labels[training]
    if name == "pen-digits":
        strokes = load_pen_strokes(download=download)
        again = [restyled(strokes.strokes(i), rng) for _ in range(config.stroke_variants - 1) for i in training]
        images = np.concatenate([images, np.array(again, np.uint8).reshape(-1, *images.shape[1:])])
        labels = np.tile(labels, config.stroke_variants)
    digest = array_sha256(dataset.images)
    return (images, labels, dataset.images[validation], dataset.labels[validation]), digest


class Batches(keras.utils.PyDataset):
    """Shuffled, augmented training batches; the seed, the epoch and the batch's number decide its content."""

    def __init__(self, images: UInt8Array, labels: UInt8Array, config: TrainingConfig) -> None:
        # Batches are made beside the training step: OpenCV and numpy let go of the interpreter lock.
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._images, self._labels, self._config = images, labels, config
        self._epoch = -1
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self._labels) // self._config.batch_size)

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch."""
        self._epoch += 1
        self._order = np.random.default_rng((self._config.seed, self._epoch)).permutation(len(self._labels))

    def __getitem__(self, index: int) -> tuple[Float32Array, UInt8Array]:
        """One batch: images float32 (b, 28, 28) in [0, 1] and labels (b,)."""
        size = self._config.batch_size
        rows = self._order[index * size : (index + 1) * size]
        images = self._images[rows]
        if self._config.augmentation:
            rng = np.random.default_rng((self._config.seed, self._epoch, index))
            images = augment(images, self._config.augmentation, rng)
        return as_inputs(images), self._labels[rows]


def as_inputs(images: UInt8Array) -> Float32Array:
    """Images as a network takes them: float32 in [0, 1]."""
    return images.astype(np.float32) / np.float32(255)
