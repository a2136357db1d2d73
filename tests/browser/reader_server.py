"""A small server with the reader's files and an empty page, under the app's content security policy."""

import contextlib
import threading
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from mnist_ui import routes
from mnist_ui.server.headers import SayHeaders


@contextlib.contextmanager
def serving(own: Sequence[Route] = ()) -> Iterator[str]:
    """The address of the empty page, with more routes beside the app's."""
    blank = Route("/", lambda _request: HTMLResponse("<!doctype html><title>Reader</title>"))
    app = SayHeaders(Starlette(routes=[blank, *own, *routes.routes()]))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
