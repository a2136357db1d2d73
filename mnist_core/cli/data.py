"""The command `data`: datasets of one's own."""

import argparse
import sys
from pathlib import Path

from mnist_core.belongings import remove_dataset
from mnist_core.datasets import load_dataset
from mnist_core.datasets.own import OwnDataset, is_own_name, own_datasets, read_own
from mnist_core.datasets.own.exporting import FORMS, export
from mnist_core.datasets.own.job import read_into
from mnist_core.datasets.own.shelf import change, check_room, remove
from mnist_core.datasets.registry import is_dataset
from mnist_core.errors import DatasetError
from mnist_core.language import percent
from mnist_core.owners import KEEPER, KEEPERS


class OrOwn(tuple[str, ...]):
    """The names of some datasets; those that people brought count too, though nobody lists them."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or is_own_name(name)


def add_data(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command, what it does and the options."""
    parser = commands.add_parser("data", help="add, list, change, export or remove datasets of your own")
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    add = actions.add_parser("add", help="read a file, a folder or a zip, and add what is in it")
    add.add_argument("path", type=Path, metavar="FILE", help="CSV, NPZ, IDX, Parquet, JSON of strokes, or pictures")
    add.add_argument("--preview", action="store_true", help="say what is in it, and add nothing")
    add.set_defaults(command=_add)

    listed = actions.add_parser("list", help="list them, the newest first")
    listed.set_defaults(command=_list)

    edit = actions.add_parser("edit", help="rename one, say where it is from, or share it")
    edit.add_argument("name", metavar="NAME")
    edit.set_defaults(command=_edit)
    for action in (add, edit):
        action.add_argument("--title", help="what people call it")
        action.add_argument("--source", help="who made it")
        action.add_argument("--licence", help="under what terms it may be used")
        action.add_argument("--share", action=argparse.BooleanOptionalAction, help="whether every visitor sees it")

    written = actions.add_parser("export", help="write one to a file that can be added again")
    written.add_argument("name", metavar="NAME")
    written.add_argument("path", type=Path, metavar="FILE", help="npz, csv, or zip (pictures)")
    written.add_argument("--form", choices=FORMS, help="what to write (as the file's name ends)")
    written.set_defaults(command=_export)

    removed = actions.add_parser("remove", help="delete one for good; models that learned from it stay")
    removed.add_argument("name", metavar="NAME")
    removed.set_defaults(command=_remove)


def _add(options: argparse.Namespace) -> int:
    check_room(KEEPER)

    def tell(done: int, total: int, stage: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{stage}: {percent(done / max(total, 1), 0):<8}", end="", file=sys.stderr, flush=True)

    name = read_into(options.path.absolute(), options.title or options.path.stem, KEEPERS, tell=tell)
    try:
        print("\n".join(findings_lines(read_own(name))))
        if not options.preview:
            change(name, KEEPER, is_draft=False, **_changes(options))
    except BaseException:
        remove(name, KEEPER)
        raise
    if options.preview:
        remove(name, KEEPER)
        print("Nothing was added.")
    else:
        print(f"Added as {name}.")
    return 0


def findings_lines(dataset: OwnDataset) -> list[str]:
    """What was found out about a dataset, in English."""
    found = dataset.findings
    seen = found.detected
    height, width = seen.size
    facts = [
        seen.form,
        f"{height} x {width}" if height else "of several sizes",
        *([seen.polarity, f"shades from 0 to {seen.top}"] if seen.polarity else []),
    ]
    split = "proposed, no image is in both" if found.is_proposed else "as the file has it"
    lines = [
        f"{dataset.title}: {sum(found.counts):,} images ({', '.join(facts)})",
        "  " + "  ".join(f"{digit}: {count:,}" for digit, count in enumerate(found.counts)),
        f"  {found.train:,} to learn from, {found.test:,} to test with ({split})",
    ]
    if found.duplicates:
        lines.append(
            f"  {found.duplicates:,} are the same as another, {found.contradictory:,} of them labelled otherwise"
        )
    if found.in_mnist_test:
        lines.append(f"  LEAK: {found.in_mnist_test:,} are test digits of MNIST; they are only tested with")
    if found.in_mnist_test is None:
        lines.append("  MNIST is not here, so nobody looked for its test digits; get it with: mnist-studio fetch mnist")
    if found.moved:
        lines.append(f"  {found.moved:,} were moved from learning to testing, because the same image is tested with")
    lines += [f"  refused: {count:,}, {reason}; the first: {first}" for reason, (first, count) in found.refused.items()]
    return lines


def _list(_options: argparse.Namespace) -> int:
    found = own_datasets(KEEPER)
    for each in found:
        shared = "shared" if each.is_shared else "not shared"
        print(f"{each.name}  {each.created[:10]}  {sum(each.findings.counts):>7,} images  {shared}  {each.title}")
    print(f"{len(found):,} datasets in all")
    return 0


def _edit(options: argparse.Namespace) -> int:
    changed = change(options.name, KEEPER, **_changes(options))
    print(f"{changed.name}: {changed.title}, {'shared' if changed.is_shared else 'not shared'}")
    return 0


def _changes(options: argparse.Namespace) -> dict[str, str | bool]:
    """What the options say of a dataset."""
    told = {"title": options.title, "source": options.source, "licence": options.licence, "is_shared": options.share}
    return {key: value for key, value in told.items() if value is not None}


def _export(options: argparse.Namespace) -> int:
    if not is_dataset(options.name):
        raise DatasetError(
            f"There is no such dataset. Received: {options.name!r:.80}. mnist-studio data list has them."
        )
    form = options.form or options.path.suffix.removeprefix(".").lower()
    dataset = load_dataset(options.name, download=False)
    export(dataset, options.path, form)
    print(f"{len(dataset):,} images written to {options.path}")
    return 0


def _remove(options: argparse.Namespace) -> int:
    remove_dataset(options.name, KEEPER)
    print(f"{options.name} is removed")
    return 0
