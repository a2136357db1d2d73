"""Datasets: found, downloaded, verified and brought into MNIST form."""

from mnist_core.datasets.pen_digits import PenStrokes, load_pen_strokes
from mnist_core.datasets.registry import DATASETS, TRAINABLE, load_dataset

__all__ = ["DATASETS", "TRAINABLE", "PenStrokes", "load_dataset", "load_pen_strokes"]
