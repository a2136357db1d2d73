"""Datasets: found, downloaded, verified and brought into MNIST form."""

from mnist_core.data.datasets import DATASETS, TRAINABLE, load_dataset
from mnist_core.data.pen_digits import PenStrokes, load_pen_strokes

__all__ = ["DATASETS", "TRAINABLE", "PenStrokes", "load_dataset", "load_pen_strokes"]
