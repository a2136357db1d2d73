"""Somebody without a browser, who speaks with the server over a websocket as a page does: from any address, at once."""

import time
from contextlib import ExitStack
from typing import Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.sync.client import connect

TIMEOUT_S = 60.0


class Stranger:
    """A session of the app.

    Parameters
    ----------
    url
        The server's.
    address
        Where it comes from, as a proxy would say; without it, from this machine.

    Attributes
    ----------
    text
        All that the page said in its last run.
    labels
        Of what could be filled in, chosen or pressed there, with the ids by which the server knows it.
    took_s
        How long that run took.
    """

    def __init__(self, url: str, address: str = "") -> None:
        self._url, self._address, self._page = url, address, ""
        self._ending = ExitStack()
        self.text, self.took_s = "", 0.0
        self.labels: dict[str, str] = {}

    def __enter__(self) -> Self:
        host = urlsplit(self._url).netloc
        connection = connect(
            f"ws://{host}/_stcore/stream",
            origin=Origin(f"http://{host}"),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"X-Forwarded-For": self._address} if self._address else None,
            open_timeout=TIMEOUT_S,
            max_size=None,
        )
        self._socket = self._ending.enter_context(connection)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def open(self, page: str, query: str = "") -> Self:
        """Open a page of the app and wait until it is there."""
        message = self._rerun()
        message.rerun_script.page_name, message.rerun_script.query_string = page, query
        self._say(message)
        return self

    def submit(self, button: str, **fields: str) -> Self:
        """Fill in fields of a form and press its button, each named by its label."""
        message = self._rerun()
        message.rerun_script.page_script_hash = self._page
        for label, value in fields.items():
            field = message.rerun_script.widget_states.widgets.add()
            field.id, field.string_value = self.labels[label], value
        pressed = message.rerun_script.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = self.labels[button], True
        self._say(message)
        return self

    def _rerun(self) -> BackMsg:
        """The message that has a page run."""
        message = BackMsg()
        message.rerun_script.context_info.locale = "en-US"
        message.rerun_script.context_info.url = f"{self._url}/"
        return message

    def _say(self, message: BackMsg) -> None:
        """Send a message, and take what the server answers until a run ends."""
        begun, said, labels = time.monotonic(), [], {}
        self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            received = self._socket.recv(timeout=TIMEOUT_S)
            answer.ParseFromString(received if isinstance(received, bytes) else received.encode())
            if answer.WhichOneof("type") == "script_finished":
                if answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    break
                said, labels = [], {}
            element = answer.delta.new_element
            if element.WhichOneof("type"):
                self._page = answer.metadata.active_script_hash or self._page
                shown = getattr(element, element.WhichOneof("type"))
                said.append(str(getattr(shown, "body", "")))
                if getattr(shown, "label", "") and getattr(shown, "id", ""):
                    labels[shown.label] = shown.id
        self.text, self.labels, self.took_s = "\n".join(said), labels, time.monotonic() - begun
