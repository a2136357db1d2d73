"""Datasets: found, downloaded, verified and brought into MNIST form."""

from mnist_core.datasets.pen_strokes import PenStrokes
from mnist_core.datasets.registry import DATASETS, TRAINABLE, load_dataset, load_pen_strokes, writers_of
from mnist_core.datasets.spec import DatasetSpec

__all__ = ["DATASETS", "TRAINABLE", "DatasetSpec", "PenStrokes", "load_dataset", "load_pen_strokes", "writers_of"]
