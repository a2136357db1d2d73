"""The command `drawings`: the visitors' collection, for whoever runs the app."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.collection import ALL, Entry, Filter, open_collection
from mnist_core.collection.records import FORMS
from mnist_core.errors import CollectionError
from mnist_core.owners import KEEPER

if TYPE_CHECKING:
    from mnist_core.collection import Collection


def add_drawings(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command, what it does and the options."""
    parser = commands.add_parser("drawings", help="list, export, import or delete what visitors drew")
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    listed = actions.add_parser("list", help="list drawings, newest first")
    listed.add_argument("--limit", type=int, default=60, help="how many at most (%(default)s)")
    listed.set_defaults(command=_list)

    export = actions.add_parser("export", help="write drawings to a file")
    export.add_argument("path", type=Path, metavar="FILE", help="npz: everything; csv: a table; zip: pictures, a table")
    export.add_argument("--form", choices=FORMS, help="what to write (as the file's name ends)")
    export.set_defaults(command=_export)

    taken = actions.add_parser("import", help="take in an exported npz file; what is there already stays as it is")
    taken.add_argument("path", type=Path, metavar="FILE")
    taken.set_defaults(command=_import)

    delete = actions.add_parser("delete", help="delete drawings for good, or a class with everything drawn for it")
    delete.add_argument("ids", nargs="*", metavar="ID", help="ids of drawings")
    delete.set_defaults(command=_delete)

    for action in (listed, export, delete):
        action.add_argument("--class", dest="code", metavar="CODE", help="what was drawn for the class of this code")
    delete.add_argument("--all", action="store_true", help="every drawing")
    delete.add_argument("--damaged", action="store_true", help="every record that is damaged")

    migrate = actions.add_parser("migrate", help="bring the collection to the newest version, as opening it does")
    migrate.set_defaults(command=_migrate)


def _list(options: argparse.Namespace) -> int:
    collection = open_collection()
    chosen = _filter(collection, options.code)
    found = collection.drawings.found(chosen, options.limit)
    for entry in found.entries:
        print(entry_line(entry))
    if found.damaged:
        print(f"{found.damaged:,} damaged ones are not listed; drawings delete --damaged deletes them")
    print(f"{collection.drawings.count(chosen):,} drawings in all")
    return 0


def _export(options: argparse.Namespace) -> int:
    from mnist_core.collection.exporting import export_collection

    collection = open_collection()
    form = options.form or options.path.suffix.removeprefix(".")
    written, damaged = export_collection(collection, _filter(collection, options.code), options.path, form)
    print(f"{written:,} drawings written to {options.path}")
    if damaged:
        print(f"{damaged:,} damaged drawings were left out; drawings delete --damaged deletes them")
    return 0


def _import(options: argparse.Namespace) -> int:
    from mnist_core.collection.importing import import_collection

    print(f"{import_collection(open_collection(), options.path):,} drawings taken in that were not there")
    return 0


def _delete(options: argparse.Namespace) -> int:
    if bool(options.ids) + bool(options.code) + options.all + options.damaged != 1:
        raise CollectionError("What is to be deleted? Name ids of drawings, or --class CODE, or --damaged, or --all.")
    collection = open_collection()
    if options.damaged:
        print(f"{collection.delete_damaged(KEEPER):,} damaged records deleted")
        return 0
    if options.code:
        deleted = collection.classes.delete(options.code, KEEPER)
    elif options.all:
        deleted = collection.delete_everything(KEEPER)
    else:
        deleted = collection.drawings.delete(options.ids, KEEPER)
    print(f"{deleted:,} drawings deleted")
    return 0


def _migrate(_options: argparse.Namespace) -> int:
    collection = open_collection()
    print(f"The collection is of version {collection.version()} and holds {collection.drawings.count():,} drawings.")
    return 0


def entry_line(entry: Entry) -> str:
    """A drawing in a line."""
    said = "-" if entry.label is None else entry.label
    read = "?" if entry.digit is None else entry.digit
    added = f"{entry.created:%Y-%m-%d %H:%M:%S}"
    return f"{entry.id}  {added}  said {said}  read {read}  {entry.probability:6.1%}  {entry.model}"


def _filter(collection: "Collection", code: str | None) -> Filter:
    """The drawings of a class, or all."""
    return ALL if code is None else Filter(group=collection.classes.group(code).id)
