"""The command `fetch`: datasets, downloaded and verified."""

import argparse
import sys

from mnist_core.datasets import DATASETS, load_dataset
from mnist_core.datasets.registry import spec_of
from mnist_core.errors import DatasetError


def add_fetch(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that downloads datasets."""
    fetch = commands.add_parser("fetch", help="download datasets and verify them")
    fetch.add_argument("names", nargs="*", metavar="DATASET", default=list(DATASETS), help=", ".join(DATASETS))
    fetch.set_defaults(command=_fetch)


def _fetch(options: argparse.Namespace) -> int:
    """Fetch one after the other; one that cannot be had keeps none of the others away."""
    failures = 0
    for name in options.names:
        try:
            dataset = load_dataset(name)
        except DatasetError as error:
            failures += 1
            print(f"error: {error}", file=sys.stderr)
            continue
        print(f"{name}: {len(dataset):,} images, verified. {dataset.provenance}. {dataset.licence}.")
        for failure in spec_of(name).fetch_companions():
            print(f"{name} is used without what belongs to it: {failure}", file=sys.stderr)
    return 1 if failures else 0
