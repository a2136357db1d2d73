"""How long a database server is waited for. A frozen one says nothing, not even that it is late."""

import contextlib
import functools
import threading
import time
from collections.abc import Iterator

from mnist_core.collection import troubles

# How long a server may be silent in one reading or writing, all its waits together.
ANSWER_TIMEOUT_S = 4.0
# The same where it was silent when it was asked last.
ASKING_TIMEOUT_S = 1.5
# How long nobody waits for a server that was silent, before one asks again.
REST_S = 5.0

_of_thread = threading.local()


class Waits:
    """The waits of one reading or writing, which have so many seconds together.

    Attributes
    ----------
    left_s
        Seconds of silence that are left.
    """

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds

    @property
    def are_over(self) -> bool:
        """Whether the server was silent for too long."""
        return self.left_s <= 0


class Patience:
    """The patience of this process with one server: after a silence nobody waits for it, until one asks again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_again = 0.0
        self._was_silent = False

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """A reading or writing, in whose thread `waits` has the waits.

        Raises
        ------
        CollectionError
            If the server was silent a moment ago.
        """
        before, own = waits(), Waits(self._seconds())
        _of_thread.waits = own
        try:
            yield
        finally:
            _of_thread.waits = before
            with self._lock:
                self._was_silent = own.are_over
                if own.are_over:
                    self._asked_again = time.monotonic() + REST_S

    def _seconds(self) -> float:
        """How long to wait now; while one asks again, the others do not."""
        with self._lock:
            if not self._was_silent:
                return ANSWER_TIMEOUT_S
            now = time.monotonic()
            if now < self._asked_again:
                raise troubles.silent()
            self._asked_again = now + REST_S
            return ASKING_TIMEOUT_S


def waits() -> Waits | None:
    """The waits of the reading or writing that this thread is at; None for none."""
    return getattr(_of_thread, "waits", None)


def grant(seconds: float) -> None:
    """Let what this thread is at take longer."""
    own = waits()
    if own is not None:
        own.left_s = max(own.left_s, seconds)


@functools.cache
def patience_with(_server: str) -> Patience:
    """The patience with the server of an address; it outlives an opening that fails."""
    return Patience()
