"""All topics, one after the other: what cannot be looked at, or does not answer, is said and keeps nothing up."""

import argparse
import contextlib
import io
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from importlib import import_module

from mnist_core.errors import MnistError
from mnist_ui.command.doctor.check import Check, of_error, trouble

TOPICS = {
    "Python": "python",
    "Packages": "packages",
    "Machine": "machine",
    "Data home": "home",
    "Model": "model",
    "Datasets": "datasets",
    "Database": "database",
    "Settings": "settings",
    "Address": "address",
    "Fonts": "fonts",
    "Other hosts": "hosts",
}
"""What is looked at, in this order: a module for each, with a function `checks` that is given the options."""

SILENCE_S = 5.0
"""What does nothing for so long, as on a disk that has gone, is not waited for; a database is given 4 seconds."""

SILENCE_AGAIN_S = 1.0
"""How long whatever comes after that is waited for."""

_LOOK_S = 0.05
# Less of the processor than this in that time is no work, but the waiting itself.
_BUSY_S = 0.005


def examine(options: argparse.Namespace, topics: Sequence[str] = tuple(TOPICS)) -> list[Check]:
    """Look at all topics.

    Parameters
    ----------
    options
        With the `port` and the `address`, as they were given or None.
    topics
        Some of `TOPICS`.
    """
    found: list[Check] = []
    patience = SILENCE_S
    with _quiet():
        for topic in topics:
            look = _Look(topic, options)
            if look.is_over_within(patience):
                found += look.found
            else:
                text = f"Nothing came for {patience:g} s: a disk or a server does not answer."
                found.append(trouble(topic, text, _WAITS))
                patience = SILENCE_AGAIN_S
    return found


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep off the terminal what packages say by themselves: what matters is among the checks."""
    sys.stderr.flush()
    before, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nowhere)


_WAITS = "Look whether the disks that the app uses are there, then try again."


class _Look(threading.Thread):
    """A look at a topic, in a thread that nobody has to wait for."""

    def __init__(self, topic: str, options: argparse.Namespace) -> None:
        super().__init__(name=f"look at {topic}", daemon=True)
        self.found: Sequence[Check] = ()
        self._topic, self._options = topic, options
        self.start()

    def run(self) -> None:
        """Look."""
        try:
            module = import_module(f"mnist_ui.command.doctor.{TOPICS[self._topic]}")
            self.found = list(module.checks(self._options))
        except ModuleNotFoundError as error:
            package = error.name
            text = f"This could not be looked at: the package {package} is missing."
            self.found = [trouble(self._topic, text, "Mend the packages first.")]
        except ImportError as error:
            if isinstance(error, MnistError):
                self.found = [of_error(self._topic, error)]
            else:
                text = "This could not be looked at: a package that it needs cannot be loaded."
                self.found = [trouble(self._topic, text, "Mend the packages first.")]
        except Exception as error:  # whatever is broken here is what is asked for
            self.found = [of_error(self._topic, error)]

    def is_over_within(self, silence_s: float) -> bool:
        """Whether it came to an end, without a time of so many seconds in which this process did nothing."""
        quiet_since, busy = time.monotonic(), time.process_time()
        while self.is_alive():
            self.join(_LOOK_S)
            now, worked = time.monotonic(), time.process_time()
            if worked - busy > _BUSY_S:
                quiet_since = now
            elif now - quiet_since > silence_s:
                return False
            busy = worked
        return True
