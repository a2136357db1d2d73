"""How often something may happen, counted for whoever does it: what one does keeps nobody else out.

A *session* is a tab of a browser; whoever wants another one gets it. A *client* is an address, or the network that a
provider gives out (`mnist_ui.client`): a school is often a single one, and so what a client may is what a whole class
does. Both are counted in memory only and are gone with the process: no address is ever written down.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from mnist_core.errors import LimitError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.settings import whole_number
from mnist_ui import client

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400

# A limit remembers so many keys at a time, 2 MB of them. Of more it forgets whoever was counted longest ago, who then
# begins anew: to gain by that, one needs more addresses than this, each of which is a client of its own anyway.
MOST_KEYS = 10_000

OF_CLIENT = N_(
    "From your network this was done as often as it may be: {count} times {within}. Try again later, or ask whoever "
    "runs the app to raise {variable}."
)
_TOO_OFTEN = N_("That was too often within a minute. Wait a minute, then try again.")
_WITHIN = {MINUTE_S: N_("within a minute"), HOUR_S: N_("within an hour"), DAY_S: N_("within a day")}
_ONLY = "one"
# Clocks count in fractions that are not exact.
_TINY_S = 1e-6


class Limit:
    """At most so many times at once, and no more often in the long run than so many within a while; for each key.

    What was counted is forgotten evenly, not all at the end of a while: whoever has reached a limit of 60 within a
    minute may go on after a second, and once more each second. A key costs one number, however much it is counted.

    Any number of threads may ask.

    Parameters
    ----------
    most, seconds
        So many times within so long: a minute, an hour or a day.
    refusal
        What is said of one time more, with places for the `count`, for `within` what while, and for the `variable`.
    variable
        Name of the environment variable that sets `most` instead.
    of
        Whom it counts now; nobody, where that is empty. Without it there is only one to be counted.
    clock
        The time in seconds.
    """

    def __init__(
        self,
        most: int,
        seconds: int = MINUTE_S,
        refusal: str = _TOO_OFTEN,
        *,
        variable: str = "",
        of: Callable[[], str] = lambda: _ONLY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._seconds, self._refusal, self._variable = most, seconds, refusal, variable
        self._of, self._clock = of, clock
        self._forgotten_at: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def most(self) -> int:
        """So many times, as it is set now.

        Raises
        ------
        ConfigError
            If the variable is set to no whole number from 1.
        """
        return whole_number(self._variable, self._most) if self._variable else self._most

    def wait_s(self) -> float:
        """How many seconds it takes until this may happen once more; 0 if it may now.

        Raises
        ------
        ConfigError
            As `most`.
        """
        key, now, spacing = self._of(), self._clock(), self._seconds / self.most
        with self._lock:
            return self._wait_s(key, now, spacing)

    def note(self, count: int = 1) -> None:
        """Count one time, or a few, whether they may be or not; minus one takes back what did not happen after all.

        Raises
        ------
        ConfigError
            As `most`.
        """
        key, now, spacing = self._of(), self._clock(), self._seconds / self.most
        with self._lock:
            self._note(key, now, count * spacing)

    def take(self) -> None:
        """Refuse one time more than may be, or else count it.

        Raises
        ------
        LimitError
            If it was so often.
        ConfigError
            As `most`.
        """
        most = self.most
        key, now, spacing = self._of(), self._clock(), self._seconds / most
        with self._lock:
            if not self._wait_s(key, now, spacing):
                self._note(key, now, spacing)
                return
        within = _(_WITHIN[self._seconds])
        raise LimitError(_(self._refusal), count=number(most), within=within, variable=self._variable)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._forgotten_at)

    def _wait_s(self, key: str, now: float, spacing: float) -> float:
        """How long a key has to wait."""
        wait = self._forgotten_at.get(key, now) + spacing - self._seconds - now
        return wait if wait > _TINY_S else 0.0

    def _note(self, key: str, now: float, seconds: float) -> None:
        """Have a key's count be forgotten so much later, and forget what need not be remembered."""
        if not key:
            return
        self._forgotten_at[key] = max(self._forgotten_at.get(key, now), now) + seconds
        self._forgotten_at.move_to_end(key)
        while self._forgotten_at:
            oldest, forgotten_at = next(iter(self._forgotten_at.items()))
            if forgotten_at > now and len(self._forgotten_at) <= MOST_KEYS:
                return
            del self._forgotten_at[oldest]


@contextmanager
def counted(*limits: Limit) -> Iterator[None]:
    """Do something once within limits: refused before it begins, and not counted if it does not go well.

    Raises
    ------
    LimitError, ConfigError
        As `Limit.take`.
    """
    with ExitStack() as undoing:
        for limit in limits:
            limit.take()
            undoing.callback(limit.note, -1)
        yield
        undoing.pop_all()


def network() -> str:
    """The client of the session that runs now; empty where nobody is known.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_PROXIES` names no addresses.
    """
    return client.of_session().network
