"""What lies on a disk, read with distrust: whatever is wrong with it, that is one error, and says what.

Files are cut off, copied over, edited by hand, written by other versions, or made by somebody who means harm. Whoever
reads one names it, leaves it out, and goes on with the others.
"""

import contextlib
import csv
import json
import logging
import math
import os
import stat
import struct
import tokenize
import types
import zipfile
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from mnist_core.errors import MnistError

LARGEST_TEXT = 64 * 2**20
"""Bytes of a text file at most: a search of 10,000 trials has a few million."""

DEEPEST = 32
"""So many lists and mappings within each other at most: what the app writes has 6."""

LARGEST_NUMBER = 2**63
"""Whole numbers from here on fit into no array and no database."""

# What Python, NumPy and the zip format raise over bytes and values that nobody meant. What the disk refuses is no fault
# of a record, and stays an OSError.
FAULTS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    MemoryError,
    RecursionError,
    NotImplementedError,
    RuntimeError,  # an encrypted zip file
    SyntaxError,
    csv.Error,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)

T = TypeVar("T")


class DamagedError(ValueError):
    """What lies there is not what was written, or was never meant to be read here; the message says why."""


UNUSABLE = (OSError, ValueError)
"""What a reader of stored things raises, whatever is wrong with them."""


@contextlib.contextmanager
def decoding() -> Iterator[None]:
    """Raise whatever bytes or values of another form bring about as a DamagedError; also a decorator.

    Errors of the library and of the disk pass: they say already what failed.
    """
    try:
        yield
    except (DamagedError, MnistError, OSError):
        raise
    except FAULTS as error:
        raise DamagedError(_words(error)) from error


def _words(error: Exception) -> str:
    """Why something cannot be decoded, in a few words."""
    match error:
        case KeyError():
            return f"{error} is missing"
        case RecursionError():
            return "it is nested too deeply"
        case MemoryError():
            return "it asks for more memory than there is"
    return f"{error or type(error).__name__}"[:200]


@lru_cache(maxsize=1024)
def warn_once(log: logging.Logger, text: str) -> None:
    """Log what would otherwise be logged at every look at something damaged."""
    log.warning("%s", text)


def described(value: object) -> str:
    """What a value is, in a few words, however deep or long it is."""
    with contextlib.suppress(*FAULTS):
        return f"{type(value).__name__} {value!r:.80}"
    return type(value).__name__


def read_json(path: Path) -> Any:
    """The values of a JSON file.

    Raises
    ------
    OSError
        If the disk does not give it.
    DamagedError
        As `read_text` and `parsed_json`.
    """
    return parsed_json(read_text(path))


def read_text(path: Path) -> str:
    """The text of a file.

    Raises
    ------
    OSError
        If the disk does not give it.
    DamagedError
        If it is larger than `LARGEST_TEXT`, or no UTF-8.
    """
    content = read_bytes(path, LARGEST_TEXT)
    with decoding():
        return content.decode()


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a file.

    Raises
    ------
    OSError
        If the disk does not give it.
    DamagedError
        As `check_plain_file`, or if it has more bytes than that.
    """
    check_plain_file(path)
    with path.open("rb") as file:
        is_too_large = os.fstat(file.fileno()).st_size > most
        content = b"" if is_too_large else file.read(most + 1)  # it may be growing
    if is_too_large or len(content) > most:
        raise DamagedError(f"it has more than {most:,} bytes")
    return content


def check_plain_file(path: Path) -> None:
    """Refuse what has no end, or never begins: a device, or a pipe, at which whoever opens it waits for a writer.

    Raises
    ------
    OSError
        If there is nothing.
    DamagedError
        If it is no plain file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise DamagedError("it is no plain file")


def parsed_json(text: str | bytes) -> Any:
    """The values of a JSON text, all of which can be counted with, shown and written again.

    Raises
    ------
    DamagedError
        If it is no JSON, nested deeper than `DEEPEST`, or has a number that is not finite
        or too large, or text that no file can hold.
    """
    with decoding():
        values = json.loads(text)
        _check_plain(values, DEEPEST)
    return values


