"""The dataset explorer: how fast filters, sorts, neighbours and pages of images of MNIST's 70,000 are there."""

import time
from collections.abc import Callable, Iterable
from functools import partial

import cv2
import numpy as np
import pandas as pd
from PIL import Image

from benchmarks import grid
from benchmarks.running import temporary_home
from benchmarks.table import Row, median_ms
from benchmarks.table import show as show_rows
from mnist_core import load_dataset
from mnist_core.catalogue.catalogue import Catalogue, open_catalogue
from mnist_core.catalogue.overview import load_overview
from mnist_core.catalogue.query import LIKENESS, SORTS, Query
from mnist_core.ink.sprite import sprite
from mnist_core.labels.check import load_label_check
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import DatasetReadings, compute_readings, load_readings
from mnist_core.types import Dataset, UInt8Array

TARGET_MS = 300.0
PAGE_IMAGES, PAGE_COLUMNS = 200, 20
IMAGE = 60_947
REPEATS = 15
# Each filter by itself and one of all together, and the same for pandas.
FILTERS = {
    "split": (Query(split="test"), "index >= 60000"),
    "label": (Query(labels=(3, 7)), "label in [3, 7]"),
    "what is read": (Query(read=(0, 9)), "read in [0, 9]"),
    "right or wrong": (Query(right=False), "not is_right"),
    "probability": (Query(probability=(0.5, 0.9)), "0.5 <= probability <= 0.9"),
    "novelty": (Query(novelty=(0.2, 0.3)), "0.2 <= novelty <= 0.3"),
    "suspects": (Query(suspects=True), "is_suspect"),
    "six filters": (
        Query("train", (3, 7, 9), (3, 7, 9), True, (0.5, 0.999), (0, 0.6)),
        "index < 60000 and label in [3, 7, 9] and read in [3, 7, 9] and is_right and 0.5 <= probability <= 0.999 "
        "and novelty <= 0.6",
    ),
}


def show() -> None:
    """Measure and print the table."""
    dataset = load_dataset("mnist")
    readings = load_readings(SHIPPED, dataset)
    if readings is None:
        print("The model reads all images first: half a minute.", flush=True)
        readings = compute_readings(SHIPPED, dataset)
    catalogue = open_catalogue(dataset, readings, load_label_check(dataset))
    print(f"{len(catalogue):,} images; medians of {REPEATS} after a warm-up, opening once.\n")
    rows = [*opening_rows(dataset, readings), *filter_rows(catalogue), *sort_rows(catalogue)]
    show_rows([*rows, *likeness_rows(catalogue), *page_rows(catalogue), *grid.rows()])


def opening_rows(dataset: Dataset, readings: DatasetReadings | None) -> list[Row]:
    """Opening the catalogue and the overview for the first time and again."""
    by_opencv = _once_ms(lambda: _slants_by_opencv(dataset.images))
    with temporary_home():
        first, again = (_once_ms(lambda: open_catalogue(dataset, readings).columns) for _ in range(2))
        figures, figures_again = (_once_ms(lambda: load_overview(dataset)) for _ in range(2))
    return [
        Row("catalogue, for the first time", first, "slant alone, cv2.moments image by image", by_opencv, "ms", 5000),
        Row("catalogue, from the cache", again, "for the first time", first, "ms", TARGET_MS),
        Row("overview, for the first time", figures, "catalogue, for the first time", first, "ms", 5000),
        Row("overview, from the cache", figures_again, "for the first time", figures, "ms", TARGET_MS),
    ]


def filter_rows(catalogue: Catalogue) -> list[Row]:
    """Each filter against `DataFrame.query`, which must find the same."""
    table = pd.DataFrame(dict(catalogue.columns))
    rows = []
    for name, (query, expression) in FILTERS.items():
        if catalogue.possible(query)[1]:
            print(f"Not measured, as the catalogue has no column for it: {name}.")
            continue
        ask, ask_pandas = partial(catalogue.find, query), partial(table.query, expression)
        _check_same(name, ask(), ask_pandas().index)
        ours, theirs = _both_ms(ask, ask_pandas)
        rows.append(Row(f"filter: {name}", ours, "pandas query", theirs, "ms", TARGET_MS))
    return rows


