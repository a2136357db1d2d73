"""Turns at reading: who has had least of it lately comes first, and nobody fills the queue."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from mnist_core.errors import MnistError
from mnist_core.language import gettext as _
from mnist_core.settings import whole_number

VARIABLE = "MNIST_STUDIO_READINGS"
"""Readings of one address that may be under way or wait for their turn at once."""

# Each pad has one at a time, and a whole school may come from one address.
DEFAULT_MOST = 100
# Nobody looks at an answer that comes later.
LONGEST_WAIT_S = 5.0
# What somebody has had of the processor counts half after so long.
FORGOTTEN_S = 5.0
# Whoever has had more than this leaves one turn to others. It costs them little: two readings at once take as long as
# two in a row, but for what is drawn, as Python runs one thing at a time.
MUCH_S = 1.0
MOST_REMEMBERED = 10_000


class BusyError(MnistError):
    """Somebody asks for more at once than is done for one address."""


def most_readings() -> int:
    """Readings of one client that may be under way or wait.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_READINGS` is no whole number from 1.
    """
    return whole_number(VARIABLE, DEFAULT_MOST)


@dataclass(eq=False)
class _Waiting:
    """Somebody who waits for a turn."""

    of: str
    turn: asyncio.Future[None]


@dataclass
class Turns:
    """A queue in which those come first who have had least.

    Attributes
    ----------
    at_once
        How many turns are taken at once, two or more: the last one only by those who have had little.
    """

    at_once: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))
    _taken: dict[str, int] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)
    _had: dict[str, tuple[float, float]] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, of: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it within the block.

        Parameters
        ----------
        of
            Who it is for.

        Raises
        ------
        BusyError
            If too many turns of the same are taken or waited for, or it takes too long.
        """
        await self._wait(of)
        begun = time.monotonic()
        try:
            yield
        finally:
            self._note(of, time.monotonic() - begun)
            self._give_back(of)

    def lately(self, of: str) -> float:
        """Seconds that somebody has had of turns, those long ago counted less."""
        seconds, at = self._had.get(of, (0.0, 0.0))
        return float(seconds * 0.5 ** ((time.monotonic() - at) / FORGOTTEN_S))

    async def _wait(self, of: str) -> None:
        """Wait until there is a turn."""
        if self._taken.get(of, 0) + sum(each.of == of for each in self._waiting) >= most_readings():
            raise _busy()
        one = _Waiting(of, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._give_turns()
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                await one.turn
        except BaseException as error:
            if one in self._waiting:
                self._waiting.remove(one)
            elif one.turn.done() and not one.turn.cancelled():
                self._give_back(of)
            if isinstance(error, TimeoutError):
                raise _busy() from None
            raise

    def _give_turns(self) -> None:
        """Give the turns that are free."""
        while self._waiting:
            had = {each.of: self.lately(each.of) for each in self._waiting}
            one = min(self._waiting, key=lambda each: had[each.of])
            if sum(self._taken.values()) >= self.at_once - (had[one.of] > MUCH_S):
                return
            self._waiting.remove(one)
            if not one.turn.done():
                self._taken[one.of] = self._taken.get(one.of, 0) + 1
                one.turn.set_result(None)

    def _give_back(self, of: str) -> None:
        """End a turn."""
        self._taken[of] -= 1
        if not self._taken[of]:
            del self._taken[of]
        self._give_turns()

    def _note(self, of: str, seconds: float) -> None:
        """Note what somebody has had."""
        self._had[of] = (self.lately(of) + seconds, time.monotonic())
        if len(self._had) > MOST_REMEMBERED:
            del self._had[min(self._had, key=lambda each: self._had[each][1])]


def _busy() -> BusyError:
    """The error of somebody who asks for too much at once."""
    return BusyError(_("Too much is asked for at once from this address. Wait a second and try again."))
