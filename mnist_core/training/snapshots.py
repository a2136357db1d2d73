"""What a network sees in some validation digits after each epoch: what the film of its training is made of."""

import logging
from pathlib import Path

import keras
import numpy as np

from mnist_core.array_files import read_npy
from mnist_core.maps.embedding import fit_reduction
from mnist_core.model.bundle import SNAPSHOTS
from mnist_core.model.last_layer import FEATURES
from mnist_core.records import UNUSABLE
from mnist_core.training.examples import Examples
from mnist_core.types import Float32Array, as_shades

log = logging.getLogger(__name__)

# So many validation digits are looked at, and of so many epochs it is kept what the network saw.
DIGITS = 1_000
FRAMES = 24
BATCH = 250


class SnapshotWriter(keras.callbacks.Callback):
    """Writes the features of some validation digits before training and after each epoch, in half precision.

    Parameters
    ----------
    examples
        What the network learns from; the first `DIGITS` digits of the validation part are looked at.
    work
        The run's folder for checkpoints: a run that was cut off goes on with what is there.
    """

    def __init__(self, examples: Examples, work: Path) -> None:
        super().__init__()
        self._images = as_shades(watched_digits(examples)[0])
        self._folder = work / "snapshots"

    def on_train_begin(self, *_: object, **__: object) -> None:
        # What a network learns ends in the layer before the last one; it shares its weights with the network itself.
        self._eyes = keras.Model(self.model.input, self.model.get_layer(FEATURES).output)
        self._folder.mkdir(parents=True, exist_ok=True)
        if not (self._folder / _file(0)).exists():
            self._write(0)

    def on_epoch_end(self, epoch: int, *_: object, **__: object) -> None:
        self._write(epoch + 1)

    def _write(self, epochs: int) -> None:
        """Write what the network sees after so many epochs."""
        parts = np.split(self._images, range(BATCH, len(self._images), BATCH))
        features = np.concatenate([np.asarray(self._eyes(part, training=False)) for part in parts])
        np.save(self._folder / _file(epochs), features.astype(np.float16), allow_pickle=False)


def watched_digits(examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """The images uint8 (n, 28, 28) and labels (n,) that are looked at."""
    digits = examples.validation.digits()
    return np.asarray(digits.images[:DIGITS]), np.asarray(digits.labels[:DIGITS])


def keep_snapshots(examples: Examples, work: Path, epochs: int, folder: Path) -> None:
    """Keep what `SnapshotWriter` has written beside a model's weights, if all of it is there and finite.

    Of many epochs the first, the last and evenly many between are kept; of the features their first principal
    components over all of them.

    Parameters
    ----------
    epochs
        How many epochs the network has learned.
    folder
        The model's.
    """
    chosen = np.unique(np.linspace(0, epochs, min(FRAMES, epochs + 1)).round().astype(int))
    try:
        frames = [read_npy(work / "snapshots" / _file(each)) for each in chosen]
        stacked: Float32Array = np.stack(frames).astype(np.float32)
    except UNUSABLE as error:
        log.warning("The film of the training cannot be kept, as a part is missing: %s", error)
        return
    if not np.isfinite(stacked).all():
        log.warning("The film of the training is not kept: what the network sees grew beyond all numbers.")
        return
    images, labels = watched_digits(examples)
    flat = stacked.reshape(-1, stacked.shape[2])
    kept = fit_reduction(flat).reduced(flat).reshape(*stacked.shape[:2], -1)
    np.savez_compressed(
        folder / SNAPSHOTS, features=kept.astype(np.float16), epochs=chosen, labels=labels, images=images
    )


def _file(epochs: int) -> str:
    """The file of what the network sees after so many epochs."""
    return f"{epochs:05}.npy"
