"""Which labels of a dataset are probably wrong: confident learning on what networks make of images new to them.

Nothing here needs Keras: the networks' probabilities come from `training.folds`, what is judged by them from cleanlab.
MNIST's result is shipped with the package, as it takes minutes.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from mnist_core.array_files import read_npz
from mnist_core.errors import DatasetError
from mnist_core.files import written_file
from mnist_core.records import UNUSABLE, DamagedError, decoding, parsed_json, record
from mnist_core.store import Arrays, check_array, keep, load_kept, of_dataset, of_images
from mnist_core.types import CLASSES, Dataset, Float32Array, UInt8Array, frozen

log = logging.getLogger(__name__)

FOLDS = 5
SEED = 0
# Made by the job, then `write_shipped(load_label_check(load_dataset("mnist")))`.
SHIPPED = Path(__file__).with_name("mnist.npz")
# The shipped file keeps log-odds in so many steps: a probability of 0.5 to 0.008, and any from 0.0004 to 0.9996.
LOG_ODDS_STEPS = 16


@dataclass(frozen=True)
class Made:
    """How a check was made.

    Attributes
    ----------
    folds, epochs, seed, network
        Into how many parts the training images were divided, how often each network saw its images, what all random
        choices depend on, and which network it was.
    accuracy
        Share of the training images that were read as labelled, each by the network that had not learned from it.
    test_accuracy
        The same of the test images, by the mean of all networks; None without a test split.
    estimated
        For each split, how many of its labels cleanlab estimates to be wrong: far fewer than there are suspects.
    """

    folds: int
    epochs: int
    seed: int
    network: str
    accuracy: float
    test_accuracy: float | None = None
    estimated: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class LabelCheck:
    """What networks say of each label, having never learned from the image it belongs to.

    Attributes
    ----------
    suggested
        uint8 (n,): the most probable digit.
    given_probability, suggested_probability
        float32 (n,): how probable the label and the suggested digit are.
    is_suspect
        bool (n,): whether the networks read another digit. Most suspects are merely hard to read: look at the worst.
    """

    # A higher one when networks or method change.
    VERSION: ClassVar[int] = 1
    NOUN: ClassVar[str] = "labels"
    ARRAYS: ClassVar[tuple[str, ...]] = ("suggested", "given_probability", "suggested_probability", "is_suspect")

    dataset: Dataset
    made: Made
    suggested: UInt8Array
    given_probability: Float32Array
    suggested_probability: Float32Array
    is_suspect: npt.NDArray[np.bool_]

    @classmethod
    def from_kept(cls, dataset: Dataset, arrays: Arrays, manifest: Mapping[str, Any]) -> Self:
        """The check of verified arrays; a ValueError if there is not one row for each image."""
        types: Mapping[str, type[np.generic]] = {"suggested": np.uint8, "is_suspect": np.bool_}
        for name in cls.ARRAYS:
            check_array(name, arrays[name], types.get(name, np.float32), (len(dataset),))
        return cls(dataset, record(Made, manifest["made"]), **arrays)

    def suspects(self, split: str) -> npt.NDArray[np.int64]:
        """The images of a split whose labels may be wrong, the least probable label first.

        Returns
        -------
        Indices into the whole dataset, int64 (m,); empty if there is no such split.
        """
        return self._ranked.get(split, frozen(np.empty(0, np.int64)))

    @cached_property
    def _ranked(self) -> dict[str, npt.NDArray[np.int64]]:
        rows = np.arange(len(self.dataset))
        found = {name: rows[part][self.is_suspect[part]] for name, part in self.dataset.splits.items()}
        # By cleanlab's quality of a label, the lowest first: by its default, the probability of the label itself.
        quality = self.given_probability
        return {name: frozen(each[np.argsort(quality[each], kind="stable")]) for name, each in found.items()}


def check_labels(dataset: Dataset, probabilities: Float32Array, made: Made) -> LabelCheck:
    """Judge labels by out-of-sample probabilities with cleanlab, each split by itself, and keep the result.

    Confident learning (Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", 2021)
    asks how sure the networks usually are of each digit; the labels whose image they are as sure of as another digit
    give the estimated number. The suspects are cleanlab's "predicted_neq_given", not the fewer ones that it gives by
    default: of 50 labels that were changed among 5,000 of MNIST's training labels these were all 50 of 195 suspects
    against 47 of 101, and who looks through them begins at the worst, where both are the same (43 of the first 50).

    Parameters
    ----------
    probabilities
        float32 (n, 10), of networks that have not learned from the image.

    Raises
    ------
    DatasetError
        If the result cannot be written.
    """
    arrays, estimated = judged(dataset, probabilities)
    made = replace(made, estimated=estimated)
    return keep(LabelCheck, of_dataset(LabelCheck, dataset), dataset, of_images(dataset), arrays, made=asdict(made))


def judged(dataset: Dataset, probabilities: Float32Array) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """The arrays of a `LabelCheck` and how many labels of each split are estimated to be wrong."""
    from cleanlab.count import num_label_issues
    from cleanlab.filter import find_label_issues

    rows = np.arange(len(dataset))
    is_suspect = np.zeros(len(dataset), bool)
    estimated = {}
    for name, part in dataset.splits.items():
        labels, shares = dataset.labels[part].astype(np.int64), probabilities[part].astype(np.float64)
        if len(np.unique(labels)) > 1:  # cleanlab knows nothing to compare a single class with
            # By itself cleanlab starts a process for each processor, which gains nothing here.
            is_suspect[part] = find_label_issues(labels, shares, filter_by="predicted_neq_given", n_jobs=1)
            estimated[name] = int(num_label_issues(labels, shares))
    arrays: dict[str, np.ndarray] = {
        "suggested": probabilities.argmax(axis=1).astype(np.uint8),
        "given_probability": probabilities[rows, dataset.labels],
        "suggested_probability": probabilities.max(axis=1),
        "is_suspect": is_suspect,
    }
    return arrays, estimated


def load_label_check(dataset: Dataset) -> LabelCheck | None:
    """What is known of the labels of a dataset: the check in the data home, else the one shipped for MNIST.

    Returns
    -------
    None if there is none, or none that can be used: it is damaged or of other images, which is logged.
    """
    kept = load_kept(LabelCheck, of_dataset(LabelCheck, dataset), dataset, of_images(dataset))
    return kept or (read_shipped(SHIPPED, dataset) if dataset.name == "mnist" else None)


def accuracies(dataset: Dataset, probabilities: Float32Array) -> tuple[float, float | None]:
    """Share of the training images that are read as labelled, and of the test images; None without any."""
    is_right = probabilities.argmax(axis=1) == dataset.labels
    test = is_right[dataset.splits.get("test", slice(0))]
    return float(is_right[dataset.splits["train"]].mean()), float(test.mean()) if len(test) else None


def check_enough_images(dataset: Dataset) -> None:
    """Refuse a dataset that cannot be divided into folds which all have every digit.

    Raises
    ------
    DatasetError
        Naming a digit with too few training images.
    """
    counts = np.bincount(dataset.labels[dataset.splits.get("train", slice(0))], minlength=CLASSES)
    fewest = int(counts.argmin())
    if counts[fewest] < FOLDS:
        raise DatasetError(
            f"To check its labels, {dataset.name} must have {FOLDS} training images of each digit at least. "
            f"Received: {counts[fewest]} of the {fewest}."
        )


def write_shipped(check: LabelCheck, path: Path = SHIPPED) -> None:
    """Write a check as the small file that is shipped.

    The probabilities of the suspects, which their order depends on, are kept as they are; those of the others as
    log-odds in steps of 1/`LOG_ODDS_STEPS`.
    """
    rows = np.flatnonzero(check.is_suspect)
    with written_file(path) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            identity=np.array(json.dumps(_facts(check.dataset))),
            made=np.array(json.dumps(asdict(check.made))),
            suggested=check.suggested,
            given=_log_odds(check.given_probability),
            best=_log_odds(check.suggested_probability),
            suspects=rows.astype(np.int32),
            exact=np.stack([check.given_probability[rows], check.suggested_probability[rows]]),
        )


@lru_cache(maxsize=2)
def read_shipped(path: Path, dataset: Dataset) -> LabelCheck | None:
    """The check in a small file; None if it cannot be used: it is damaged or of other images, which is logged."""
    try:
        with decoding():
            return _unpacked(read_npz(path), dataset)
    except UNUSABLE as error:
        log.warning("The label check shipped in %s cannot be used: %s.", path, error)
        return None


def _unpacked(arrays: Arrays, dataset: Dataset) -> LabelCheck:
    """The check that is in the arrays of a small file."""
    if parsed_json(str(arrays["identity"])) != _facts(dataset):
        raise DamagedError("it is of other images or another version")
    given, best = (_probabilities(arrays[name]) for name in ("given", "best"))
    is_suspect = np.zeros(len(dataset), bool)
    is_suspect[arrays["suspects"]] = True
    given[arrays["suspects"]], best[arrays["suspects"]] = arrays["exact"]
    found = {"suggested": arrays["suggested"], "is_suspect": is_suspect}
    found |= {"given_probability": given, "suggested_probability": best}
    found = {name: frozen(array) for name, array in found.items()}
    return LabelCheck.from_kept(dataset, found, {"made": parsed_json(str(arrays["made"]))})


def _log_odds(probabilities: Float32Array) -> npt.NDArray[np.int8]:
    """Probabilities as log-odds in steps of 1/`LOG_ODDS_STEPS`, those that are almost 0 or 1 as the last step."""
    shares = np.clip(probabilities.astype(np.float64), 1e-9, 1 - 1e-9)
    steps = np.log(shares / (1 - shares)) * LOG_ODDS_STEPS
    return np.clip(np.rint(steps), -127, 127).astype(np.int8)


def _probabilities(log_odds: npt.NDArray[np.int8]) -> Float32Array:
    """The probabilities of log-odds in steps."""
    return (1 / (1 + np.exp(-log_odds.astype(np.float64) / LOG_ODDS_STEPS))).astype(np.float32)


def _facts(dataset: Dataset) -> dict[str, Any]:
    """What the shipped file must say, to be that of a dataset."""
    return {"version": LabelCheck.VERSION, **of_images(dataset).content}
