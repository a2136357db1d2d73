"""Datasets: found, downloaded, verified and brought into MNIST form."""

from mnist_core.datasets.pen_digits import PenStrokes, load_pen_strokes
from mnist_core.datasets.registry import DATASETS, TRAINABLE, load_dataset
from mnist_core.datasets.spec import DatasetSpec

__all__ = ["DATASETS", "TRAINABLE", "DatasetSpec", "PenStrokes", "load_dataset", "load_pen_strokes"]
