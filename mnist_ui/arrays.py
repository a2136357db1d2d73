"""Arrays that a browser fetches by their content's name: it keeps them, and no rerun sends them again."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

# What visitors look at now; the oldest goes first, and comes back with the next run of a page that shows it.
MAX_BYTES = 64_000_000

_published: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Payload:
    """The bytes of an array, in the order of their rows and the least significant first."""

    content: bytes

    @classmethod
    def of(cls, array: np.ndarray) -> "Payload":
        """An array of any numeric type and shape."""
        return cls(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())

    @cached_property
    def name(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


def publish(payload: Payload) -> str:
    """Have the server give this to whoever knows its name, which is returned."""
    with _lock:
        _published[payload.name] = payload.content
        _published.move_to_end(payload.name)
        size = sum(map(len, _published.values()))
        while size > MAX_BYTES and len(_published) > 1:
            size -= len(_published.popitem(last=False)[1])
    return payload.name


def published(name: str) -> bytes | None:
    """What was published under a name; None if it is not there, or not any more."""
    with _lock:
        return _published.get(name)
