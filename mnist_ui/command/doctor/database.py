"""The database of the visitors' drawings, looked at without a change."""

import argparse
from collections.abc import Iterator

from mnist_core.collection.database import URL_VARIABLE
from mnist_core.collection.examination import Examined, examine
from mnist_core.collection.tables import VERSION
from mnist_ui.command.doctor.check import Check, note, ok, trouble

NAME = "Database"


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """Whether it can be reached, is whole, and of a version that is known here."""
    yield _of(examine())


def _of(found: Examined) -> Check:
    """What was found, in words."""
    what = f"{found.server}, {found.place}" if found.server else found.place
    if found.version is None:
        return ok(NAME, f"{what} is not there yet; the first drawing that is kept makes it.")
    if found.version > VERSION:
        text = f"{what} is of version {found.version}, and this MNIST Studio knows versions up to {VERSION}."
        return trouble(NAME, text, f"Use the newer MNIST Studio that wrote it, or name another one in {URL_VARIABLE}.")
    if not found.is_whole:
        return note(
            NAME, f"{what}, version {found.version}: too large to be looked through within 2 s; no damage so far."
        )
    if found.version < VERSION:
        whole = "is whole and" if not found.server else ""
        text = f"{what} {whole} has version {found.version}; the next start brings it to {VERSION}."
        return note(NAME, " ".join(text.split()), "Copy it before, if you may want to go back.")
    whole = "can be reached" if found.server else "whole"
    return ok(NAME, f"{what}: {whole}, version {found.version}.")
