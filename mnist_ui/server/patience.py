"""How long a request may take to come in: bodies and heads that never end are ended."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_core.language import gettext as _
from mnist_core.settings import whole_number

VARIABLE = "MNIST_STUDIO_PATIENCE"
"""Seconds that the head of a request may take, and its body beside the time that its length needs."""

DEFAULT_S = 20
# A body may come as slowly as this: a photo from a phone at the edge of its network.
SLOWEST_BYTES_PER_S = 8_000

_TIMED_OUT = 408


def patience_s() -> int:
    """Seconds that a request may take.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_PATIENCE` is no whole number from 1.
    """
    return whole_number(VARIABLE, DEFAULT_S)


class TimelyBodies:
    """A middleware that ends requests whose bodies do not come in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        timely = _Timely(receive) if scope["type"] == "http" else receive
        await self._app(scope, timely, send)


class _Timely:
    """What an app reads a body by, as long as it comes in."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._until = asyncio.get_running_loop().time() + patience_s()
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:  # what is awaited now is only that the client goes
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            text = _("The request did not come in, so it was ended. Send it again.")
            raise HTTPException(_TIMED_OUT, text, {"Connection": "close"}) from None
        self._is_whole = not message.get("more_body", False)
        self._until += len(message.get("body", b"")) / SLOWEST_BYTES_PER_S
        return message
