"""The HTTP routes: what is drawn is read while the pen moves. They keep nothing, and are a small API for others too."""

import json
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mnist_core import language
from mnist_core.datasets import DATASETS
from mnist_core.discretion import without_places
from mnist_core.errors import BundleError, DrawingError, MnistError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.model.bundle import standard_model
from mnist_core.model.card import ModelCard
from mnist_core.model.reliability import Reliability, counted
from mnist_core.types import Drawing, Prediction
from mnist_ui import assets, client, reader_files, resources
from mnist_ui.figures.answer import answer, trouble
from mnist_ui.messages import headline
from mnist_ui.state.sketch import SIDE, as_drawing
from mnist_ui.turns import BusyError, Turns

READ = "/api/read"
DESCRIPTION = "/api/openapi.json"
ARRAYS = "/api/arrays"
DIGIT = "/api/digit"
# What a browser reads with by itself; other people's pages may load it too.
READER_RECORD = "/reader/record"
READER_GRAPH = "/reader/models/{sha256}.tflite"
READER_MODULE = "/reader/{version}/{name}"
MAX_BODY_BYTES = 400_000


class TooLongError(DrawingError):
    """A request's body is longer than anybody draws."""


_STATUS = {TooLongError: 413, BusyError: 429, BundleError: 404, MnistError: 400}
TURNS = Turns()

_DESCRIPTION_FILE = Path(__file__).with_name("openapi.json")


def address(path: str) -> str:
    """A route's path as a browser has to ask for it: behind the server's base path, if there is one."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def routes() -> list[Route]:
    """All routes, for the server application."""
    return [
        Route(address(READ), read, methods=["POST"]),
        Route(address(DESCRIPTION), lambda _request: JSONResponse(description()), methods=["GET"]),
        Route(address(f"{ARRAYS}/{{name}}"), assets.array, methods=["GET"]),
        Route(address(f"{DIGIT}/{{dataset}}/{{index:int}}.png"), assets.digit, methods=["GET"]),
        Route(address(READER_RECORD), reader_record, methods=["GET"]),
        Route(address(READER_GRAPH), reader_files.model, methods=["GET"]),
        Route(address(READER_MODULE), reader_files.module, methods=["GET"]),
    ]


def reader_record(request: Request) -> Response:
    """All that the reader in JavaScript needs to know of the model that reads."""
    return reader_files.record_at(address(READER_MODULE), address(READER_GRAPH), request)


def description() -> dict[str, Any]:
    """The routes as OpenAPI describes them, with the datasets that there are."""
    content: dict[str, Any] = json.loads(_DESCRIPTION_FILE.read_text("utf-8"))
    (dataset, _index) = content["paths"][f"{DIGIT}/{{dataset}}/{{index}}.png"]["get"]["parameters"]
    dataset["schema"]["enum"] = list(DATASETS)
    return content


async def read(request: Request) -> Response:
    """Read the strokes of a body; JSON, or the answer as the page shows it to whoever accepts HTML."""
    with language.spoken(language_of(request)):
        return await _answer(request)


def language_of(request: Request) -> str:
    """The language that a request asks for: the page's, which the pad sends, or the browser's."""
    return language.fitting(language.accepted(request.headers.get("accept-language", "")))


async def _answer(request: Request) -> Response:
    """What is read, in the language that is spoken."""
    wants_page = "text/html" in request.headers.get("accept", "")
    try:
        body = await _body(request)
        async with TURNS.turn(client.of_scope(request.scope).network) as turn:
            predictions, card, size = await run_in_threadpool(turn.work, _read, body)
    except ClientDisconnect:
        return Response(status_code=400)
    except MnistError as error:
        status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
        headers = {"Retry-After": "1"} if isinstance(error, BusyError) else None
        said = without_places(error)
        if wants_page:
            return HTMLResponse(trouble(headline(error), said), status, headers)
        return JSONResponse({"error": said}, status, headers)
    if wants_page:
        return HTMLResponse(answer(predictions, card.digits, card.reliability, size))
    return JSONResponse({"digits": [_as_json(each, card.reliability) for each in predictions]})


async def _body(request: Request) -> bytes:
    """The request's body, as long as it keeps to the limit."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            text = _("A request has at most {most} bytes. Received: more. Send fewer points.")
            raise TooLongError(text.format(most=number(MAX_BODY_BYTES)))
    return bytes(body)


def _read(body: bytes) -> tuple[list[Prediction], ModelCard, tuple[int, int]]:
    """The digits of a request's strokes, the card of the model that read them, and the size of the canvas."""
    drawing, name = _asked(body)
    recognizer, card = resources.model(name)
    return recognizer.read(drawing), card, drawing.size


def _asked(body: bytes) -> tuple[Drawing, str]:
    """What a request wants to have read, and by which model."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        text = _("A request must be JSON. Received: {value} ({error}).")
        raise DrawingError(text.format(value=repr(body[:40]), error=f"{error!s:.80}")) from error
    if not isinstance(content, dict) or "strokes" not in content:
        text = _("A request must be {form}. Received: {value}.")
        raise DrawingError(text.format(form='{"strokes": [...]}', value=f"{content!r:.80}"))
    name = content.get("model", standard_model())
    if not isinstance(name, str):
        raise DrawingError(_("A model's name must be text. Received: {value}.").format(value=f"{name!r:.80}"))
    return as_drawing(content["strokes"], content.get("size", (SIDE, SIDE))), name


def _as_json(prediction: Prediction, reliability: Reliability | None) -> dict[str, Any]:
    """A digit for a program."""
    box = prediction.box
    return {
        "digit": prediction.digit,
        "probability": prediction.probability,
        "probabilities": prediction.probabilities.tolist(),
        "novelty": prediction.novelty,
        "is_digit": prediction.is_digit,
        "is_sure": prediction.is_sure,
        "reliability": counted(prediction, reliability),
        "box": None if box is None else [box.x, box.y, box.width, box.height],
    }
