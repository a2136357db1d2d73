"""Datasets that people bring: read from files of many forms, looked over, and kept as others are."""

from mnist_core.datasets.own.shelf import (
    OwnDataset,
    check_may_use,
    is_own_name,
    is_shared,
    may_see,
    may_use,
    own_datasets,
    own_spec,
    read_own,
)

__all__ = [
    "OwnDataset",
    "check_may_use",
    "is_own_name",
    "is_shared",
    "may_see",
    "may_use",
    "own_datasets",
    "own_spec",
    "read_own",
]
