"""The keys of a teacher's classes: the browser keeps them, and whoever has one may change that class."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mnist_ui.state.limits import Limit

# Nobody teaches more classes in a minute.
MOST_OPENED = 5
# A browser keeps the keys of so many classes, the ones that were used last.
MOST = 20

_CODE = re.compile(r"[A-Z0-9]{6}")
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass
class Keyring:
    """The classes of a teacher, in this session and the browser.

    Attributes
    ----------
    keys
        Code of each class to its key; the one that is shown is the last.
    is_met
        Whether the browser has said which it knows.
    edition
        Number of changes that the browser has to be told of.
    changed
        Code of the last change, and its key; an empty one has the browser forget it.
    trouble
        What is to be said once of what did not work.
    opened
        How often this session opened a class.
    """

    keys: dict[str, str] = field(default_factory=dict)
    is_met: bool = False
    edition: int = 0
    changed: tuple[str, str] = ("", "")
    trouble: str = ""
    opened: Limit = field(default_factory=lambda: Limit(MOST_OPENED))

    @property
    def code(self) -> str:
        """Code of the class that is shown; empty for none."""
        return next(reversed(self.keys), "")

    def add(self, code: str, key: str) -> None:
        """Keep a key, and show its class from now on."""
        self.keys.pop(code, None)
        self.keys[code] = key
        while len(self.keys) > MOST:
            self.keys.pop(next(iter(self.keys)))
        self._change(code, key)

    def choose(self, code: str) -> None:
        """Show another one of the classes."""
        self.add(code, self.keys[code])

    def forget(self, code: str) -> None:
        """Keep a key no longer."""
        self.keys.pop(code, None)
        self._change(code, "")

    def take(self, known: Any) -> bool:
        """Take in the keys that the browser knows; anything else is refused.

        Parameters
        ----------
        known
            Code and key of each class, as the browser sent them.

        Returns
        -------
        Whether that was taken.
        """
        if not is_keys(known):
            return False
        self.keys = {**known, **self.keys}
        self.is_met = True
        return True

    def _change(self, code: str, key: str) -> None:
        """Have the browser keep a change."""
        self.edition += 1
        self.changed = code, key


def is_keys(known: Any) -> bool:
    """Whether this has the form of the keys that a browser keeps.

    Examples
    --------
    >>> is_keys({"ACD349": "0" * 32})
    True
    >>> is_keys({"../etc": "0" * 32})
    False
    """
    return (
        isinstance(known, Mapping)
        and len(known) <= MOST
        and all(isinstance(code, str) and _CODE.fullmatch(code) for code in known)
        and all(isinstance(key, str) and _KEY.fullmatch(key) for key in known.values())
    )
