"""The evaluations that a model carries: written when it was trained, read at once and without any dataset."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from mnist_core.datasets import load_dataset
from mnist_core.errors import BundleError, DatasetError
from mnist_core.model.bundle import EVALUATION, GRAPH, model_folder, opened_arrays, read_card
from mnist_core.model.card import ModelCard
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.readings import load_readings
from mnist_core.types import Float32Array

# Kept probabilities of digits that are neither what was read nor what is shown are whole multiples of this.
STORED_STEP = 2.0**-16
# What is kept of each image.
STORED = ("probabilities", "novelty", "labels")


def stored_evaluation(name: str, dataset: str) -> Evaluation | None:
    """What a model made of the test images of a dataset, if that was kept: beside its weights, or in the data home.

    For what is kept beside the weights the dataset need not be on this machine.

    Returns
    -------
    None if nothing was kept, as for a model of an older version of the app.

    Raises
    ------
    BundleError
        If there is no such model, or what is kept beside its weights is damaged or of another model.
    """
    folder = model_folder(name)
    found = read_evaluation(folder, read_card(folder), dataset)
    return _from_readings(name, dataset) if found is None else found


def write_evaluations(folder: Path, evaluations: Iterable[Evaluation]) -> None:
    """Keep a model's evaluations beside its weights, in a compressed file of about 11 bytes an image.

    The probabilities of what was read and of what is shown are kept as they are, so every figure of the evaluation
    stays what it is; those of the other digits are rounded down to multiples of `STORED_STEP`.
    """
    arrays: dict[str, Any] = {}
    for each in evaluations:
        kept: tuple[Any, ...] = (_rounded(each), each.novelty, each.labels)
        arrays |= {f"{each.dataset}.{name}": array for name, array in zip(STORED, kept, strict=True)}
        arrays["model"] = np.array(each.model)
    if arrays:
        np.savez_compressed(folder / EVALUATION, **arrays)


def read_evaluation(folder: Path, card: ModelCard, dataset: str) -> Evaluation | None:
    """The evaluation on a dataset that `write_evaluations` kept beside a model's weights; None if it kept none.

    Raises
    ------
    BundleError
        If the file is missing or damaged, is not the one that the card names, or is of another model.
    """
    if EVALUATION not in card.files:
        return None
    text = (
        "{file} in {folder} must have what the model makes of test images. Received: {error!r:.200}. Evaluate the "
        "model afresh."
    )
    with opened_arrays(folder, card, EVALUATION, text) as arrays:
        model = str(arrays["model"])
        _check_model(folder, card, model)
        if f"{dataset}.labels" not in arrays:
            return None
        kept = {name: arrays[f"{dataset}.{name}"] for name in STORED}
        return Evaluation(**kept, model=model, dataset=dataset)


def _rounded(evaluation: Evaluation) -> Float32Array:
    """The probabilities as they are kept: rounded down, so that no digit comes to lead that did not."""
    given, step = evaluation.probabilities, np.float32(STORED_STEP)
    kept: Float32Array = np.floor(given / step) * step
    rows = np.arange(len(evaluation))
    for exact in (evaluation.digits, evaluation.labels):
        kept[rows, exact] = given[rows, exact]
    return kept


def _check_model(folder: Path, card: ModelCard, received: str) -> None:
    """Refuse predictions of another model."""
    expected = card.files.get(GRAPH, "no hash")
    if received != expected:
        raise BundleError(
            f"{EVALUATION} in {folder} must have the predictions of the model that it lies beside, whose graph has "
            f"SHA-256 {expected[:12]}.... Received: those of {received[:12]}.... Evaluate the model afresh."
        )


def _from_readings(name: str, dataset: str) -> Evaluation | None:
    """The evaluation that the readings of a whole dataset contain; None if there are none."""
    try:
        images = load_dataset(dataset, download=False)
    except DatasetError:
        return None
    readings = load_readings(name, images) if "test" in images.splits else None
    if readings is None:
        return None
    return Evaluation.of(readings.part(images.splits["test"]), readings.model, dataset)