def _check_plain(value: Any, deeper: int) -> None:
    """Refuse what JSON can spell and nobody can use."""
    match value:
        case dict() | list():
            if not deeper:
                raise DamagedError("it is nested too deeply")
            for each in value:
                _check_plain(each, deeper - 1)
            for each in value.values() if isinstance(value, dict) else ():
                _check_plain(each, deeper - 1)
        case str():
            value.encode()  # half of a surrogate pair cannot be sent to a browser
        case int() | float() if not abs(value) < LARGEST_NUMBER:
            raise DamagedError(f"a number in it is not finite or too large: {value!r:.40}")


def read_object(path: Path) -> dict[str, Any]:
    """The values of a JSON file that holds values by name.

    Raises
    ------
    OSError, DamagedError
        As `read_json`, or if it holds anything else.
    """
    values = read_json(path)
    if not isinstance(values, dict):
        raise DamagedError(f"it must hold values by name, received {described(values)}")
    return values


def record(kind: type[T], values: object) -> T:
    """A dataclass made of plain values, each of which must be what its field is annotated as.

    Lists stand for tuples, mappings for dataclasses within it. A float may be a whole number, and is finite.

    Raises
    ------
    DamagedError
        If one is missing, unknown or of another type, or the dataclass itself refuses them.
    """
    if not isinstance(values, Mapping):
        raise DamagedError(f"it must be values by name, received {described(values)}")
    kinds, needed = _fields(cast("Hashable", kind))
    if unknown := [name for name in values if name not in kinds]:
        raise DamagedError(f"it has no field {unknown[0]!r:.80}")
    if missing := needed - values.keys():
        raise DamagedError(f"{min(missing)!r} is missing")
    with decoding():
        return kind(**{name: _of_kind(kinds[name], each, name) for name, each in values.items()})


def picked(values: Mapping[str, Any], **kinds: Any) -> dict[str, Any]:
    """Some of the values of a mapping, each of which must be of its kind, as an annotation says it.

    One that is not there is None; whatever else there is does not matter.

    Raises
    ------
    DamagedError
        If one is of another kind.
    """
    with decoding():
        return {name: _of_kind(kind, values.get(name), name) for name, kind in kinds.items()}


@cache
def _fields(kind: Any) -> tuple[Mapping[str, Any], frozenset[str]]:
    """The annotations of a dataclass's fields, and the names of those without a default."""
    hints = get_type_hints(kind)
    known = [each for each in fields(kind) if each.init]
    needed = frozenset(each.name for each in known if each.default is MISSING and each.default_factory is MISSING)
    return {each.name: hints[each.name] for each in known}, needed


def _of_kind(kind: Any, value: Any, name: str) -> Any:
    """A plain value as what an annotation says."""
    if get_origin(kind) in (Union, types.UnionType):
        for each in get_args(kind):
            with contextlib.suppress(DamagedError):
                return _of_kind(each, value, name)
    elif isinstance(kind, type) and is_dataclass(kind):
        return record(kind, value)
    elif (parts := _PARTS.get(get_origin(kind) or object)) and isinstance(value, parts[0]):
        return parts[1](get_args(kind), value, name)
    elif _is_plain(kind, value):
        return value
    raise DamagedError(f"it has no valid {name!r}: {described(value)}")


def _is_plain(kind: Any, value: Any) -> bool:
    """Whether a value without parts is what an annotation says."""
    if kind is Any:
        return True
    if get_origin(kind) is Literal:
        return isinstance(value, str) and value in get_args(kind)
    if kind in (int, float):
        whole_or_not = int if kind is int else (int, float)
        return isinstance(value, whole_or_not) and not isinstance(value, bool) and math.isfinite(value)
    return kind in (str, bool, types.NoneType) and isinstance(value, kind)


def _mapping(kinds: tuple[Any, ...], values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A mapping of text to what an annotation says."""
    return {_of_kind(kinds[0], key, name): _of_kind(kinds[1], each, name) for key, each in values.items()}


def _tuple(kinds: tuple[Any, ...], values: list[Any], name: str) -> tuple[Any, ...]:
    """A tuple of what an annotation says, of any length where it ends in dots."""
    if kinds[-1] is ...:
        kinds = kinds[:1] * len(values)
    return tuple(_of_kind(kind, each, name) for kind, each in zip(kinds, values, strict=True))


_PARTS: Mapping[Any, tuple[tuple[type, ...], Callable[..., Any]]] = {
    Mapping: ((Mapping,), _mapping),
    dict: ((dict,), _mapping),
    tuple: ((list, tuple), _tuple),
}
