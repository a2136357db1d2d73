"""The command `fetch`: datasets, downloaded and verified."""

import argparse
import sys

from mnist_core.datasets import DATASETS, load_dataset


def add_fetch(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that downloads datasets."""
    fetch = commands.add_parser("fetch", help="download datasets and verify them")
    fetch.add_argument("names", nargs="*", metavar="DATASET", default=list(DATASETS), help=", ".join(DATASETS))
    fetch.set_defaults(command=_fetch)


def _fetch(options: argparse.Namespace) -> int:
    for name in options.names:
        dataset = load_dataset(name)
        print(f"{name}: {len(dataset):,} images, verified. {dataset.provenance}. {dataset.licence}.")
        for failure in DATASETS[name].fetch_companions():
            print(f"{name} is used without what belongs to it: {failure}", file=sys.stderr)
    return 0
