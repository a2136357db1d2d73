"""What every answer says about itself: what a page may load, who may frame it, and that nothing is to be guessed."""

import base64
import functools
import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui.server.refusal import refuse

FRAMES_VARIABLE = "MNIST_STUDIO_FRAME_ANCESTORS"
"""Which sites may show the app in a frame, as `frame-ancestors` of a content security policy has them."""

SELF = "'self'"
# What is made to be part of other people's pages.
_READER = "/reader/"

_FRAMES = re.compile(r"'self'|'none'|\*|https?://[\w.*:\[\]-]+/?")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # An address of the app may say which class somebody is in.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()",
}
_FOR_OTHERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class SayHeaders:
    """A middleware that says the same headers with whatever is answered, an error of the app included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal is_begun
            if message["type"] == "http.response.start":
                is_begun = True
                said = MutableHeaders(scope=message)
                for name, value in headers_of(scope["path"]).items():
                    said[name] = value
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            # Starlette would answer beyond this middleware, without the headers. It logs what is raised.
            if not is_begun:
                text = N_("Something went wrong here. It has been noted; open the page again.")
                await refuse(scope, receive, send_with_headers, 500, text)
            raise


def headers_of(path: str) -> Mapping[str, str]:
    """The headers of an answer.

    Parameters
    ----------
    path
        What was asked for.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_FRAME_ANCESTORS` names no sites.
    """
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    is_reader = path.startswith(f"/{base}{_READER}" if base else _READER)
    policy = _policy("*" if is_reader else frame_ancestors())
    return _ALWAYS | {"Content-Security-Policy": policy} | (_FOR_OTHERS if is_reader else {})


def frame_ancestors() -> str:
    """Which sites may show the app in a frame: its own, unless others are named.

    Raises
    ------
    ConfigError
        If what is set names no sites.
    """
    named = os.environ.get(FRAMES_VARIABLE, "").strip() or SELF
    if not all(_FRAMES.fullmatch(each) for each in named.split()):
        text = _(
            "{variable} must be {form}, or addresses of sites such as {example}, with spaces between. "
            "Received: {value}. Correct the variable or unset it."
        )
        raise ConfigError(
            text,
            variable=FRAMES_VARIABLE,
            form="'self', 'none', *",
            example="https://school.example",
            value=f"{named!r:.80}",
        )
    return named


@functools.lru_cache(maxsize=8)
def _policy(frames: str) -> str:
    """The content security policy: everything from here, nothing from elsewhere."""
    parts: dict[str, tuple[str, ...]] = {
        "default-src": (SELF,),
        # Components without a file of their own are modules at addresses in memory; the reader is WebAssembly.
        "script-src": (SELF, "blob:", "'wasm-unsafe-eval'", *_own_scripts()),
        # Streamlit writes its styles while it runs.
        "style-src": (SELF, "'unsafe-inline'"),
        "img-src": (SELF, "data:", "blob:"),
        "font-src": (SELF, "data:"),
        "media-src": (SELF, "data:", "blob:"),
        "connect-src": (SELF, "data:", "blob:"),
        "worker-src": (SELF, "blob:"),
        "frame-src": (SELF, "blob:"),
        "object-src": ("'none'",),
        "base-uri": (SELF,),
        "form-action": (SELF,),
        "frame-ancestors": (frames,),
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in parts.items())


def _own_scripts() -> list[str]:
    """Hashes of the scripts that Streamlit's page has in its text."""
    page = Path(st.__file__).with_name("static") / "index.html"
    scripts = _INLINE_SCRIPT.findall(page.read_text("utf-8"))
    return [f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in scripts]
