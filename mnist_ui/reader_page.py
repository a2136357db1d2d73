"""The page /reader/: the pad alone, without Streamlit. It can be installed, kept, and taken home as one file."""

import hashlib
import json
from string import Template
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from mnist_core import language
from mnist_core.discretion import without_places
from mnist_core.errors import MnistError
from mnist_core.foreign import in_html
from mnist_core.model.bundle import check_public, standard_model
from mnist_core.reader.modules import modules_version, needed
from mnist_core.reader.page.home import home_page
from mnist_core.reader.page.shell import FOLDER, ICON, shell, text, words
from mnist_ui.reader_files import ASK_AGAIN, FORGET, Places, language_of, packed, told

# Addresses beside the page.
ELEMENT, WORKER, MANIFEST, HOME = "digit-pad.js", "service-worker.js", "manifest.webmanifest", "home.html"
ICONS = {ICON: "image/svg+xml", "icon-192.png": "image/png", "icon-512.png": "image/png"}
FILE_NAME = "mnist-studio.html"

_SCRIPT = "text/javascript"
_NOTE = '  <noscript><p class="note">{no_script}</p></noscript>'


async def bare(request: Request) -> Response:
    """The page's address without its slash."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"reader/{query}", 308)


def page(places: Places, request: Request) -> Response:
    """The page, in the language that is asked for, with the model that the address names."""
    name = request.query_params.get("model", "")
    try:
        record = told(places, name or standard_model(), language_of(request))
    except MnistError as error:
        return PlainTextResponse(without_places(error), 404, FORGET)
    version = modules_version()
    head = (
        f'<link rel="manifest" href="{MANIFEST}"><link rel="icon" href="{ICON}" type="image/svg+xml">'
        '<link rel="apple-touch-icon" href="icon-192.png">'
        + "".join(f'<link rel="modulepreload" href="{version}/{each}">' for each in needed("page.js"))
    )
    asked = {"language": record["language"]} | ({"model": name} if name else {})
    home = in_html(f"{HOME}?{urlencode(asked)}")
    more = Template(text("online.html")).substitute(words(record), home=home)
    script = f'<script type="module" src="{version}/page.js"></script>'
    content = shell(record, _NOTE, name, head=head, more=more, scripts=script)
    return packed(request, content.encode(), "text/html", ASK_AGAIN | {"Vary": "Accept-Language, Cookie"})


def file(places: Places, request: Request) -> Response:
    """One of the files beside the page."""
    name = request.path_params["file"]
    if name in ICONS:
        return Response((FOLDER / name).read_bytes(), media_type=ICONS[name], headers=ASK_AGAIN)
    if name not in _FILES:
        return PlainTextResponse(f"There is no file {name:.80}.", 404, FORGET)
    try:
        return _FILES[name](places, request)
    except MnistError as error:
        return PlainTextResponse(without_places(error), 404, FORGET)


def _home(_places: Places, request: Request) -> Response:
    """The page as one file, to be kept."""
    name = request.query_params.get("model", standard_model())
    with language.spoken(language_of(request)):
        content = home_page(check_public(name))
    return HTMLResponse(content, headers=ASK_AGAIN | {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'})


def _element(_places: Places, request: Request) -> Response:
    """The script that any page may have, to have the pad; it imports that of this version."""
    return packed(request, f'export * from "./{modules_version()}/element.js";\n'.encode(), _SCRIPT, ASK_AGAIN)


def _worker(places: Places, request: Request) -> Response:
    """The service worker: which files it keeps, and how; another one when any of them is another."""
    records = [told(places, standard_model(), code) for code in language.languages()]
    version = modules_version()
    files = ["./", MANIFEST, ICON, "icon-192.png", *(f"{version}/{each}" for each in needed("page.js"))]
    files += [f"record?language={each['language']}" for each in records]
    files.append(f"models/{records[0]['model']['sha256']}.tflite")
    rules = text("worker.js")
    digest = hashlib.sha256("\n".join([rules, text("shell.html"), text("page.css"), json.dumps(records)]).encode())
    head = f"const VERSION = {json.dumps(digest.hexdigest()[:16])};\nconst FILES = {json.dumps(files)};\n"
    return packed(request, (head + rules).encode(), _SCRIPT, ASK_AGAIN)


def _manifest(places: Places, request: Request) -> Response:
    """What a browser needs to install the page."""
    record = told(places, standard_model(), language_of(request))
    icons = [{"src": name, "type": kind, "sizes": _sizes(name)} for name, kind in ICONS.items()]
    content = {
        "name": "MNIST Studio",
        "short_name": "MNIST Studio",
        "description": record["page"]["title"],
        "lang": record["language"],
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b6bcb",
        "icons": icons,
    }
    return JSONResponse(content, headers=ASK_AGAIN, media_type="application/manifest+json")


def _sizes(icon: str) -> str:
    """Which sizes an icon has, as a manifest says it."""
    side = icon.removesuffix(".png").rpartition("-")[2]
    return f"{side}x{side}" if side.isdecimal() else "any"


_FILES = {ELEMENT: _element, WORKER: _worker, MANIFEST: _manifest, HOME: _home}
