"""Turns at reading: who has had least of it lately comes first, and nobody fills the queue."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import ParamSpec, TypeVar

from mnist_core.errors import LimitError
from mnist_core.language import gettext as _
from mnist_core.settings import whole_number

P = ParamSpec("P")
T = TypeVar("T")

VARIABLE = "MNIST_STUDIO_READINGS"
"""Readings of one address that may be under way or wait for their turn at once."""

# Each pad has one at a time, and a whole school may come from one address.
DEFAULT_MOST = 100
# Nobody looks at an answer that comes later.
LONGEST_WAIT_S = 5.0
# What somebody has had of the processor counts half after so long.
FORGOTTEN_S = 5.0
# Whoever has had more than this, or whose readings take longer than this on average, leaves one turn to others. It
# costs them little: two readings at once take about as long as two in a row, as Python runs one thing at a time.
MUCH_S = 1.0
DEAR_S = 0.03
MOST_REMEMBERED = 10_000


class BusyError(LimitError):
    """Somebody asks for more at once than is done for one address."""


def most_readings() -> int:
    """Readings of one client that may be under way or wait.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_READINGS` is no whole number from 1.
    """
    return whole_number(VARIABLE, DEFAULT_MOST)


@dataclass
class Turn:
    """What somebody has of the processor in one turn.

    Attributes
    ----------
    seconds
        Of the processor, and not of the clock: while others keep it busy, nobody has more of it.
    """

    seconds: float = 0.0

    def work(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call a function in the thread that it has, and count what it takes."""
        begun = time.thread_time()
        try:
            return function(*arguments, **named)
        finally:
            self.seconds += time.thread_time() - begun


@dataclass(eq=False)
class Waiting:
    """Somebody who waits for a turn."""

    of: str
    turn: asyncio.Future[None]


@dataclass(frozen=True)
class Had:
    """Seconds of processor that somebody has had, in how many turns, until when; both of them fade."""

    seconds: float = 0.0
    turns: float = 0.0
    at: float = 0.0

    def now(self) -> "Had":
        """The same, as much as it still counts."""
        now = time.monotonic()
        left = 0.5 ** ((now - self.at) / FORGOTTEN_S)
        return Had(self.seconds * left, self.turns * left, now)


@dataclass
class Turns:
    """A queue in which those come first who have had least.

    Attributes
    ----------
    at_once
        How many turns are taken at once; of two or more, the last one only by those who have had little.
    taken, waiting
        How many turns each has now, and who waits for one.
    had
        What each has had lately.
    """

    at_once: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))
    taken: dict[str, int] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    had: dict[str, Had] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, of: str) -> AsyncIterator["Turn"]:
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
        turn = Turn()
        try:
            yield turn
        finally:
            self.note(of, turn.seconds)
            self._give_back(of)

    def lately(self, of: str) -> float:
        """Seconds of processor that somebody has had, those long ago counted less."""
        return self.had[of].now().seconds if of in self.had else 0.0

    def _leaves_one(self, of: str) -> bool:
        """Whether somebody has had so much that the last turn is for others."""
        had = self.had[of].now() if of in self.had else Had()
        return had.seconds > MUCH_S or had.seconds > DEAR_S * had.turns

    async def _wait(self, of: str) -> None:
        """Wait until there is a turn."""
        if self.taken.get(of, 0) + sum(each.of == of for each in self.waiting) >= most_readings():
            raise _busy()
        one = Waiting(of, asyncio.get_running_loop().create_future())
        self.waiting.append(one)
        self._give_turns()
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                await one.turn
        except BaseException as error:
            if one in self.waiting:
                self.waiting.remove(one)
            elif one.turn.done() and not one.turn.cancelled():
                self._give_back(of)
            if isinstance(error, TimeoutError):
                raise _busy() from None
            raise

    def _give_turns(self) -> None:
        """Give the turns that are free."""
        while self.waiting:
            left = self.at_once - sum(self.taken.values())
            is_last = left == 1 < self.at_once
            had = {
                each.of: self.lately(each.of) for each in self.waiting if not (is_last and self._leaves_one(each.of))
            }
            if left < 1 or not had:
                return
            one = min((each for each in self.waiting if each.of in had), key=lambda each: had[each.of])
            self.waiting.remove(one)
            if not one.turn.done():
                self.taken[one.of] = self.taken.get(one.of, 0) + 1
                one.turn.set_result(None)

    def _give_back(self, of: str) -> None:
        """End a turn."""
        self.taken[of] -= 1
        if not self.taken[of]:
            del self.taken[of]
        self._give_turns()

    def note(self, of: str, seconds: float) -> None:
        """Note that somebody has had a turn of so many seconds of processor."""
        had = self.had.pop(of, Had()).now()
        self.had[of] = replace(had, seconds=had.seconds + seconds, turns=had.turns + 1)
        if len(self.had) > MOST_REMEMBERED:
            del self.had[next(iter(self.had))]


def _busy() -> BusyError:
    """The error of somebody who asks for too much at once."""
    return BusyError(_("Too much is asked for at once from this address. Wait a second and try again."))
