"""What a browser fetches to read by itself: the modules of the reader, a model's graph, and the record of both."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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
from mnist_ui.state.speech import LANGUAGE_COOKIE

# Under the hash of a content it never changes.
KEEP = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "no-cache"}
FORGET = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Places:
    """Where the browser finds what it reads with.

    Attributes
    ----------
    module, graph
        Where modules and graphs are served, with places for `{version}` and `{name}` and for `{sha256}`.
    server
        Where the server reads, what the browser cannot.
    """

    module: str
    graph: str
    server: str


async def module(request: Request) -> Response:
    """One of the reader's modules, of this version."""
    name, version = request.path_params["name"], request.path_params["version"]
    if version != modules_version() or name not in modules():
        return JSONResponse({"error": f"There is no module {name:.80} of version {version:.80}."}, 404, FORGET)
    return packed(request, modules()[name], "text/javascript")


async def model(request: Request) -> Response:
    """The graph of a model that every visitor may see, by its SHA-256."""
    try:
        content = await run_in_threadpool(_graph, request.path_params["sha256"])
    except MnistError as error:
        return JSONResponse({"error": without_places(error)}, 404, FORGET)
    return packed(request, content, "application/octet-stream")


def record_at(places: Places, request: Request) -> Response:
    """The record for a model, in a language; both as the query says, else the standard ones."""
    name = request.query_params.get("model", standard_model())
    try:
        content = told(places, name, language_of(request))
    except MnistError as error:
        return JSONResponse({"error": without_places(error)}, 404, FORGET)
    return packed(request, json.dumps(content, ensure_ascii=False).encode(), "application/json", ASK_AGAIN)


def told(places: Places, name: str, code: str) -> dict[str, Any]:
    """The record for a model that every visitor may see, in a language.

    Raises
    ------
    BundleError
        If there is no such model, or its card cannot be read.
    """
    card = read_card(model_folder(check_public(name)))
    sha256 = graph_digest(name)
    with language.spoken(code):
        whole = record(card, name, sha256, places.graph.format(sha256=sha256))
    return {"reader": places.module.format(version=modules_version(), name=ENTRY), "server": places.server, **whole}


def language_of(request: Request) -> str:
    """The language that a request asks for: in its address, as the app's cookie keeps it, or as the browser says."""
    wanted = request.query_params.get("language") or request.cookies.get(LANGUAGE_COOKIE) or ""
    return language.fitting(
        [*language.accepted(wanted), *language.accepted(request.headers.get("accept-language", ""))]
    )


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


def packed(request: Request, content: bytes, kind: str, headers: Mapping[str, str] = KEEP) -> Response:
    """A content, packed for whoever can unpack it; by default a browser may keep it for good."""
    vary = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))
    said = {**headers, "Vary": vary}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content, media_type=kind, headers=said)
    return Response(_gzipped(content), media_type=kind, headers={**said, "Content-Encoding": "gzip"})


@lru_cache(maxsize=64)
def _gzipped(content: bytes) -> bytes:
    """A content as gzip, packed once."""
    return gzip.compress(content)
