"""Damage: real records as a torn disk, another version, a careless hand or somebody who means harm would leave them."""

import copy
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st

# What may stand in the place of any value. JSON of Python's kind also spells numbers that are none.
HOSTILE = (
    *(None, True, False, 0, -1, 0.5, 1e308, 2**63, 10**400, float("nan"), float("inf"), -float("inf")),
    *("", "x", "0", "../../etc", "\ud800", "{part:>999999999}", "y" * 5_000),
    *([], {}, [[]], [None], {"": None}, [0.0] * 11, {"a": {"b": []}}),
)
DEEP = 100_000
TERABYTES = 10**13


@st.composite
def damaged_values(draw: st.DrawFn, real: Any) -> Any:
    """Plain values like real ones, of which one or two are missing, more, or others."""
    whole = [copy.deepcopy(real)]
    for _ in range(draw(st.integers(1, 2))):
        parent, key = draw(st.sampled_from(_places(whole)))
        match draw(st.sampled_from(("other", "other", "drop", "more", "wrap"))):
            case "drop" if parent is not whole:
                del parent[key]
            case "more" if isinstance(parent[key], dict):
                parent[key]["unheard of"] = draw(st.sampled_from(HOSTILE))
            case "more" if isinstance(parent[key], list):
                parent[key].append(draw(st.sampled_from(HOSTILE)))
            case "wrap":
                parent[key] = [parent[key]]
            case _:
                parent[key] = copy.deepcopy(draw(st.sampled_from(HOSTILE)))
    return whole[0]


def _places(parent: Any) -> list[tuple[Any, Any]]:
    """Every place of a value within values: what holds it, and its key there."""
    keys = list(parent) if isinstance(parent, dict) else range(len(parent))
    places = [(parent, key) for key in keys]
    for key in keys:
        if isinstance(parent[key], dict | list):
            places += _places(parent[key])
    return places


def damaged_json(real: Any) -> st.SearchStrategy[bytes]:
    """The bytes of JSON like a real one with other values, nested without end, or with other bytes."""
    text = json.dumps(real).encode()
    deep = st.sampled_from((b"[" * DEEP, b'{"a":' * DEEP, text[:-1] + b',"x":' + b"[" * DEEP + b"]" * DEEP + b"}"))
    return damaged_values(real).map(lambda values: json.dumps(values).encode()) | damaged_bytes(text) | deep


@st.composite
def damaged_bytes(draw: st.DrawFn, real: bytes) -> bytes:
    """Bytes that are cut off, turned over, zeroed or put in twice somewhere."""
    place = draw(st.integers(0, max(len(real) - 1, 0)))
    length = draw(st.integers(1, 64))
    match draw(st.sampled_from(("cut", "flip", "zero", "twice", "empty"))):
        case "cut":
            return real[:place]
        case "flip":
            return real[:place] + bytes([real[place] ^ (1 << draw(st.integers(0, 7)))]) + real[place + 1 :]
        case "zero":
            return real[:place] + bytes(len(real[place : place + length])) + real[place + length :]
        case "twice":
            return real[: place + length] + real[place:]
    return b""


def npy(array: np.ndarray) -> bytes:
    """An array as an NPY file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@st.composite
def damaged_npy(draw: st.DrawFn, real: np.ndarray) -> bytes:
    """An NPY file of another type, shape or content, or whose header promises what is not there."""
    return draw(st.sampled_from(_other_arrays(real))) if draw(st.booleans()) else draw(damaged_bytes(npy(real)))


def _other_arrays(real: np.ndarray) -> list[bytes]:
    """NPY files that are not the real one's."""
    arrays = [
        np.array(7, real.dtype if real.dtype.kind in "iufb" else np.uint8),
        np.empty(0, np.float32),
        np.zeros((1,) * 20, np.uint8),
        np.array("text"),
        np.array([{"an": "object"}], object),
        np.zeros(3, [("a", "u1"), ("b", "f4")]),
        real[None],
        real[: real.shape[0] // 2] if real.ndim else real,
        np.asfortranarray(real).T,
    ]
    if real.dtype.kind in "iuf":
        arrays += [real.astype(np.float64), np.full(real.shape, 99, real.dtype), real.astype(">f4")]
    if real.dtype.kind == "f":
        arrays += [np.full_like(real, np.nan), np.full_like(real, np.inf), -real]
    return [npy(each) for each in arrays] + [_promising(shape) for shape in ((TERABYTES,), (-1, 5), (2**40, 2**40))]


def _promising(shape: tuple[int, ...]) -> bytes:
    """An NPY file with a header and hardly anything behind it."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue() + b"0" * 64


@st.composite
def damaged_npz(draw: st.DrawFn, real: Mapping[str, np.ndarray]) -> bytes:
    """An NPZ file like a real one in which an array is missing or another, or with other bytes."""
    name = draw(st.sampled_from(sorted(real)))
    files = {each: npy(array) for each, array in real.items()}
    kind = draw(st.sampled_from(("drop", "array", "array", "array", "bytes", "nonsense")))
    if kind == "drop":
        del files[name]
    elif kind == "array":
        files[name] = draw(damaged_npy(real[name]))
    elif kind == "nonsense":
        files[name] = b"no array"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each, content in files.items():
            archive.writestr(f"{each}.npy", content)
    return draw(damaged_bytes(target.getvalue())) if kind == "bytes" else target.getvalue()
