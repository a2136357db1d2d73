"""What every answer says about itself."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mnist_core.errors import ConfigError
from mnist_ui.server import headers
from mnist_ui.server.headers import FRAMES_VARIABLE, SayHeaders
from tests.server.asking import ask, asked, run, scope_of


def _broken(_request):
    raise ZeroDivisionError("/srv/secret")


APP = Starlette(
    routes=[
        Route("/", lambda _request: PlainTextResponse("here")),
        Route("/reader/reader.js", lambda _request: PlainTextResponse("code")),
        Route("/own", lambda _request: Response(headers={"Content-Security-Policy": "default-src *"})),
    ]
)
SERVED = SayHeaders(APP)


def policy(answer):
    parts = answer.headers["content-security-policy"].split("; ")
    return {name: sources.split() for name, _, sources in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nowhere", 404), ("/own", 200)])
def test_pages_and_errors_say_the_same(path, status):
    answer = ask(SERVED, path)
    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert "microphone=()" in answer.headers["permissions-policy"]
    assert policy(answer)["default-src"] == ["'self'"]
    assert policy(answer)["frame-ancestors"] == ["'self'"]
    assert policy(answer)["object-src"] == ["'none'"]


def test_scripts_are_the_apps_own_and_no_text_is_run():
    scripts = policy(ask(SERVED))["script-src"]
    assert {"'self'", "blob:", "'wasm-unsafe-eval'"} <= set(scripts)
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set(scripts)
    assert any(each.startswith("'sha256-") for each in scripts)  # Streamlit's page has a script in it


def test_nothing_is_loaded_from_elsewhere():
    allowed = {each for sources in policy(ask(SERVED)).values() for each in sources}
    keywords = {"'self'", "'none'", "'unsafe-inline'", "'wasm-unsafe-eval'", "blob:", "data:"}
    assert all(each in keywords or each.startswith("'sha256-") for each in allowed)


def test_the_reader_may_be_loaded_and_framed_by_others_and_nothing_else():
    reader = ask(SERVED, "/reader/reader.js")
    assert policy(reader)["frame-ancestors"] == ["*"]
    assert reader.headers["access-control-allow-origin"] == "*"
    assert reader.headers["cross-origin-resource-policy"] == "cross-origin"
    for path in ("/", "/readers", "/pages/reader/x", "/reader"):
        other = ask(SERVED, path)
        assert policy(other)["frame-ancestors"] == ["'self'"]
        assert "access-control-allow-origin" not in other.headers


def test_the_reader_is_found_behind_a_base_path(monkeypatch):
    monkeypatch.setattr(headers.st, "get_option", {"server.baseUrlPath": "/studio/"}.get)
    assert "Access-Control-Allow-Origin" in headers.headers_of("/studio/reader/x")
    assert "Access-Control-Allow-Origin" not in headers.headers_of("/reader/x")


@pytest.mark.parametrize("named", ["*", "'none'", "'self' https://school.example http://localhost:3000 https://*.org"])
def test_who_may_frame_the_app_can_be_set(monkeypatch, named):
    monkeypatch.setenv(FRAMES_VARIABLE, named)
    assert policy(ask(SERVED))["frame-ancestors"] == named.split()


@pytest.mark.parametrize("named", ["self", "https://a; script-src *", "https://a,https://b", "javascript:x", "a\nb: c"])
def test_what_names_no_site_is_refused(monkeypatch, named):
    monkeypatch.setenv(FRAMES_VARIABLE, named)
    with pytest.raises(ConfigError, match=FRAMES_VARIABLE):
        headers.frame_ancestors()


def test_a_bug_is_answered_with_the_headers_and_without_its_words():
    app = SayHeaders(Starlette(routes=[Route("/", _broken)]).router)
    answers = []

    async def meet():
        scope, sent = scope_of(), []

        async def send(message):
            sent.append(message)

        with pytest.raises(ZeroDivisionError):  # it is logged by whoever runs the app
            await app(scope, None, send)
        answers.append(sent)

    run(meet())
    ((start, body),) = answers
    assert start["status"] == 500
    assert (b"x-content-type-options", b"nosniff") in start["headers"]
    assert b"secret" not in body["body"]


def test_a_websocket_passes_as_it_is():
    passed = []

    async def app(scope, receive, send):
        passed.append((scope, receive, send))

    async def meet():
        await asked(SayHeaders(app), scope_of(kind="websocket"))

    run(meet())
    assert len(passed) == 1
