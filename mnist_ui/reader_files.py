"""What a browser fetches to read by itself: the modules of the reader, a model's graph, and the record of both."""

import gzip
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mnist_core import language
from mnist_core.discretion import without_places
from mnist_core.errors import BundleError, MnistError
from mnist_core.model.bundle import (
    GRAPH,
    check_public,
    graph_digest,
    model_folder,
    model_names,
    read_card,
    read_file,
    standard_model,
)
from mnist_core.reader.modules import ENTRY, modules, modules_version
from mnist_core.reader.record import record
from mnist_ui.figures.answer import templates

# Under the hash of a content it never changes.
_KEEP = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
_ASK_AGAIN = {"Cache-Control": "no-cache"}
_FORGET = {"Cache-Control": "no-store"}


async def module(request: Request) -> Response:
    """One of the reader's modules, of this version."""
    name, version = request.path_params["name"], request.path_params["version"]
    if version != modules_version() or name not in modules():
        return JSONResponse({"error": f"There is no module {name:.80} of version {version:.80}."}, 404, _FORGET)
    return _packed(request, modules()[name], "text/javascript")


async def model(request: Request) -> Response:
    """The graph of a model that every visitor may see, by its SHA-256."""
    try:
        content = await run_in_threadpool(_graph, request.path_params["sha256"])
    except MnistError as error:
        return JSONResponse({"error": without_places(error)}, 404, _FORGET)
    return _packed(request, content, "application/octet-stream")


def record_at(reader: str, graph: str, request: Request) -> Response:
    """The record for a model, in a language; both as the query says, else the standard ones.

    Parameters
    ----------
    reader, graph
        Where modules and graphs are served, with places for `{version}` and `{name}` and for `{sha256}`.
    """
    name = request.query_params.get("model", standard_model())
    wanted = request.query_params.get("language", request.headers.get("accept-language", ""))
    try:
        card = read_card(model_folder(check_public(name)))
        sha256 = graph_digest(name)
    except MnistError as error:
        return JSONResponse({"error": without_places(error)}, 404, _FORGET)
    with language.spoken(language.fitting(language.accepted(wanted))):
        told = {**record(card, sha256, graph.format(sha256=sha256)), "answer": templates()}
    module = reader.format(version=modules_version(), name=ENTRY)
    return JSONResponse({"reader": module, **told}, headers=_ASK_AGAIN)


@lru_cache(maxsize=4)
def _graph(sha256: str) -> bytes:
    """The graph with this hash, of the shipped model and those that all visitors share.

    Raises
    ------
    BundleError
        If none of them has it, or its file is damaged.
    """
    for name in {standard_model(): None, **dict.fromkeys(model_names())}:
        try:
            card = read_card(model_folder(check_public(name)))
        except BundleError:  # another model may be whole
            continue
        if card.files.get(GRAPH) == sha256:
            return read_file(model_folder(name), card, GRAPH)
    raise BundleError(f"No model has this graph. Received: {sha256:.80}. Load the page again.")


def _packed(request: Request, content: bytes, kind: str) -> Response:
    """A content that a browser may keep, packed for whoever can unpack it."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content, media_type=kind, headers=_KEEP)
    return Response(_gzipped(content), media_type=kind, headers={**_KEEP, "Content-Encoding": "gzip"})


@lru_cache(maxsize=32)
def _gzipped(content: bytes) -> bytes:
    """A content as gzip, packed once."""
    return gzip.compress(content)
