"""Teachers: larger networks whose answers a small one learns from, beside the labels.

Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015. The teachers are asked once; what they say
of MNIST's training images lies beside this file, so that the small network can be trained without them. They learn from
the same images as it, never from the writers who are held out, and no test image comes near them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np

from mnist_core.array_files import read_npz
from mnist_core.datasets import load_dataset
from mnist_core.errors import TrainingError
from mnist_core.files import array_sha256, written_file
from mnist_core.training.augmentation import augment
from mnist_core.training.config import Augmentation, TrainingConfig
from mnist_core.types import CLASSES, Float32Array, UInt8Array, as_shades

ASKED_ABOUT = "mnist"
SOFT_LABELS = Path(__file__).with_name("soft_labels.npz")

# The teachers: networks that are twice as costly, each from other random weights. One was trained so far.
TEACHERS = tuple(
    TrainingConfig(
        name=f"teacher-{seed}", network="wide", data=(ASKED_ABOUT,), epochs=30, patience=30, averaging=0.999, seed=seed
    )
    for seed in (1,)
)
# Logits are divided by this: a teacher's doubts become visible beside what it is sure of.
TEMPERATURE = 2.0
# Each image is shown to each teacher so many times, mostly a little changed.
LOOKS = 8
_LOOK = Augmentation(rotation=6, shift=1, zoom=0.06, stretch=0.06, shear=0.1, elastic=0.4, thickness=0.2)
_BATCH = 500
# Probabilities are kept as their square roots in 255ths: exact enough, and in a small file.
_STEPS = 255


def soft_labels(digest: str) -> Float32Array:
    """What the teachers say of the images with this SHA-256: float32 (n, 10), each row adds up to 1.

    Raises
    ------
    TrainingError
        If they were asked about other images.
    """
    arrays = read_npz(SOFT_LABELS)
    if str(arrays["digest"]) != digest:
        raise TrainingError(
            f"The teachers were asked about the images with the SHA-256 {arrays['digest']}, and these are others. "
            f"Received: {digest}. Set soft_labels=0 to learn from the labels alone."
        )
    shares = np.square(arrays["roots"].astype(np.float32))
    return shares / shares.sum(axis=1, keepdims=True)


def ask(networks: Sequence[keras.Model], told: Callable[[int, int], None] = lambda *_: None) -> Path:
    """Ask teachers about MNIST's training images, and keep what they say.

    Parameters
    ----------
    told
        Called with how many looks are done, and of how many.

    Returns
    -------
    The file.
    """
    dataset = load_dataset(ASKED_ABOUT, download=False).split("train")
    total = np.zeros((len(dataset), CLASSES), np.float32)
    for look in range(LOOKS):
        images = dataset.images if not look else augment(dataset.images, _LOOK, np.random.default_rng(look))
        for network in networks:
            total += _said(network, images)
        told(look + 1, LOOKS)
    roots = np.rint(_STEPS * np.sqrt(total / (LOOKS * len(networks)))).astype(np.uint8)
    with written_file(SOFT_LABELS) as part, part.open("wb") as file:
        np.savez_compressed(file, roots=roots, digest=np.array(array_sha256(dataset.images)))
    return SOFT_LABELS


def _said(network: keras.Model, images: UInt8Array) -> Float32Array:
    """What one teacher says of images, as probabilities (n, 10)."""
    from scipy.special import softmax

    parts = (as_shades(images[start : start + _BATCH]) for start in range(0, len(images), _BATCH))
    logits = np.concatenate([network.predict_on_batch(part)[:, :CLASSES] for part in parts])
    return softmax(logits / TEMPERATURE, axis=1)
