"""How a request is refused: with a status and a sentence in the language of whoever asked."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from mnist_core import language
from mnist_core.language import gettext as _

_POLICY_VIOLATION = 1008


async def refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    text: str,
    headers: Mapping[str, str] | None = None,
    **figures: object,
) -> None:
    """Answer a request without having read its body, or end a websocket before it is open.

    Parameters
    ----------
    status
        Of the answer; a websocket's is always 403.
    text, figures
        The sentence, marked for translation, and what stands in its placeholders.
    headers
        Further ones.
    """
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    wanted = Headers(scope=scope).get("accept-language", "")
    with language.spoken(language.fitting(language.accepted(wanted))):
        sentence = _(text).format(**figures)
    await PlainTextResponse(f"{sentence}\n", status, headers)(scope, receive, send)
