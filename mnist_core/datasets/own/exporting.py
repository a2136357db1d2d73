"""A dataset written to one file that others read: NPZ with Keras's names, or CSV as Kaggle has it."""

import io
from pathlib import Path

import numpy as np

from mnist_core.datasets.own.rows import TEST, TRAIN
from mnist_core.errors import ConfigError, DatasetError, in_words
from mnist_core.files import write_zip, written_file
from mnist_core.types import Dataset

FORMS = ("npz", "csv", "zip")
_ROWS = 1_000


def export(dataset: Dataset, path: Path, form: str) -> None:
    """Write a dataset, in one step, so that it can be added again as it is.

    Parameters
    ----------
    form
        "npz" and "zip" (pictures in a folder for each digit) tell training and test images apart; "csv" does not.

    Raises
    ------
    ConfigError
        If there is no such form.
    DatasetError
        If the disk refuses; what was there stays then.
    """
    if form not in FORMS:
        raise ConfigError(f"A dataset is written as {', '.join(FORMS)}. Received: {form!r:.20}.")
    text = "The dataset could not be written to {path}: {error}. Free some space, or choose another place."
    with in_words(DatasetError, text, path=path), written_file(path) as part:
        part.write_bytes(exported(dataset, form))


def exported(dataset: Dataset, form: str) -> bytes:
    """What `export` writes."""
    file = io.BytesIO()
    if form == "csv":
        _write_csv(dataset, file)
    elif form == "zip":
        _write_pictures(dataset, file)
    else:
        parts = {split: dataset.split(split) for split in (TRAIN, TEST) if split in dataset.splits}
        arrays = {f"x_{split}": part.images for split, part in parts.items()}
        arrays |= {f"y_{split}": part.labels for split, part in parts.items()}
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _write_csv(dataset: Dataset, file: io.BytesIO) -> None:
    """A line for each image: the label and the pixels."""
    names = ",".join(["label", *(f"pixel{place}" for place in range(dataset.images[0].size))])
    file.write(f"{names}\n".encode())
    table = np.column_stack([dataset.labels, dataset.images.reshape(len(dataset), -1)])
    for start in range(0, len(table), _ROWS):
        lines = (",".join(map(str, row)) for row in table[start : start + _ROWS].tolist())
        file.write(("\n".join(lines) + "\n").encode())


def _write_pictures(dataset: Dataset, file: io.BytesIO) -> None:
    """A PNG for each image, in a folder for its split and one for its digit."""
    import cv2

    def named(split: str, row: int) -> tuple[str, bytes]:
        part = dataset.splits[split].start + row
        name = f"{split}/{dataset.labels[part]}/{row:06}.png"
        return name, cv2.imencode(".png", dataset.images[part])[1].tobytes()

    counts = {split: len(range(*part.indices(len(dataset)))) for split, part in dataset.splits.items()}
    write_zip(file, (named(split, row) for split, count in counts.items() for row in range(count)))
