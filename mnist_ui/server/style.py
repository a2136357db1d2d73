"""The app's style in the page that a browser is sent first: what came later would move all that is there by then."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_ui import routes

# Streamlit writes its own styles into the head while it runs: what stands here counts more than they do.
BEFORE = b'<div id="root">'
# So that what is answered is the page itself, whole and not packed.
_UNASKED = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
# What they say is of the page as it was.
_UNSAID = ("ETag", "Last-Modified", "Accept-Ranges")


class Styled:
    """A middleware that puts the app's style sheet into Streamlit's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_for_people(scope):
            await self._app(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name not in _UNASKED]
        await self._app({**scope, "headers": asked}, receive, _Styling(send))


class _Styling:
    """Sends what is answered, a page with the style sheet in it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._end(self._start)

    async def _end(self, start: Message) -> None:
        link = f'<link rel="stylesheet" href="{routes.address(routes.style_path())}">'.encode()
        body = self._body.replace(BEFORE, link + BEFORE, 1)
        said = MutableHeaders(scope=start)
        said["Content-Length"] = str(len(body))
        for name in _UNSAID:
            del said[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_for_people(scope: Scope) -> bool:
    """Whether a browser asks for a page."""
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_page(message: Message) -> bool:
    """Whether an answer begins as a page does."""
    kind = MutableHeaders(scope=message).get("content-type", "")
    return bool(message["status"] == 200 and kind.startswith("text/html"))
