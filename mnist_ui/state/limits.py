"""How often something may happen: so that nobody guesses codes or floods the collection."""

import threading
import time
from collections import deque

from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_

MINUTE_S = 60
_TOO_OFTEN = N_("That was too often within a minute. Wait a minute, then try again.")


class Limit:
    """At most so many times within a minute; any number of threads may ask.

    Parameters
    ----------
    most
        So many times.
    refusal
        What is said of one time more, with a place for the `count`.
    """

    def __init__(self, most: int, refusal: str = _TOO_OFTEN) -> None:
        self.most, self.refusal = most, refusal
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def check(self) -> None:
        """Refuse one time more than may be.

        Raises
        ------
        CollectionError
            If there were so many within the last minute.
        """
        with self._lock:
            since = time.monotonic() - MINUTE_S
            while self._times and self._times[0] < since:
                self._times.popleft()
            if len(self._times) >= self.most:
                raise CollectionError(_(self.refusal).format(count=self.most))

    def note(self) -> None:
        """Count one time."""
        with self._lock:
            self._times.append(time.monotonic())

    def take(self) -> None:
        """Refuse one time more than may be, or else count it.

        Raises
        ------
        CollectionError
            As `check`.
        """
        self.check()
        self.note()
