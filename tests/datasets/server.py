"""A server of the tests' own on the loopback address, in the place of those that datasets are downloaded from."""

import functools
import http.server
import threading
from pathlib import Path


class Server:
    """Files of a folder over HTTP; can break a download off and counts the requests."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[str] = []
        self.cut = False
        outer = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append(self.path)
                if not outer.cut:
                    return super().do_GET()
                content = (folder / self.path.lstrip("/")).read_bytes()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2])
                return None

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
