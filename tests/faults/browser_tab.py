"""A tab of a browser, or what pretends to be one: Streamlit's websocket and its uploads, without a page."""

import http.client
import re
import uuid
from contextlib import ExitStack
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

TIMEOUT_S = 30.0
XSRF = "_streamlit_xsrf"


class Tab:
    """A session of the app.

    Attributes
    ----------
    session
        Its id.
    """

    def __init__(self, url: str, source: str = "127.0.0.1", session: str = "") -> None:
        self._host = urlsplit(url).netloc
        self._source, self.session = (source, 0), session
        self._socket: ClientConnection | None = None
        self._token, self._open = "", ExitStack()

    def __enter__(self) -> Self:
        self._token = self._xsrf_token()
        entries = ["streamlit", self._token, *([self.session] if self.session else [])]
        opened = connect(
            f"ws://{self._host}/_stcore/stream",
            origin=Origin(f"http://{self._host}"),
            subprotocols=[Subprotocol(each) for each in entries],
            additional_headers={"Cookie": f"{XSRF}={self._token}"},
            source_address=self._source,
            open_timeout=TIMEOUT_S,
            max_size=None,
        )
        self._socket = self._open.enter_context(opened)
        self.run()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._open.close()

    def run(self) -> None:
        """Have the page run, and wait until it has."""
        message = BackMsg()
        message.rerun_script.context_info.url = f"http://{self._host}/"
        self._send(message)
        while (said := self._said()).WhichOneof("type") != "script_finished":
            if said.WhichOneof("type") == "new_session":
                self.session = said.new_session.initialize.session_id

    def offered(self) -> str:
        """The id that the app gives out for one more file."""
        message = BackMsg()
        message.file_urls_request.request_id = uuid.uuid4().hex
        message.file_urls_request.file_names.append("photo.png")
        self._send(message)
        while (said := self._said()).WhichOneof("type") != "file_urls_response":
            pass
        return said.file_urls_response.file_urls[0].file_id

    def put(self, file: str, content: bytes, session: str = "") -> tuple[int, str]:
        """Upload a file under an id; gives status and text of the answer."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="photo.png"\r\n\r\n'
        connection = self._connection()
        # A refusal may come before all is sent, and the connection then end.
        try:
            connection.request(
                "PUT",
                f"/_stcore/upload_file/{session or self.session}/{file}",
                head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
                {
                    "Content-Type": f"multipart/form-data; boundary={boundary}",
                    "Cookie": f"{XSRF}={self._token}",
                    "X-Xsrftoken": self._token,
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def _xsrf_token(self) -> str:
        """The token that the server gives every browser."""
        connection = self._connection()
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        (token,) = re.findall(rf"{XSRF}=([^;]+)", answer.headers["Set-Cookie"])
        return str(token)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, timeout=TIMEOUT_S, source_address=self._source)

    def _send(self, message: BackMsg) -> None:
        assert self._socket
        self._socket.send(message.SerializeToString())

    def _said(self) -> ForwardMsg:
        """What the server says next."""
        assert self._socket
        message, received = ForwardMsg(), self._socket.recv(timeout=TIMEOUT_S)
        message.ParseFromString(received if isinstance(received, bytes) else received.encode())
        return message
