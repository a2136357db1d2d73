"""A simulated visitor: speaks with the server as the Draw page in a browser does, over HTTP and a websocket."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

from tests.strokes import DIGITS

PAD, SIGHT = "mnist-studio-pad", "mnist-studio-sight"
# One visitor in so many scrolls down to see why.
LOOKS = 5
SIDE = 400
TIMEOUT_S = 60.0
# As the pad does it.
BETWEEN_REQUESTS_S, REST_S = 0.025, 0.2
# A hand draws about so many of the canvas's 400 units in a second.
SPEED = 500.0


@dataclass
class Measured:
    """What visitors met with.

    Attributes
    ----------
    answers
        Seconds from each pen-up to an answer to the whole drawing.
    pages
        Seconds from each pen-up to the end of the rest of the page, of which the pad waits `REST_S` by itself.
    reasons
        Seconds from each look at the reasons to their end.
    wrong
        Answers that were not to what this visitor had drawn.
    errors
        What went wrong.
    live
        Answers while a pen was down.
    """

    answers: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    reasons: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    live: int = 0

    def take(self, other: "Measured") -> None:
        """Add what another visitor met with."""
        self.answers += other.answers
        self.pages += other.pages
        self.reasons += other.reasons
        self.wrong += other.wrong
        self.errors += other.errors
        self.live += other.live


class Visitor:
    """One browser on the Draw page.

    Parameters
    ----------
    url
        The server's.
    number
        Which visitor it is; the digits that it draws follow from that.
    """

    def __init__(self, url: str, number: int) -> None:
        self._rng = np.random.default_rng(number)
        self._host = urlsplit(url).netloc
        self._http = http.client.HTTPConnection(self._host, timeout=TIMEOUT_S)
        self._socket: ClientConnection | None = None
        self._looks = number % LOOKS == LOOKS - 1
        self._shown: dict[str, dict[str, Any]] = {}
        self.measured = Measured()

    def __enter__(self) -> Self:
        self._ask("GET", "/", None, "text/html")
        self._socket = connect(
            f"ws://{self._host}/_stcore/stream",
            origin=Origin(f"http://{self._host}"),
            subprotocols=[Subprotocol("streamlit")],
            open_timeout=TIMEOUT_S,
            max_size=None,
        )
        self._rerun()
        if PAD not in self._shown:
            raise RuntimeError("The page has no drawing pad.")
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket:
            self._socket.close()
        self._http.close()

    def draw_until(self, end: float) -> None:
        """Draw one digit after the other, with a pause after each, until a time of `time.monotonic`."""
        time.sleep(self._rng.uniform(0, 3))
        while time.monotonic() < end:
            try:
                self._draw(int(self._rng.integers(10)))
            except Exception as error:  # whatever it is, it is what this visitor met with
                self.measured.errors.append(f"{type(error).__name__}: {error}")
            time.sleep(self._rng.uniform(1.5, 3.5))

    def _draw(self, digit: int) -> None:
        """Draw a digit somewhere at a hand's speed while it is read, wait for the rest of the page, and clear it."""
        self.reconnect()
        strokes = self.moved(digit)
        drawn: list[dict[str, Any]] = []
        for stroke in strokes:
            drawn.append({"width": 20, "points": []})
            self._move(stroke, drawn)
        lifted = time.monotonic()
        answer = self.read(drawn)
        self.measured.answers.append(time.monotonic() - lifted)
        read = answer.partition('data-answer="')[2].partition('"')[0]
        if read != str(digit):
            self.measured.wrong.append(f"{digit} was read as {read!r}")
        time.sleep(max(0.0, lifted + REST_S - time.monotonic()))
        self.tell(drawn)
        self.measured.pages.append(time.monotonic() - lifted)
        if self._looks:
            self.measured.reasons.append(self.look())
        self.tell([])

    def _move(self, stroke: np.ndarray, drawn: list[dict[str, Any]]) -> None:
        """Have one stroke grow while it is read again and again."""
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))]) / SPEED
        begun = time.monotonic()
        while (gone := time.monotonic() - begun) < along[-1]:
            drawn[-1]["points"] = stroke[: max(1, int((along <= gone).sum()))].tolist()
            self.read(drawn)
            self.measured.live += 1
            time.sleep(BETWEEN_REQUESTS_S)
        drawn[-1]["points"] = stroke.tolist()

    def moved(self, digit: int) -> list[np.ndarray]:
        """A digit at another place, with a point about every four units."""
        shift = self._rng.uniform(-40, 40, 2)
        moved = []
        for stroke in DIGITS[digit]:
            points = np.asarray(stroke, float) + shift
            along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
            at = np.arange(0, along[-1], 4)
            moved.append(np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1).round(2))
        return moved

    def reconnect(self) -> None:
        """Read over another connection from now on, as browsers do: a server ends one that was silent."""
        self._http.close()

    def read(self, strokes: list[dict[str, Any]]) -> str:
        """The live answer to a drawing, as HTML."""
        body = json.dumps({"strokes": strokes, "size": [SIDE, SIDE]})
        return self._ask("POST", "/api/read", body, "text/html")

    def _ask(self, method: str, path: str, body: str | None, accept: str) -> str:
        """One request over the connection that stays open."""
        self._http.request(method, path, body, {"Content-Type": "application/json", "Accept": accept})
        response = self._http.getresponse()
        text = response.read().decode()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {response.status}: {text[:200]}")
        return text

    def tell(self, strokes: list[dict[str, Any]]) -> None:
        """Tell the page what is drawn, as the pad does once it rests, and wait until the page is done."""
        edition = self._shown[PAD]["data"]["edition"]
        drawn = {"edition": edition, "strokes": strokes, "is_kept": False, "ms": None, "is_over": False}
        self._rerun(PAD, {"drawn": drawn})

    def look(self) -> float:
        """Scroll down to the reasons, wait until they are there, and scroll up; give how many seconds it took."""
        begun = time.monotonic()
        self._rerun(SIGHT, {"seen": True})
        seconds = time.monotonic() - begun
        self._rerun(SIGHT, {"seen": False})
        return seconds

    def _rerun(self, component: str | None = None, state: Mapping[str, Any] | None = None) -> None:
        """Have the page run, with another state of one of its components, and wait until it has."""
        assert self._socket
        message = BackMsg()
        client = message.rerun_script
        client.context_info.locale = "en-US"
        client.context_info.url = f"http://{self._host}/"
        if component is not None:
            shown = self._shown[component]
            client.fragment_id, client.page_script_hash = shown["fragment"], shown["page"]
            widget = client.widget_states.widgets.add()
            widget.id, widget.json_value = shown["id"], json.dumps(state)
        self._socket.send(message.SerializeToString())
        self._wait()

    def _wait(self) -> None:
        """Take what the server sends until a run ends."""
        assert self._socket
        while True:
            message = ForwardMsg()
            received = self._socket.recv(timeout=TIMEOUT_S)
            message.ParseFromString(received if isinstance(received, bytes) else received.encode())
            match message.WhichOneof("type"):
                case "script_finished":
                    return
                case "delta" if message.delta.new_element.WhichOneof("type") == "exception":
                    raise RuntimeError(f"The page failed: {message.delta.new_element.exception.message[:200]}")
                case "delta":
                    self._note(message)

    def _note(self, message: ForwardMsg) -> None:
        """Remember where a component is, and what it was given."""
        component = message.delta.new_element.bidi_component
        if component.component_name:
            self._shown[component.component_name.rpartition(".")[2]] = {
                "id": component.id,
                "page": message.metadata.active_script_hash,
                "fragment": message.delta.fragment_id,
                "data": json.loads(component.json)[0],
            }