def sort_rows(catalogue: Catalogue) -> list[Row]:
    """Each sort of all images against `DataFrame.sort_values`, which must give the same order."""
    table = pd.DataFrame({"index": np.arange(len(catalogue)), **catalogue.columns}).rename_axis("row")
    rows = []
    for sort in SORTS[:-1]:
        ask = partial(catalogue.find, Query(sort=sort, descending=True))
        ask_pandas = partial(table.sort_values, sort, ascending=False, kind="stable")
        _check_same(sort, ask(), ask_pandas().index)
        ours, theirs = _both_ms(ask, ask_pandas)
        rows.append(Row(f"sort: {sort}", ours, "pandas sort_values", theirs, "ms", TARGET_MS))
    return rows


def likeness_rows(catalogue: Catalogue) -> list[Row]:
    """Sorting by likeness in feature space and in pixels against plain numpy; ten neighbours against scikit-learn."""
    from sklearn.neighbors import NearestNeighbors

    features = np.asarray(catalogue.readings.features) if catalogue.readings else np.empty((0, 0))
    pixels = catalogue.dataset.images.reshape(len(catalogue), -1)
    bare = Catalogue(catalogue.dataset, catalogue.traits)
    query = Query(sort=LIKENESS, like=IMAGE)
    known = NearestNeighbors(n_neighbors=11, algorithm="brute").fit(features)
    pairs: list[tuple[str, Callable[[], object], str, Callable[[], object]]] = [
        ("sort: likeness, features", lambda: catalogue.find(query), "numpy norm", lambda: _sorted_by_norm(features)),
        ("sort: likeness, pixels", lambda: bare.find(query), "numpy norm", lambda: _sorted_by_norm(pixels)),
        (
            "ten neighbours, features",
            lambda: catalogue.neighbours(IMAGE),
            "scikit-learn, brute force",
            lambda: known.kneighbors(features[IMAGE : IMAGE + 1]),
        ),
    ]
    times = [(name, *_both_ms(ours, theirs), baseline) for name, ours, baseline, theirs in pairs]
    return [Row(name, ours, baseline, theirs, "ms", TARGET_MS) for name, ours, theirs, baseline in times]


def page_rows(catalogue: Catalogue) -> list[Row]:
    """The picture of a page of images, scattered over the dataset, against Pillow pasting one by one."""
    found = catalogue.find(Query(sort="typicality"))[:PAGE_IMAGES]
    images = catalogue.dataset.images
    ours, theirs = _both_ms(
        lambda: sprite(images[found], PAGE_COLUMNS),
        lambda: _pasted(images[found]),
    )
    return [Row(f"sprite of {PAGE_IMAGES} images", ours, "Pillow, pasted one by one", theirs, "ms", 20)]


def _slants_by_opencv(images: UInt8Array) -> list[float]:
    """The shear of each image, one at a time."""
    each = map(cv2.moments, images)
    return [moments["mu11"] / moments["mu02"] for moments in each]


def _sorted_by_norm(vectors: np.ndarray) -> np.ndarray:
    """All images by their distance from one of them, in an obvious line of numpy."""
    return np.argsort(np.linalg.norm(vectors.astype(np.float32) - vectors[IMAGE], axis=1), kind="stable")


def _pasted(images: UInt8Array) -> Image.Image:
    """Images side by side."""
    side = images.shape[1]
    page = Image.new("L", (PAGE_COLUMNS * side, -(-len(images) // PAGE_COLUMNS) * side))
    for index, image in enumerate(images):
        row, column = divmod(index, PAGE_COLUMNS)
        page.paste(Image.fromarray(image), (column * side, row * side))
    return page


def _check_same(name: str, ours: Iterable[int], theirs: Iterable[int]) -> None:
    """Refuse to compare the times of two that find something else."""
    if not np.array_equal(np.asarray(ours), np.asarray(theirs)):
        raise AssertionError(f"{name}: pandas finds other images or another order")


def _both_ms(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median times of two calls."""
    return median_ms(ours, REPEATS), median_ms(theirs, REPEATS)


def _once_ms(call: Callable[[], object]) -> float:
    """Time of a single call."""
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)
