"""What is usual and what is odd in MNIST, shipped with the package, as it takes a minute and needs the extra `train`.

To be small it is kept in half precision; on which side of its threshold a score lies stays as it was.
"""

import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_core.array_files import read_npz
from mnist_core.files import written_file
from mnist_core.records import UNUSABLE, DamagedError, decoding, parsed_json
from mnist_core.store import of_images
from mnist_core.survey.anomalies import DETECTORS, Anomalies
from mnist_core.survey.components import Components
from mnist_core.types import Dataset, Float32Array, frozen

log = logging.getLogger(__name__)

# Made by the job, then `write_shipped(load_components(mnist), load_anomalies(mnist))`.
SHIPPED = Path(__file__).with_name("mnist.npz")
SHIPPED_OF = "mnist"


def shipped_components(dataset: Dataset) -> Components | None:
    """The principal components that are shipped for a dataset; None if there are none for it."""
    arrays = _shipped(dataset)
    return None if arrays is None else Components(dataset, *(arrays[name] for name in Components.ARRAYS))


def shipped_anomalies(dataset: Dataset) -> Anomalies | None:
    """How odd each image of a dataset is, as it is shipped; None if it is not."""
    arrays = _shipped(dataset)
    return None if arrays is None else Anomalies(dataset, *(arrays[name] for name in Anomalies.ARRAYS))


def write_shipped(components: Components, anomalies: Anomalies) -> None:
    """Write both into the small file that is shipped."""
    labels = anomalies.dataset.labels
    scales = np.array([_scale(getattr(anomalies, name)) for name in DETECTORS], np.float32)
    pca, forest = (
        _halved(getattr(anomalies, name), anomalies.thresholds[index][labels], scales[index])
        for index, name in enumerate(DETECTORS)
    )
    with written_file(SHIPPED) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            identity=np.array(json.dumps(_facts(components.dataset))),
            mean=components.mean,
            axes=components.axes.astype(np.float16),
            ratios=components.ratios,
            thresholds=anomalies.thresholds,
            scales=scales,
            pca=pca,
            forest=forest,
        )


def _scale(scores: Float32Array) -> float:
    """What to divide scores by so that none is too large for half precision."""
    return max(1.0, 2 * float(np.abs(scores).max(initial=0)) / float(np.finfo(np.float16).max))


def _halved(scores: Float32Array, thresholds: Float32Array, scale: np.float32) -> npt.NDArray[np.float16]:
    """Scores in half precision and in units of a scale, each on the side of its threshold on which it was."""
    halved = (scores / scale).astype(np.float16)
    towards = np.where(scores > thresholds, np.inf, -np.inf).astype(np.float16)
    crossed = (halved.astype(np.float32) * scale > thresholds) != (scores > thresholds)
    return np.where(crossed, np.nextafter(halved, towards), halved)


def _shipped(dataset: Dataset) -> dict[str, Float32Array] | None:
    """The arrays that are shipped for a dataset, in full precision."""
    return _read(SHIPPED, dataset) if dataset.name == SHIPPED_OF else None


@lru_cache(maxsize=2)
def _read(path: Path, dataset: Dataset) -> dict[str, Float32Array] | None:
    """The arrays of a small file; None if it cannot be used: it is damaged or of other images, which is logged."""
    try:
        with decoding():
            arrays = read_npz(path)
            if parsed_json(str(arrays.pop("identity"))) != _facts(dataset):
                raise DamagedError("it is of other images or another version")
            found = {name: frozen(array.astype(np.float32)) for name, array in arrays.items()}
            for name, scale in zip(DETECTORS, found.pop("scales"), strict=True):
                found[name] = frozen(found[name] * scale)
            for kind in (Components, Anomalies):
                kind.from_kept(dataset, {name: found[name] for name in kind.ARRAYS}, {})
            return found
    except UNUSABLE as error:
        log.warning("The survey shipped in %s cannot be used: %s.", path, error)
        return None


def _facts(dataset: Dataset) -> dict[str, Any]:
    """What the shipped file must say, to be that of a dataset."""
    return {"versions": [Components.VERSION, Anomalies.VERSION], **of_images(dataset).content}
