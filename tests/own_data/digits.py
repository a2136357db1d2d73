"""A few digits in every form in which people bring some."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from mnist_core import load_dataset

COUNT = 40


@cache
def some() -> tuple[np.ndarray, np.ndarray]:
    """Images (40, 28, 28) and labels (40,), all different."""
    digits = load_dataset("uci-digits")
    return np.array(digits.images[:COUNT]), np.array(digits.labels[:COUNT])


def csv_lines(header: bool = True, last: bool = False, images: np.ndarray | None = None) -> list[str]:
    """A table as Kaggle has it."""
    pixels, labels = some()
    pixels = (pixels if images is None else images).reshape(len(labels), -1)
    names = [f"pixel{place}" for place in range(pixels.shape[1])]
    rows = [[str(each) for each in row] for row in pixels]
    table = [["label", *names] if not last else [*names, "label"]] if header else []
    table += [[*row, str(label)] if last else [str(label), *row] for row, label in zip(rows, labels, strict=True)]
    return [",".join(row) for row in table]


def written(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def csv(folder: Path, name: str = "digits.csv", **form) -> Path:
    return written(folder / name, "\n".join(csv_lines(**form)))


def npz(folder: Path, **arrays) -> Path:
    images, labels = some()
    np.savez_compressed(folder / "digits.npz", **(arrays or {"images": images, "labels": labels}))
    return folder / "digits.npz"


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def pictures(side: int = 28) -> dict[str, bytes]:
    """Each digit as a picture in the folder of its digit."""
    images, labels = some()
    sized = [cv2.resize(each, (side, side)) for each in images]
    return {f"{label}/{at}.png": png(each) for at, (each, label) in enumerate(zip(sized, labels, strict=True))}


def packed(content: bytes) -> bytes:
    return gzip.compress(content)


def parquet(path: Path, as_struct: bool = True, names: list[str] | None = None) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    images, labels = some()
    contents = [png(each) for each in images]
    column = [{"bytes": each, "path": None} for each in contents] if as_struct else contents
    table = pa.table({"image": column, "label": labels.astype(np.int64)})
    if names:
        features = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
        table = table.replace_schema_metadata({"huggingface": json.dumps(features)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return written(path, buffer.getvalue())


def strokes() -> dict:
    """Twenty sevens, each a little different."""
    return {
        "digits": [
            {"label": 7, "strokes": [[[130, 100], [270 + at, 100], [180, 310 - at]]], "test": at >= 15}
            for at in range(20)
        ]
    }
