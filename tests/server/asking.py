"""A server application asked without a network."""

import asyncio
import json
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message

T = TypeVar("T")


@dataclass
class Answer:
    """What an application answered."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


def scope_of(
    path: str = "/",
    method: str = "GET",
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    client: str = "127.0.0.1",
    kind: str = "http",
) -> dict[str, Any]:
    said = dict(headers).items() if isinstance(headers, Mapping) else headers
    path, _, query = path.partition("?")
    encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in said]
    return {
        "type": kind,
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": encoded,
        "client": (client, 50_000),
        "server": ("127.0.0.1", 8501),
        "scheme": "http",
        "http_version": "1.1",
    }


async def asked(app: ASGIApp, scope: dict[str, Any], parts: Iterable[bytes] = (b"",)) -> Answer:
    """The answer to a request whose body comes in parts; after the last one nothing comes."""
    left, answer = list(parts), Answer()

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "websocket.close":
            answer.status = message["code"]
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, in a loop of its own: this thread may have one, as Playwright's does."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def ask(app: ASGIApp, path: str = "/", method: str = "GET", body: Any = b"", **about: Any) -> Answer:
    """The answer to a whole request; a body that is no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return run(asked(app, scope_of(path, method, **about), [content]))
