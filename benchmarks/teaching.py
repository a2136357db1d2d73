"""How long teaching takes, against fitting the whole last layer again with scikit-learn."""

import time

import numpy as np

from benchmarks.table import Row, median_ms
from mnist_core.datasets import load_dataset
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import DatasetReadings, compute_readings, load_readings
from mnist_core.teaching.lesson import Lesson
from mnist_core.teaching.taught import forget
from mnist_core.teaching.teach import cost, teach

DRAWINGS, REPEATS = 3, 5
TARGET_MS = 2_000


def rows() -> list[Row]:
    """Teaching and its cost, with MNIST where it is on this machine."""
    dataset = load_dataset("mnist", download=False, fallback=True)
    known = load_readings(SHIPPED, dataset) or compute_readings(SHIPPED, dataset)
    if known is None:
        raise AssertionError("the readings were stopped, which nobody asked for")
    wrong = np.flatnonzero(known.digits != known.labels)[:DRAWINGS]
    lesson = Lesson(dataset.images[wrong].copy(), known.labels[wrong].copy())
    name = teach(SHIPPED, lesson).name
    rows = [
        Row(
            f"teach {DRAWINGS} drawings",
            median_ms(lambda: forget(teach(SHIPPED, lesson).name), REPEATS, 1),
            f"scikit-learn, all of {dataset.name}",
            _refitted_ms(known),
            "ms",
            TARGET_MS,
        ),
        Row(
            "its cost on the test images",
            median_ms(lambda: cost(name), REPEATS, 1),
            "teaching with it",
            median_ms(lambda: forget(teach(SHIPPED, lesson).name), 1, 0),
            "ms",
        ),
    ]
    forget(name)
    return rows


def _refitted_ms(known: DatasetReadings) -> float:
    """Time of fitting a logistic regression to the features of all training digits, once."""
    from sklearn.linear_model import LogisticRegression

    train = known.dataset.splits["train"]
    start = time.perf_counter()
    LogisticRegression(max_iter=200).fit(known.features[train], known.labels[train])
    return 1000 * (time.perf_counter() - start)
