"""How long a database server is waited for. A frozen one says nothing, not even that it is late."""

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator

from sqlalchemy import exc

from mnist_core.collection import troubles

# How long a server may be silent in one reading or writing, all its waits together.
ANSWER_TIMEOUT_S = 4.0
# A server that was silent is asked so often whether it is back, and is waited for so long then.
ASKED_EVERY_S = 1.0
ASKING_TIMEOUT_S = 2.0

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
    """The patience of this process with one server: after a silence nobody waits for it until it answers again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_silent = False

    @contextlib.contextmanager
    def waiting(self, ask: Callable[[], None]) -> Iterator[None]:
        """A reading or writing, in whose thread `waits` has the waits.

        Parameters
        ----------
        ask
            Asks the server anything. After a silence it is called in a thread of its own, until the server answers.

        Raises
        ------
        CollectionError
            If the server is silent.
        """
        if self._is_silent:
            raise troubles.silent()
        before, own = waits(), Waits(ANSWER_TIMEOUT_S)
        _of_thread.waits = own
        try:
            yield
        finally:
            _of_thread.waits = before
            if own.are_over:
                self._rest(ask)

    def _rest(self, ask: Callable[[], None]) -> None:
        """Have nobody wait until the server answers."""
        with self._lock:
            if not self._is_silent:
                self._is_silent = True
                threading.Thread(target=self._ask_again, args=(ask,), name="collection-server", daemon=True).start()

    def _ask_again(self, ask: Callable[[], None]) -> None:
        """Ask again and again. Who refuses answers, too: whoever asks next is told at once."""
        while self._is_silent:
            time.sleep(ASKED_EVERY_S)
            own = _of_thread.waits = Waits(ASKING_TIMEOUT_S)
            with contextlib.suppress(exc.DBAPIError):
                ask()
            self._is_silent = own.are_over


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
