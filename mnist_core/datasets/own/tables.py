"""Tables: CSV as Kaggle has it, and Parquet as Hugging Face has sets of images."""

import io
import json
import math
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from mnist_core.datasets.own.pictures import PictureRows
from mnist_core.datasets.own.rows import (
    NO_NUMBERS,
    NOT_READ,
    OTHER_WIDTH,
    Refusals,
    Rows,
    check_count,
    joined,
    narrowed,
)
from mnist_core.datasets.own.source import LARGEST_BYTES
from mnist_core.errors import DatasetError, in_words
from mnist_core.records import FAULTS
from mnist_core.types import CLASSES, DIGITS, Tell, untold

LONGEST_LINE = 2**20
SIDES = range(4, 257)

_BATCH = 1_000
_LABEL = re.compile(r"label|class|digit|y|target", re.IGNORECASE)


def read_csv(
    file: BinaryIO, name: str, split: str, refusals: Refusals, tell: Tell = untold, size: int = 0
) -> Iterator[Rows]:
    """The rows of a CSV file: a label and the pixels of a square image, row after row; the label is first or last.

    Parameters
    ----------
    size
        Bytes of the file, as far as that is known.

    Raises
    ------
    DatasetError
        If it is no such table.
    """
    lines = _lines(file, name)
    number, first = next(lines, (0, ""))
    if not first:
        raise DatasetError(f"{name} is empty: there is no line with a label and pixels. Nothing was added.")
    separator = max(",;\t", key=first.count)
    header = [part.strip(' "') for part in first.split(separator)]
    has_header = _numbers(first, separator) is None
    label_at = _label_in(header) if has_header else None
    width = len(header)
    side = _side(width, name)
    images: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    at: list[int] = []
    batch: list[np.ndarray] = []

    def keep() -> None:
        nonlocal label_at
        rows = np.stack(batch)
        batch.clear()
        label_at = _label_column(rows, name) if label_at is None else label_at
        labels.append(rows[:, label_at])
        images.append(narrowed(np.delete(rows, label_at, axis=1)))

    def take(number: int, line: str) -> None:
        values = _numbers(line, separator)
        if values is None:
            refusals.add(NO_NUMBERS, f"{name}, line {number:,}")
        elif len(values) != width:
            refusals.add(OTHER_WIDTH, f"{name}, line {number:,}")
        else:
            batch.append(values)
            at.append(number)
        if len(batch) == _BATCH:
            keep()

    if not has_header:
        take(number, first)
    done = 0
    for number, line in lines:
        take(number, line)
        done += len(line) + 1
        if number % _BATCH == 0:
            check_count(len(at))
            tell(done, max(done + 1, size))
    if batch:
        keep()
    check_count(len(at))
    if at:
        pixels = joined(images).reshape(-1, side, side)
        yield Rows(pixels, joined(labels), lambda row: f"{name}, line {at[row]:,}", split)


def _lines(file: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not empty, with their numbers from 1."""
    text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline=None)
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE:
            raise DatasetError(f"{name} is no table of images: line {number:,} is too long. Nothing was added.")
        if line := line.strip():
            yield number, line


def _numbers(line: str, separator: str) -> np.ndarray | None:
    """The numbers of a line, int32 or float32; None if a value is none."""
    line = line.replace('"', "") if '"' in line else line
    if line.endswith(separator):
        return None
    for dtype in (np.int32, np.float32):
        try:
            return np.fromstring(line, dtype, sep=separator)
        except (ValueError, OverflowError):
            continue
    return None


def _side(width: int, name: str) -> int:
    """The side of the images, by the number of columns."""
    side = math.isqrt(max(width - 1, 0))
    if side * side == width - 1 and side in SIDES:
        return side
    lacks = " It looks as if it had no labels." if math.isqrt(width) ** 2 == width and width > 1 else ""
    raise DatasetError(
        f"{name} must have a label and the pixels of a square image in each line, 785 columns for 28 x 28. "
        f"Received: {width:,} columns.{lacks} Nothing was added."
    )


def _label_in(header: list[str]) -> int | None:
    """Which column the header says is the label: the first or the last."""
    return next((place for place in (0, len(header) - 1) if _LABEL.fullmatch(header[place])), None)


def _label_column(rows: np.ndarray, name: str) -> int:
    """Which column is the label, the first or the last: one of digits that is not the same in each row."""

    def kinds(place: int) -> int:
        column = rows[:, place]
        is_digits = np.isin(column, range(CLASSES)).mean() > 0.5
        return len(np.unique(column)) if is_digits else 0

    first, last = kinds(0), kinds(rows.shape[1] - 1)
    if not (first or last):
        raise DatasetError(
            f"{name} has no column of digits: the label must be first or last, from 0 to 9. Nothing was added."
        )
    return 0 if first >= last else rows.shape[1] - 1


def read_parquet(file: BinaryIO, name: str, split: str, refusals: Refusals, tell: Tell) -> Iterator[Rows]:
    """The rows of a Parquet file: pictures as bytes, or as a struct that has them as "bytes", and a label.

    Raises
    ------
    DatasetError
        If it is damaged or no such table, or its classes are no digits.
    """
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    text = "{name} is no Parquet file that can be read: {error}. Nothing was added."
    with in_words(DatasetError, text, (OSError, *FAULTS), name=name):
        table = pq.ParquetFile(io.BytesIO(file.read(LARGEST_BYTES)))
        count = table.metadata.num_rows
        groups = [table.metadata.row_group(each).total_byte_size for each in range(table.metadata.num_row_groups)]
        if sum(groups) > LARGEST_BYTES:
            raise DatasetError(f"{name} unpacks to more than {LARGEST_BYTES // 2**20:,} MB. Nothing was added.")
        check_count(count)
        image, label = _columns(table.schema_arrow, name)
        _check_class_names(table.schema_arrow.metadata or {}, label, name)
        pictures, row = PictureRows(split, refusals), 0
        for batch in table.iter_batches(_BATCH, columns=[image, label]):
            for picture, digit in zip(batch[image].to_pylist(), batch[label].to_pylist(), strict=True):
                row += 1
                content = picture.get("bytes") if isinstance(picture, dict) else picture
                if isinstance(content, bytes):
                    pictures.add(content, digit, f"{name}, row {row:,}")
                else:
                    refusals.add(NOT_READ, f"{name}, row {row:,}")
            tell(row, count)
    yield from pictures.rows()


def _columns(schema: Any, name: str) -> tuple[str, str]:
    """The columns of the pictures and of the labels."""
    import pyarrow as pa

    images = [
        each.name
        for each in schema
        if pa.types.is_binary(each.type)
        or pa.types.is_large_binary(each.type)
        or (pa.types.is_struct(each.type) and each.type.get_field_index("bytes") >= 0)
    ]
    labels = [each.name for each in schema if _LABEL.fullmatch(each.name)]
    if not images or not labels:
        raise DatasetError(
            f'{name} must have a column "image" of pictures as bytes and a column "label". '
            f"Received: {', '.join(schema.names)[:200]}. Nothing was added."
        )
    return images[0], labels[0]


def _check_class_names(metadata: dict[bytes, bytes], label: str, name: str) -> None:
    """Refuse classes that the file says are no digits."""
    try:
        names = json.loads(metadata[b"huggingface"])["info"]["features"][label]["names"]
    except FAULTS:
        return
    if isinstance(names, list) and list(map(str, names)) != list(DIGITS):
        raise DatasetError(
            f"The classes of {name} are {', '.join(map(str, names))[:120]}, and only the digits 0 to 9 are taken. "
            "Nothing was added."
        )
