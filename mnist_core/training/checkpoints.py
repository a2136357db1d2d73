"""What a run leaves on the disk while it goes on, and how it goes on from there after a crash."""

import csv
import logging
import math
import shutil
import tempfile
from pathlib import Path

import keras

from mnist_core.files import array_sha256, written_file
from mnist_core.model.bundle import HISTORY
from mnist_core.records import FAULTS, read_object
from mnist_core.types import UInt8Array

log = logging.getLogger(__name__)

BACKUP = "backup"
BEST = "best.weights.h5"
HELD_OUT = "held-out.sha256"
# Files of Keras's BackupAndRestore; the second of each is the one before.
_WEIGHTS, _METADATA, _BEFORE = "latest.weights.h5", "training_metadata.json", ".bkp"

# What reading a damaged or foreign file of weights can raise.
UNREADABLE = (OSError, *FAULTS)

History = list[dict[str, float]]


def checkpointing(
    work: Path, history: History
) -> tuple[keras.callbacks.Callback, keras.callbacks.Callback, keras.callbacks.Callback]:
    """Keras's callbacks that keep the history, the best weights, and all that a run needs to go on.

    The last of them has to come after every other callback.

    Parameters
    ----------
    history
        Of the epochs that an earlier run has completed.
    """
    best = min((row["val_loss"] for row in history if math.isfinite(row["val_loss"])), default=None)
    return (
        keras.callbacks.CSVLogger(str(work / HISTORY), append=True),
        keras.callbacks.ModelCheckpoint(
            work / BEST, "val_loss", save_best_only=True, save_weights_only=True, initial_value_threshold=best
        ),
        keras.callbacks.BackupAndRestore(work / BACKUP, double_checkpoint=True, delete_checkpoint=False),
    )


def resumed(network: keras.Model, work: Path, held_out: UInt8Array | None = None) -> History:
    """Find the last sound checkpoint for a network, and give the history up to it.

    `BackupAndRestore` then goes on from it. Where there is none, or where other images were held out when the run
    began, as it was not known yet who wrote what, `work` has nothing of an earlier run afterwards.

    Parameters
    ----------
    held_out
        The images for validation: a network that has learned from some of them cannot be validated on them.
    """
    work.mkdir(parents=True, exist_ok=True)
    if held_out is None:
        return _found(network, work)
    record, digest = work / HELD_OUT, array_sha256(held_out)
    if record.exists() and record.read_text() != digest:
        log.warning("Other images are held out now than when the run in %s began: training begins anew.", work)
        shutil.rmtree(work)
        work.mkdir()
    history = _found(network, work)
    record.write_text(digest)
    return history


def _found(network: keras.Model, work: Path) -> History:
    """The history up to the last sound checkpoint; where there is none, `work` is emptied."""
    for suffix in ("", _BEFORE):
        history = _completed(network, work, suffix)
        if history:
            if suffix:
                for name in (_WEIGHTS, _METADATA):
                    shutil.copyfile(work / BACKUP / f"{name}{suffix}", work / BACKUP / name)
            _shorten(work / HISTORY, len(history))
            return history
    if (work / BACKUP).exists():
        log.warning("There is no sound checkpoint in %s: training begins anew.", work)
    shutil.rmtree(work)
    work.mkdir()
    return []


def take_best(network: keras.Model, work: Path) -> None:
    """Give a network the best epoch's weights; it keeps its last ones if these cannot be read."""
    if not ((work / BEST).exists() and _is_loaded(network, work / BEST)):
        log.warning("The best epoch's weights cannot be read: the last epoch's are taken.")


def read_history(path: Path) -> History:
    """Measures of each epoch, up to the first line that is damaged or not whole."""
    if not path.exists():
        return []
    lines = path.read_text(errors="replace").splitlines(keepends=True)
    history: History = []
    for row in csv.DictReader(line for line in lines if line.endswith("\n")):
        try:
            history.append({name: float(value) for name, value in row.items()})
        except (TypeError, ValueError):
            break
    return history


def _completed(network: keras.Model, work: Path, suffix: str) -> History:
    """The history up to a checkpoint; empty if there is no sound one."""
    weights, metadata = (work / BACKUP / f"{name}{suffix}" for name in (_WEIGHTS, _METADATA))
    if not weights.exists():
        return []
    try:
        epochs = int(read_object(metadata)["epoch"])
    except UNREADABLE as error:
        log.warning("The checkpoint %s is damaged and left out: %s", metadata, error)
        return []
    history = read_history(work / HISTORY)
    return history[:epochs] if len(history) >= epochs and _is_loaded(network, weights) else []


def _is_loaded(network: keras.Model, path: Path) -> bool:
    """Whether a network and its optimiser could be given the weights in a file; if not, they are as they were."""
    variables = [*network.variables, *network.optimizer.variables]
    before = [variable.numpy() for variable in variables]
    # HDF5 keeps a damaged file open, and would mistake one that is written in its place later for it.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = shutil.copyfile(path, Path(folder) / BEST)  # Keras insists on this ending
        try:
            network.load_weights(copy)
        except UNREADABLE as error:
            log.warning("The weights in %s are damaged and left out: %s", path, error)
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)
            return False
    return True


def _shorten(path: Path, epochs: int) -> None:
    """Cut off a history what came after its first epochs."""
    lines = [line for line in path.read_bytes().splitlines(keepends=True) if line.strip()]
    with written_file(path) as part:
        part.write_bytes(b"".join(lines[: epochs + 1]))
