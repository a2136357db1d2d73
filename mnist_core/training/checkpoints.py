"""What a run leaves on the disk while it goes on, and how it goes on from there after a crash."""

import csv
import json
import logging
import math
import shutil
from pathlib import Path

import keras

from mnist_core.files import written_file
from mnist_core.model.bundle import HISTORY

log = logging.getLogger(__name__)

BACKUP = "backup"
BEST = "best.weights.h5"
# Files of Keras's BackupAndRestore; the second of each is the one before.
_WEIGHTS, _METADATA, _BEFORE = "latest.weights.h5", "training_metadata.json", ".bkp"

# What reading a damaged or foreign file of weights can raise.
UNREADABLE = (OSError, ValueError, KeyError, TypeError)

History = list[dict[str, float]]


def checkpointing(work: Path, history: History) -> list[keras.callbacks.Callback]:
    """Keras's callbacks that keep the history, the best weights, and all that a run needs to go on.

    The last of them has to come after every other callback.

    Parameters
    ----------
    history
        Of the epochs that an earlier run has completed.
    """
    best = min((row["val_loss"] for row in history if math.isfinite(row["val_loss"])), default=None)
    return [
        keras.callbacks.CSVLogger(str(work / HISTORY), append=True),
        keras.callbacks.ModelCheckpoint(
            work / BEST, "val_loss", save_best_only=True, save_weights_only=True, initial_value_threshold=best
        ),
        keras.callbacks.BackupAndRestore(work / BACKUP, double_checkpoint=True, delete_checkpoint=False),
    ]


def resumed(network: keras.Model, work: Path) -> History:
    """Find the last sound checkpoint for a network, and give the history up to it.

    `BackupAndRestore` then goes on from it. Where there is none, `work` is empty afterwards.
    """
    work.mkdir(parents=True, exist_ok=True)
    for suffix in ("", _BEFORE):
        history = _completed(network, work, suffix)
        if history:
            if suffix:
                for name in (_WEIGHTS, _METADATA):
                    shutil.copyfile(work / BACKUP / f"{name}{suffix}", work / BACKUP / name)
            _rewrite(work / HISTORY, history)
            return history
    shutil.rmtree(work)
    work.mkdir()
    return []


def take_best(network: keras.Model, work: Path) -> None:
    """Give a network the best epoch's weights; it keeps its last ones if these cannot be read."""
    if not _is_loaded(network, work / BEST):
        log.warning("The best epoch's weights cannot be read: the last epoch's are taken.")


def read_history(path: Path) -> History:
    """Measures of each epoch; a last line that is not whole is left out."""
    try:
        rows = list(csv.DictReader(path.read_text().splitlines()))
    except FileNotFoundError:
        return []
    return [
        {name: float(value) for name, value in row.items()} for row in rows if all(row.values()) and None not in row
    ]


def _completed(network: keras.Model, work: Path, suffix: str) -> History:
    """The history up to a checkpoint; empty if there is no sound one."""
    weights, metadata = (work / BACKUP / f"{name}{suffix}" for name in (_WEIGHTS, _METADATA))
    if not weights.exists():
        return []
    try:
        epochs = int(json.loads(metadata.read_text())["epoch"])
    except UNREADABLE as error:
        log.warning("The checkpoint %s is damaged and left out: %s", metadata, error)
        return []
    history = read_history(work / HISTORY)
    copy = weights.with_name("checked.weights.h5")  # Keras insists on this ending
    shutil.copyfile(weights, copy)
    return history[:epochs] if len(history) >= epochs and _is_loaded(network, copy) else []


def _is_loaded(network: keras.Model, path: Path) -> bool:
    """Whether a network could be given the weights in a file; if not, it is as it was."""
    before = network.get_weights()
    try:
        network.load_weights(path)
    except UNREADABLE as error:
        log.warning("The weights in %s are damaged and left out: %s", path, error)
        network.set_weights(before)
        return False
    return True


def _rewrite(path: Path, history: History) -> None:
    """The history without what came after the checkpoint."""
    with written_file(path) as part, part.open("w", newline="") as file:
        writer = csv.DictWriter(file, history[0])
        writer.writeheader()
        writer.writerows(history)
