"""Explanations of drawings: one is worked out at a time, and the last ones are remembered."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from mnist_core import language
from mnist_core.explanation.explanation import Explanation, explain
from mnist_core.jobs import Job
from mnist_core.model.bundle import GRAPH
from mnist_core.readings.readings import DatasetReadings
from mnist_core.types import Drawing, UInt8Array
from mnist_ui import resources

# An explanation takes about 50 kB.
MOST_REMEMBERED = 64
# So often whoever waits for a turn looks whether that is still wanted.
LOOK_EVERY_S = 0.1


class DroppedError(Exception):
    """Nobody waits for an explanation any more."""


@dataclass(frozen=True, eq=False)
class Alike:
    """The training digits that are most like a drawing.

    Attributes
    ----------
    images
        uint8 (n, 28, 28), the nearest first.
    dataset
        Where they are from.
    count
        How many training digits that has.
    """

    images: UInt8Array
    dataset: str
    count: int


@dataclass(frozen=True, eq=False)
class Reasons:
    """Why a drawing is read as it is, and what is needed to show that.

    Attributes
    ----------
    alike
        None where the model has not read the training digits.
    job
        What has the model read them, where that is why.
    """

    why: Explanation
    alike: Alike | None = None
    job: Job | None = None


# Model, language and drawing.
_Key = tuple[str, str, str]
_known: "OrderedDict[_Key, Reasons]" = OrderedDict()
_knowing = Lock()
# Where many draw, the pad's live answers come first: these would all wait for each other anyway.
_one_at_a_time = Lock()


def known_reasons(name: str, drawing: Drawing) -> Reasons | None:
    """The reasons for what a model reads in a drawing, if they are remembered.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged.
    """
    return _remembered(_key(name, drawing))


def reasons(
    name: str, drawing: Drawing, found: DatasetReadings | Job | None, is_dropped: Callable[[], bool]
) -> Reasons:
    """The reasons for what a model reads in a drawing of one digit.

    Parameters
    ----------
    found
        What the model makes of the images that it learned from, or the job that finds that out.
    is_dropped
        Says whether nobody waits for them any more; looked at again and again.

    Raises
    ------
    DroppedError
        If nobody does.
    MnistError
        If the drawing holds no ink, or the model cannot be used.
    """
    key = _key(name, drawing)

    def go_on() -> None:
        if is_dropped():
            raise DroppedError

    while not _one_at_a_time.acquire(timeout=LOOK_EVERY_S):
        go_on()
    try:
        go_on()
        known = _remembered(key)
        return known or _worked_out(key, name, drawing, found, go_on)
    finally:
        _one_at_a_time.release()


def _worked_out(
    key: _Key, name: str, drawing: Drawing, found: DatasetReadings | Job | None, go_on: Callable[[], None]
) -> Reasons:
    """The reasons, remembered where nothing is missing."""
    read = found if isinstance(found, DatasetReadings) else None
    why = explain(resources.model(name)[0], drawing, read, go_on)
    if read is None or why.neighbours is None:
        return Reasons(why, job=found if isinstance(found, Job) else None)
    images = read.dataset.images[why.neighbours.indices]
    of = Alike(images, read.dataset.name, len(read.dataset.split("train")))
    with _knowing:
        _known[key] = made = Reasons(why, of)
        while len(_known) > MOST_REMEMBERED:
            _known.popitem(last=False)
    return made


def _remembered(key: _Key) -> Reasons | None:
    """What is remembered under a key, which is then the last to be forgotten."""
    with _knowing:
        if key in _known:
            _known.move_to_end(key)
        return _known.get(key)


def _key(name: str, drawing: Drawing) -> _Key:
    """What the reasons depend on."""
    form = (drawing.pen_width, drawing.size, [stroke.shape for stroke in drawing.strokes])
    digest = hashlib.sha256(repr(form).encode())
    for array in drawing.strokes if drawing.pixels is None else (drawing.pixels,):
        digest.update(array.tobytes())
    shape = "" if drawing.pixels is None else str(drawing.pixels.shape)
    return resources.model(name)[1].files[GRAPH], language.current(), digest.hexdigest() + shape
