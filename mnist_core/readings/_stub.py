"""For now."""

import numpy as np

from mnist_core.paths import dataset_folders


def writers_of(name, *, download=False):
    if name == "mnist":
        for folder in dataset_folders():
            if (folder / "mnist_writers.npz").exists():
                arrays = np.load(folder / "mnist_writers.npz")
                return np.concatenate([arrays["train"], arrays["test"]])
    return None
