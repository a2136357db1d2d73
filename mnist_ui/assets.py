"""What a page fetches by itself: its style, arrays by the name of their content, and single digits as pictures."""

import hashlib
from functools import cache
from pathlib import Path

import cv2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mnist_core.datasets import DATASETS
from mnist_core.datasets.own import is_shared
from mnist_core.discretion import without_places
from mnist_core.errors import DatasetError, MnistError
from mnist_ui import resources
from mnist_ui.arrays import published

# The content of an array never changes under its name, and a dataset's images are verified by their hash.
_KEEP = {"Cache-Control": "public, max-age=31536000, immutable"}
_FORGET = {"Cache-Control": "no-store"}


@cache
def _style() -> bytes:
    """The style sheet of all pages."""
    return Path(__file__).with_name("style.css").read_bytes()


@cache
def style_version() -> str:
    """Another one for each content of the style sheet."""
    return hashlib.sha256(_style()).hexdigest()[:16]


async def style(request: Request) -> Response:
    """The style sheet; a page that was made before the app was updated gets that of now, and does not keep it."""
    is_now = request.path_params["version"] == style_version()
    return Response(_style(), media_type="text/css", headers=_KEEP if is_now else _FORGET)


async def array(request: Request) -> Response:
    """The bytes that a page published under a name."""
    name = request.path_params["name"]
    content = published(name)
    if content is None:
        error = f"No array is published under this name, or not any more. Received: {name:.80}. Open the page again."
        return JSONResponse({"error": error}, 404, _FORGET)
    return Response(content, media_type="application/octet-stream", headers={**_KEEP, "ETag": f'"{name}"'})


async def digit(request: Request) -> Response:
    """One image of a dataset as a PNG."""
    try:
        content = await run_in_threadpool(_png, request.path_params["dataset"], request.path_params["index"])
    except MnistError as error:
        return JSONResponse({"error": without_places(error)}, 404, _FORGET)
    return Response(content, media_type="image/png", headers=_KEEP)


def _png(name: str, index: int) -> bytes:
    """An image (28, 28) of a published dataset that is on this machine, or of a shared one; nothing else is served."""
    if name not in DATASETS and not is_shared(name):
        raise DatasetError(f"Pictures are of {', '.join(DATASETS)}. Received: {name:.80}. Name one of these.")
    images = resources.any_dataset(name).images
    if index >= len(images):
        raise DatasetError(
            f"{name} has {len(images):,} images, counted from 0. Received: {index}. Ask for one that is there."
        )
    png: bytes = cv2.imencode(".png", images[index])[1].tobytes()
    return png
