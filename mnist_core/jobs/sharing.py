"""One answer for several who ask at about the same time: sessions that each look at the queue every second."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """What threads of a process ask for again and again, found out for one of them and given to the others.

    Parameters
    ----------
    seconds
        So long an answer is given again, if nothing shows that it is another by now.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._forgotten = 0
        self._known: tuple[T, Hashable, float, int] | None = None

    def get(self, of: Callable[[], Hashable], find: Callable[[], T]) -> T:
        """The answer; whoever asks while it is being found out waits for it and has it, too.

        Parameters
        ----------
        of
            What shows by another value that the answer is another by now.
        find
            Finds it out.
        """
        with self._lock:
            if self._known:
                answer, was, when, forgotten = self._known
                is_new = forgotten == self._forgotten and time.monotonic() - when < self._seconds
                if is_new and was == of():
                    return answer
            forgotten = self._forgotten
            answer = find()
            self._known = answer, of(), time.monotonic(), forgotten
            return answer

    def forget(self) -> None:
        """Have the answer found out anew for whoever asks from now on; it waits for nobody."""
        self._forgotten += 1
