"""What small networks make of images that they have not learned from: out-of-sample probabilities by cross-validation.

The training images are divided into folds; for each fold a fresh network learns from the others and reads that one. No
image is held out to steer by: every network learns for the same number of steps.
"""

import logging
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from mnist_core.array_files import read_npy
from mnist_core.errors import TrainingError
from mnist_core.files import written_file
from mnist_core.labels.check import FOLDS, SEED, Made, accuracies, check_enough_images
from mnist_core.records import UNUSABLE
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import Batches, Images
from mnist_core.training.loop import EVALUATION_BATCH, compiled_network
from mnist_core.training.presets import PRESETS
from mnist_core.types import CLASSES, Dataset, Float32Array, Tell, as_shades, untold

log = logging.getLogger(__name__)

PRESET = "quick"
# A network needs about so many steps, however few its images are: these are then shown more often.
STEPS = 1_000


def out_of_sample(dataset: Dataset, work: Path, tell: Tell = untold) -> tuple[Float32Array, Made]:
    """Read each training image with a network that has not learned from it, and the others with all networks.

    Parameters
    ----------
    work
        Folder that each fold's probabilities are kept in: a run that was cut off goes on with the next fold.
    tell
        Called every few steps with how many of all folds are done, how many there are, and in which fold they are,
        counted from 0.

    Returns
    -------
    Probabilities float32 (n, 10) in the dataset's order, of images outside of the training split the mean over the
    networks, and how they were made.

    Raises
    ------
    DatasetError
        If a digit has fewer training images than there are folds.
    TrainingError
        If a network's answers are no numbers.
    """
    check_enough_images(dataset)
    rows = np.arange(len(dataset))
    train = rows[dataset.splits["train"]]
    others = np.setdiff1d(rows, train)
    config = fold_config(len(train))
    found = np.zeros((len(dataset), CLASSES), np.float32)
    for fold, held_out in enumerate(_held_out(dataset.labels[train])):
        read = np.concatenate([train[held_out], others])
        path = work / f"fold-{fold}.npy"
        probabilities = _kept(path, len(read))
        if probabilities is None:
            told = _Told(tell, fold, FOLDS)
            network = _trained(dataset, np.delete(train, held_out), replace(config, seed=SEED + fold), told)
            probabilities = _read(network, dataset.images[read])
            with written_file(path) as part, part.open("wb") as file:
                np.save(file, probabilities, allow_pickle=False)
        found[train[held_out]] = probabilities[: len(held_out)]
        found[others] += probabilities[len(held_out) :] / np.float32(FOLDS)
    return found, Made(FOLDS, config.epochs, SEED, config.network, *accuracies(dataset, found))


def fold_config(images: int) -> TrainingConfig:
    """How each network learns from its share of so many training images."""
    preset = PRESETS[PRESET].config
    steps = -(-(images - images // FOLDS) // preset.batch_size)
    return replace(preset, epochs=max(preset.epochs, -(-STEPS // steps)), seed=SEED)


def _held_out(labels: np.ndarray) -> list[np.ndarray]:
    """For each fold the positions of its images; every digit has the same share in each."""
    from sklearn.model_selection import StratifiedKFold

    divided = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(labels)), labels)
    return [held_out for _, held_out in divided]


def _trained(dataset: Dataset, rows: np.ndarray, config: TrainingConfig, told: "_Told") -> keras.Model:
    """A fresh network that has learned from these images."""
    keras.utils.set_random_seed(config.seed)
    batches = Batches(Images(dataset.images[rows], dataset.labels[rows]), config)
    network = compiled_network(config, len(batches))
    network.fit(batches, epochs=config.epochs, shuffle=False, verbose=0, callbacks=[told])
    return network


def _read(network: keras.Model, images: np.ndarray) -> Float32Array:
    """Probabilities (n, 10) of images."""
    logits = network.predict(as_shades(images), batch_size=EVALUATION_BATCH, verbose=0).astype(np.float64)
    if not np.isfinite(logits).all():
        raise TrainingError("A network of the label check gave answers that are no numbers. Try again.")
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def _kept(path: Path, images: int) -> Float32Array | None:
    """The probabilities that an earlier worker left of a fold; None if there are none that can be used."""
    try:
        found = read_npy(path)
        if found.dtype == np.float32 and found.shape == (images, CLASSES):
            return found
    except FileNotFoundError:
        return None
    except UNUSABLE as error:
        log.warning("The fold in %s is damaged and is made again: %s", path, error)
    return None


class _Told(keras.callbacks.Callback):
    """Tells how far all folds are."""

    def __init__(self, tell: Tell, fold: int, folds: int) -> None:
        super().__init__()
        self._tell = tell
        self._fold, self._folds, self._epoch = fold, folds, 0

    def on_epoch_begin(self, epoch: int, *_: object, **__: object) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, *_: object, **__: object) -> None:
        each = self.params["epochs"] * self.params["steps"]
        # Steps that run together may pass the end of an epoch.
        done = min(self._epoch * self.params["steps"] + batch + 1, (self._epoch + 1) * self.params["steps"])
        self._tell(self._fold * each + done, self._folds * each, self._fold)
