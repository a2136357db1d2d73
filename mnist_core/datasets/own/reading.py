"""Which files somebody brings, by their names, and what is in them."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mnist_core.datasets.own.arrays import is_idx, read_idx_rows, read_npz_rows
from mnist_core.datasets.own.pen import read_pen
from mnist_core.datasets.own.pictures import SUFFIXES, read_pictures
from mnist_core.datasets.own.rows import Read, Refusals, Rows, check_count, split_in
from mnist_core.datasets.own.source import Files, opened
from mnist_core.datasets.own.tables import read_csv, read_parquet
from mnist_core.errors import DatasetError
from mnist_core.types import Tell, untold

FORMS = ("CSV", "NPZ", "IDX", "Parquet", "JSON", "pictures")
_BY_SUFFIX = {".csv": "CSV", ".tsv": "CSV", ".npz": "NPZ", ".parquet": "Parquet", ".json": "JSON"}
# What lies beside data and is none.
_BESIDE = (".txt", ".md", ".html", ".pdf", ".py", ".ipynb", ".yaml", ".yml")


def read_rows(path: Path, tell: Tell = untold) -> Read:
    """All images of a file, a folder or a zip archive, and what is refused.

    Parameters
    ----------
    tell
        Called with how much is read, and of how much where that is known; what it raises ends the work.

    Raises
    ------
    DatasetError
        If there is nothing in it, nothing that is known, or several forms at once; or if it is damaged.
    """
    refusals = Refusals()
    with opened(path) as files:
        names = [name for name in files.names if PurePosixPath(name).suffix.lower() not in _BESIDE]
        form = _form(names or files.names, path.name)
        rows = list(_read(form, files, names, refusals, tell))
    check_count(sum(map(len, rows)))
    return Read(form, rows, refusals)


def form_of(name: str) -> str | None:
    """What a file is, by its name: one of `FORMS`, or None."""
    if is_idx(name):
        return "IDX"
    suffix = PurePosixPath(name.lower().removesuffix(".gz")).suffix
    return "pictures" if suffix in SUFFIXES else _BY_SUFFIX.get(suffix)


def _form(names: list[str], called: str) -> str:
    """The one form that all files have."""
    if not names:
        raise DatasetError(f"{called} is empty: there is no file in it. Nothing was added.")
    forms = {name: form_of(name) for name in names}
    unknown = [name for name, form in forms.items() if form is None]
    if unknown:
        raise DatasetError(
            f"{unknown[0]!r:.120} is nothing that can be read as images with labels ({len(unknown):,} such files of "
            f"{len(names):,}): it must be {', '.join(FORMS)}, or a zip of them. Nothing was added."
        )
    found = list(dict.fromkeys(forms.values()))
    if len(found) > 1:
        other = next(name for name, form in forms.items() if form != found[0])
        raise DatasetError(
            f"{called} mixes {' and '.join(map(str, found))}: the first is {names[0]!r:.80}, and {other!r:.80} is "
            "another form. Nothing was added. Bring one form at a time."
        )
    return str(found[0])


def _read(form: str, files: Files, names: list[str], refusals: Refusals, tell: Tell) -> Iterator[Rows]:
    """The rows of all files."""
    if form == "pictures":
        yield from read_pictures(files, names, refusals, tell)
    elif form == "IDX":
        yield from read_idx_rows(files, names)
    else:
        for name in names:
            yield from _read_one(form, files, name, refusals, tell)


def _read_one(form: str, files: Files, name: str, refusals: Refusals, tell: Tell) -> Iterator[Rows]:
    """The rows of one file that has many."""
    if form == "NPZ":
        yield from read_npz_rows(files, name)
    elif form == "JSON":
        yield from read_pen(files, name, split_in(name), refusals, tell)
    else:
        with files.open(name) as file:
            if form == "CSV":
                yield from read_csv(file, name, split_in(name), refusals, tell, files.size(name))
            else:
                yield from read_parquet(file, name, split_in(name), refusals, tell)
