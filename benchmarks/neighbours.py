"""A visitor beside clients who send the costliest drawings that are read: how much longer each answer takes."""

import contextlib
import http.client
import json
import statistics
import time
from collections.abc import Iterator
from threading import Event, Thread
from urllib.parse import urlsplit

import numpy as np

from benchmarks.running import temporary_home
from mnist_core.types import MAX_POINTS
from tests.browser.driver import serving
from tests.strokes import SEVEN

CLIENTS = 8
SECONDS = 15.0
PAUSE_S = 0.1
TIMEOUT_S = 60.0
SIDE = 400
STROKES = 60
MILLI = 1000


class Reader:
    """Somebody at an address of this machine who has one drawing read again and again.

    Attributes
    ----------
    seconds
        How long each answer took.
    refused
        How often the server said that it is too much at once.
    """

    def __init__(self, url: str, source: str, body: bytes) -> None:
        host = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            host.hostname or "", host.port, timeout=TIMEOUT_S, source_address=(source, 0)
        )
        self._body = body
        self.seconds: list[float] = []
        self.refused = 0

    def read(self) -> None:
        """One request, and its answer."""
        begun = time.monotonic()
        self._connection.request("POST", "/api/read", self._body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        text = response.read()
        if response.status == http.HTTPStatus.TOO_MANY_REQUESTS:
            self.refused += 1
            time.sleep(float(response.headers["Retry-After"]))
        elif response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"The server answered {response.status}: {text[:200]!r}")
        else:
            self.seconds.append(time.monotonic() - begun)

    def read_until(self, end: Event) -> None:
        """Request after request."""
        while not end.is_set():
            self.read()


def costliest() -> bytes:
    """The drawing that costs most of all that were tried: zigzags beside each other, each maybe a part of a digit."""
    rng, wide, points = np.random.default_rng(0), SIDE / STROKES, MAX_POINTS // STROKES
    rows = np.where(np.arange(points) % 2, 0, SIDE)
    zigzags = [np.stack([index * wide + rng.uniform(0, 0.8 * wide, points), rows], axis=1) for index in range(STROKES)]
    return _body(zigzags)


def answers(url: str, seconds: float) -> list[float]:
    """How long a visitor who has a seven read ten times a second waits for each answer, in seconds."""
    visitor = Reader(url, "127.0.0.1", _body([np.array(stroke, float) for stroke in SEVEN]))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        visitor.read()
        time.sleep(PAUSE_S)
    return visitor.seconds


@contextlib.contextmanager
def neighbours(url: str, count: int, own_addresses: bool) -> Iterator[list[Reader]]:
    """So many clients who send the costliest drawing, each from an address of its own or all from one."""
    end, body = Event(), costliest()
    clients = [Reader(url, f"127.0.0.{2 + number * own_addresses}", body) for number in range(count)]
    threads = [Thread(target=each.read_until, args=(end,)) for each in clients]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        end.set()
        for thread in threads:
            thread.join()


def show() -> None:
    """Measure a visitor alone and beside others, and print the table."""
    with temporary_home(), serving() as (url, _pid):
        answers(url, 2)
        alone = statistics.median(answers(url, SECONDS))
        print("| beside | median answer | 95th percentile | times alone | theirs, median | theirs refused |")
        print("| --- | --- | --- | --- | --- | --- |")
        print(f"| nobody | {alone * MILLI:.1f} ms | | 1.0 | | |")
        for name, own in (("one address", False), ("an address each", True)):
            with neighbours(url, CLIENTS, own) as clients:
                time.sleep(1)
                waited = answers(url, SECONDS)
            median, p95 = statistics.median(waited), statistics.quantiles(waited, n=20)[-1]
            theirs = statistics.median(one for each in clients for one in each.seconds)
            print(
                f"| {CLIENTS} with the costliest drawing, {name} | {median * MILLI:.1f} ms | {p95 * MILLI:.1f} ms "
                f"| {median / alone:.1f} | {theirs * MILLI:.0f} ms | {sum(each.refused for each in clients)} |",
                flush=True,
            )


def _body(strokes: list[np.ndarray]) -> bytes:
    """A request to read strokes."""
    drawn = [{"width": 3, "points": np.round(stroke, 2).tolist()} for stroke in strokes]
    return json.dumps({"strokes": drawn, "size": [SIDE, SIDE]}).encode()
