"""Which phones are in a class now: each says so again and again while its page is open. Nothing of it is kept."""

import time
from collections.abc import Callable
from threading import Lock

# So often a phone says that it is there, and looks whether the class goes on.
SAYS_EVERY_S = 4.0
# Who has not said so for this long is not there any more: the page was closed, or the phone sleeps.
GONE_AFTER_S = 3 * SAYS_EVERY_S


class Presence:
    """Who was in which class when last.

    Parameters
    ----------
    clock
        Seconds from anywhere.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def note(self, group: str, who: str) -> None:
        """Note that somebody is in a class now, and forget who has gone from any."""
        since = self._clock() - GONE_AFTER_S
        with self._lock:
            self._seen = {key: seen for key, seen in self._seen.items() if seen >= since}
            self._seen[group, who] = self._clock()

    def count(self, group: str) -> int:
        """How many are in a class now, on this server."""
        since = self._clock() - GONE_AFTER_S
        with self._lock:
            return sum(seen >= since and of == group for (of, _who), seen in self._seen.items())


HERE = Presence()
