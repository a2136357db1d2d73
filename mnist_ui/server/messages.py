"""What browsers say over their websockets: what pages of this app have them say, and no more of it than that needs.

Streamlit also does what only whoever writes an app has a use for: it asks git for the names of files that are not
committed, and nobody else is answered meanwhile; it empties the caches of all visitors. And it takes messages as large
as those that it sends, whose beginnings it keeps.
"""

import contextlib
import functools
import importlib
from collections.abc import Callable
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from mnist_ui.server.streamlit_files import MOST_OFFERED

LARGEST = 4 * 2**20
"""Bytes of a message at most: all that is chosen on a page, with the costliest drawing, takes a quarter of it."""

# uvicorn speaks with websockets by whichever of these is installed.
PROTOCOLS = (
    ("uvicorn.protocols.websockets.websockets_impl", "WebSocketProtocol"),
    ("uvicorn.protocols.websockets.websockets_sansio_impl", "WebSocketsSansIOProtocol"),
    ("uvicorn.protocols.websockets.wsproto_impl", "WSProtocol"),
)

_FOR_DEVELOPERS = (
    "load_git_info",
    "clear_cache",
    "set_run_on_save",
    "debug_disconnect_websocket",
    "debug_shutdown_runtime",
)
_IS_MENDED = "_mnist_studio_takes_less"


class WantedMessages:
    """A middleware that leaves out what no page of this app has a browser say."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def receive_wanted() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or is_wanted(message.get("bytes") or b""):
                    return message

        await self._app(scope, receive_wanted, send)


def is_wanted(content: bytes) -> bool:
    """Whether a message is one that pages have browsers send; what is none at all Streamlit refuses itself."""
    try:
        message = BackMsg.FromString(content)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    return kind not in _FOR_DEVELOPERS and len(message.file_urls_request.file_names) <= MOST_OFFERED


def take_no_larger() -> None:
    """Have uvicorn end websockets on which a message begins that is too large; done once for a process."""
    for module, name in PROTOCOLS:
        with contextlib.suppress(ImportError):
            _mend(getattr(importlib.import_module(module), name))


def _mend(protocol: Any) -> None:
    """Have the connections of a protocol take no larger messages."""
    if not hasattr(protocol, _IS_MENDED):
        setattr(protocol, _IS_MENDED, True)
        protocol.__init__ = _taking_less(protocol.__init__)


def _taking_less(begin: Callable[..., None]) -> Callable[..., None]:
    """What begins a connection, told of the largest message."""

    @functools.wraps(begin)
    def begun(self: Any, config: Any, *arguments: Any, **named: Any) -> None:
        config.ws_max_size = min(config.ws_max_size, LARGEST)
        begin(self, config, *arguments, **named)

    return begun
