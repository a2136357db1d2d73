"""The datasets: at hand, or to be had."""

import argparse
import zipfile
from collections.abc import Iterator

from mnist_core.datasets import DATASETS
from mnist_core.datasets.spec import DatasetSpec
from mnist_core.installation import PROGRAM
from mnist_ui.command.doctor.check import Check, note, ok, trouble

NAME = "Datasets"


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """Which there are. Their content is verified when they are opened."""
    damaged = [spec for spec in DATASETS.values() if _is_damaged(spec)]
    here = [spec.name for spec in DATASETS.values() if spec.is_here and spec not in damaged]
    for spec in damaged:
        path = spec.archive and spec.archive.path
        yield trouble(NAME, f"{path} is no whole file.", f"Delete it, and get it again: {PROGRAM} fetch {spec.name}.")
    missing = [spec.name for spec in DATASETS.values() if not spec.is_here]
    if missing:
        text = f"Here: {', '.join(here)}. Not here: {', '.join(missing)}; Explore, Train and Evaluate show less."
        yield note(NAME, text, f"Get them: {PROGRAM} fetch {' '.join(missing)}.")
    elif not damaged:
        yield ok(NAME, f"Here: {', '.join(here)}.")
    for spec in DATASETS.values():
        if apart := [each.filename for each in spec.companions if not each.is_here]:
            text = f"What belongs to {spec.name} is not here: {', '.join(apart)}. It works without."
            yield note(NAME, text, f"Get it: {PROGRAM} fetch {spec.name}.")


def _is_damaged(spec: DatasetSpec) -> bool:
    """Whether a file is there and cannot be one of arrays: cut off, for example."""
    path = spec.archive.path if spec.archive else None
    return path is not None and not zipfile.is_zipfile(path)
