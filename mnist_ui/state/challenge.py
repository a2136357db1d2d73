"""The challenge: the ten digits are called in any order, and each is drawn until it is read, skipped or out of time."""

import random
import time
from dataclasses import dataclass, field

from mnist_core.owners import new_token
from mnist_core.types import CLASSES, UInt8Array
from mnist_ui.state.sketch import Sketch


@dataclass(frozen=True, eq=False)
class Attempt:
    """How one digit of a challenge went.

    Attributes
    ----------
    digit
        What was called.
    read
        What was read at the end; None where that was nothing, in doubt, or several digits.
    milliseconds
        From the call to the last pen-up.
    image
        What was drawn, as the network sees it: uint8 (28, 28); None for nothing.
    """

    digit: int
    read: int | None
    milliseconds: int
    image: UInt8Array | None = None

    @property
    def is_right(self) -> bool:
        """Whether it was read as what was called."""
        return self.read == self.digit


@dataclass(frozen=True, order=True)
class ChallengeScore:
    """How a whole challenge went; a greater one is better.

    Attributes
    ----------
    right
        How many digits were read as what was called.
    haste
        Minus the time that all of them took, in milliseconds.
    """

    right: int
    haste: int

    @property
    def seconds(self) -> float:
        """The time that all digits took."""
        return -self.haste / 1000


@dataclass
class Challenge:
    """A visitor's challenges of one session, and the one that goes on.

    Attributes
    ----------
    order
        The ten digits as they are called; empty before the first challenge.
    attempts
        What became of those that were called already.
    best
        The best score of this session; None before a challenge was finished.
    is_best
        Whether the last challenge is the best one.
    sketch
        What is drawn; another edition of it for each digit.
    called_at
        When the digit was called, on this machine's monotonic clock, in seconds.
    player
        Whose attempts are counted for the day: nobody's, a number of this session that is kept nowhere else.
    """

    order: list[int] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    best: ChallengeScore | None = None
    is_best: bool = False
    sketch: Sketch = field(default_factory=Sketch)
    called_at: float = 0.0
    player: str = field(default_factory=new_token)

    @property
    def called(self) -> int | None:
        """The digit to be drawn; None before the first one and after the last one."""
        return self.order[len(self.attempts)] if len(self.attempts) < len(self.order) else None

    @property
    def is_over(self) -> bool:
        """Whether all digits were called."""
        return bool(self.order) and self.called is None

    def start(self, chance: random.Random | None = None) -> None:
        """Call the first of ten digits in a new order."""
        self.order = (chance or random.SystemRandom()).sample(range(CLASSES), CLASSES)
        self.attempts, self.is_best = [], False
        self._call()

    def leave(self) -> None:
        """Forget the challenge that goes on, or how the last one went; the best one stays."""
        self.order, self.attempts, self.is_best = [], [], False
        self.sketch.clear()

    def note(self, read: int | None, milliseconds: int | None = None) -> Attempt:
        """Note what became of the digit that is called, and call the next one.

        Parameters
        ----------
        read
            What was read at the end; None where that was nothing, in doubt, or several digits.
        milliseconds
            What the browser measured from the call to the last pen-up; by default the time until now.

        Raises
        ------
        ValueError
            If no digit is called.
        """
        digit = self.called
        if digit is None:
            raise ValueError("A digit must be called before one can be drawn. Received: none is. Start the challenge.")
        passed = round(1000 * (time.monotonic() - self.called_at))
        took = passed if milliseconds is None else min(milliseconds, passed)
        attempt = Attempt(digit, read, took, self.sketch.digit())
        self.attempts.append(attempt)
        self._call()
        if self.is_over:
            self._compare()
        return attempt

    def score(self) -> ChallengeScore:
        """How the challenge went so far."""
        return ChallengeScore(
            sum(each.is_right for each in self.attempts), -sum(each.milliseconds for each in self.attempts)
        )

    def _call(self) -> None:
        """Begin with empty paper and a fresh clock."""
        self.sketch.clear()
        self.called_at = time.monotonic()

    def _compare(self) -> None:
        """Keep the score if it is the best of the session."""
        score = self.score()
        self.is_best = self.best is not None and score > self.best
        self.best = score if self.best is None else max(self.best, score)
