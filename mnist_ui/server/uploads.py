"""Files that browsers upload: only those that a page asked for, and no more of them than there is room for."""

import asyncio
import functools
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.settings import whole_number
from mnist_ui import client
from mnist_ui.server.heap import give_back
from mnist_ui.server.refusal import refuse
from mnist_ui.server.streamlit_files import Files

log = logging.getLogger(__name__)

SESSION_VARIABLE = "MNIST_STUDIO_UPLOADS_SESSION_MB"
"""Megabytes of files that are held for one session; what it uploaded first makes room for what it uploads next."""

ALL_VARIABLE = "MNIST_STUDIO_UPLOADS_MB"
"""Megabytes of files that are held for all sessions, of which those of one address may have half."""

DEFAULT_SESSION_MB, DEFAULT_ALL_MB = 100, 500
MEGA = 1024 * 1024
SWEEP_S = 5.0

_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")
_FORBIDDEN, _TOO_LARGE = 403, 413
_NOT_ASKED_FOR = N_("No page of this app asked for this file. Choose it on a page again.")
_NO_ROOM = N_("There is no room for this file: {most} MB are held. Wait until others are done, or send a smaller one.")


@dataclass
class Room:
    """How much is held and coming in, and for whom.

    Attributes
    ----------
    arriving
        Bytes of each upload under way, with its session and its client.
    clients
        The client of each session that uploaded something.
    """

    arriving: dict[object, tuple[str, str, int]] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)

    def takes(self, upload: object, session: str, of: str, size: int, files: Files) -> bool:
        """Note how large an upload is, if there is room for it; the session's own older files are dropped for it.

        Raises
        ------
        ConfigError
            If a setting is no whole number.
        """
        held = files.held()
        others = {key: each for key, each in self.arriving.items() if key is not upload}
        mine = size + held.get(session, 0) + sum(each for other, _of, each in others.values() if other == session)
        everybody = size + sum(held.values()) + sum(each for _session, _of, each in others.values())
        clients = size + self._of_client(of, held, others)
        over = max(0, mine - most_bytes_of_a_session())
        most = most_bytes()
        if over > held.get(session, 0) or everybody - over > most or clients - over > most / 2:
            return False
        while over > 0:
            over -= files.drop_oldest(session)
        self.clients[session] = of
        self.arriving[upload] = (session, of, size)
        return True

    @contextmanager
    def of_upload(self) -> Iterator[object]:
        """A key for one upload, forgotten in the end."""
        upload = object()
        try:
            yield upload
        finally:
            self.arriving.pop(upload, None)

    def _of_client(self, of: str, held: Mapping[str, int], others: Mapping[object, tuple[str, str, int]]) -> int:
        """Bytes of a client's files, held and coming in."""
        for session in [each for each in self.clients if each not in held]:
            if not any(other == session for other, _of, _size in others.values()):
                del self.clients[session]
        kept = sum(size for session, size in held.items() if self.clients.get(session) == of)
        return kept + sum(size for _session, whose, size in others.values() if whose == of)


def most_bytes() -> int:
    """Bytes that are held for all sessions.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_UPLOADS_MB` is no whole number from 1.
    """
    return whole_number(ALL_VARIABLE, DEFAULT_ALL_MB) * MEGA


def most_bytes_of_a_session() -> int:
    """Bytes that are held for one session.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_UPLOADS_SESSION_MB` is no whole number from 1.
    """
    return whole_number(SESSION_VARIABLE, DEFAULT_SESSION_MB) * MEGA


class AskedUploads:
    """A middleware that lets in the files that a page asked for, while there is room for them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._room = Room()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _UPLOAD.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        files = held_files()
        if asked is None or files is None:
            await self._app(scope, receive, send)
            return
        session, file = asked["session"], asked["file"]
        if not files.is_offered(session, file):
            await refuse(scope, receive, send, _FORBIDDEN, _NOT_ASKED_FOR)
            return
        of, announced = client.of_scope(scope).network, Headers(scope=scope).get("content-length", "0")
        with self._room.of_upload() as upload:
            size = int(announced) if announced.isdecimal() else 0
            if not self._room.takes(upload, session, of, size, files):
                await refuse(scope, receive, send, _TOO_LARGE, _NO_ROOM, most=most_bytes() // MEGA)
                return
            counted = 0

            async def receive_counted() -> Message:
                nonlocal counted
                message = await receive()
                counted += len(message.get("body", b""))
                if counted > size and not self._room.takes(upload, session, of, counted, files):
                    raise HTTPException(_TOO_LARGE, _(_NO_ROOM).format(most=most_bytes() // MEGA))
                return message

            await self._app(scope, receive_counted, send)


def held_files() -> Files | None:
    """The files of the runtime of this process; None before it runs."""
    return _files_of(runtime.get_instance()) if runtime.exists() else None


@functools.lru_cache(maxsize=1)
def _files_of(running: runtime.Runtime) -> Files:
    """The files of a runtime."""
    return Files(running)


async def free_ended(when_all_have_gone: Callable[[], object]) -> None:
    """Free again and again what is held for sessions that ended; to be run beside the server from its start on.

    Parameters
    ----------
    when_all_have_gone
        Called when the last of them has ended.
    """
    held_files()
    while True:
        await asyncio.sleep(SWEEP_S)
        try:
            files = held_files()
            if files and files.forget_ended():
                when_all_have_gone()
                give_back()
        except Exception:  # whatever it is, the next time it may be gone
            log.exception(free_ended.__name__)
