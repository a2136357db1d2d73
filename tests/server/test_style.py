"""The app's style comes with the page, before anything is shown."""

from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route

from mnist_ui import assets, routes
from mnist_ui.server.style import BEFORE, Styled
from tests.server.asking import ask

PAGE = Path(st.__file__).with_name("static") / "index.html"
APP = Styled(
    Starlette(
        routes=[
            Route("/", lambda _request: FileResponse(PAGE), methods=["GET", "HEAD"]),
            Route("/api", lambda _request: JSONResponse({"page": BEFORE.decode()})),
            *routes.routes(),
        ]
    )
)
BROWSER = {"accept": "text/html,*/*", "accept-encoding": "gzip", "if-none-match": "*"}


def test_streamlits_page_has_the_style_sheet_where_it_counts_more_than_streamlits_own():
    page = ask(APP, headers=BROWSER)
    assert page.status == 200
    assert page.text.index("</head>") < page.text.index(routes.style_path()) < page.text.index(BEFORE.decode())
    assert int(page.headers["content-length"]) == len(page.body)
    assert "etag" not in page.headers


@pytest.mark.parametrize(
    ("path", "method", "headers"), [("/", "HEAD", BROWSER), ("/", "GET", {"accept": "*/*"}), ("/api", "GET", BROWSER)]
)
def test_nothing_else_is_changed(path, method, headers):
    assert routes.style_path() not in ask(APP, path, method, headers=headers).text


def test_the_style_sheet_is_kept_for_as_long_as_it_is_the_same():
    now, before = ask(APP, routes.style_path()), ask(APP, routes.STYLE.format(version="0"))
    assert now.body == before.body
    assert b".stMainBlockContainer" in now.body
    assert (now.headers["cache-control"], before.headers["cache-control"]) == (
        "public, max-age=31536000, immutable",
        "no-store",
    )
    assert assets.style_version() in routes.style_path()
