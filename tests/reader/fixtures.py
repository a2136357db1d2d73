"""What Python makes of thousands of drawings, kept for the reader in JavaScript, which must make the same of them.

`python -m tests.reader.fixtures` (`make reader-fixtures`) writes `fixtures.npz`; `differences` says where it is stale.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_core import Drawing, ink, language
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder
from mnist_core.model.card import ModelCard
from mnist_core.model.doubt import verdict_of_number
from mnist_core.model.recognizer import Recognizer, open_recognizer
from tests.reader.drawings import Points, drawings

FILE = Path(__file__).with_name("fixtures.npz")
LANGUAGES = ("en", "de", "es", "fr", "zh")
# So far may probabilities be from those of another machine, whose processor adds in another order.
TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False)
class Fixture:
    """A drawing and what is made of it.

    Attributes
    ----------
    strokes
        Arrays (n, 2) in hundredths of a pixel.
    pen
        Width of the pen in pixels.
    language
        That the verdict is told in.
    pixels
        uint8 (784,): all strokes as one digit.
    probabilities, novelties, boxes
        Of each digit that was read: (d, 10), (d,), (d, 4).
    verdict
        Sign, headline and reason.
    """

    strokes: list[Points]
    pen: float
    language: str
    pixels: np.ndarray
    probabilities: np.ndarray
    novelties: np.ndarray
    boxes: np.ndarray
    verdict: tuple[str, str, str]


def made(recognizer: Recognizer, card: ModelCard, strokes: list[Points], pen: float, speech: str) -> Fixture:
    """What Python makes of a drawing now."""
    drawing = Drawing.from_strokes([stroke / 100 for stroke in strokes], pen)
    digits = recognizer.read(drawing)
    boxes = [(each.box.x, each.box.y, each.box.width, each.box.height) for each in digits if each.box]
    with language.spoken(speech):
        said = verdict_of_number(digits, card.digits, card.reliability)
    return Fixture(
        strokes,
        pen,
        speech,
        ink.digit_pixels(drawing).ravel(),
        np.stack([each.probabilities for each in digits]),
        np.array([each.novelty for each in digits], np.float32),
        np.array(boxes),
        (said.sign, said.headline, said.reason),
    )


def write() -> None:
    """Make the fixtures anew, with the shipped model."""
    recognizer, card = open_recognizer(model_folder(SHIPPED))
    of_all = [
        made(recognizer, card, strokes, pen, LANGUAGES[index % len(LANGUAGES)])
        for index, (strokes, pen) in enumerate(drawings())
    ]
    strokes = [stroke for each in of_all for stroke in each.strokes]
    steps = [np.diff(stroke, axis=0, prepend=np.zeros((1, 2), np.int64)) for stroke in strokes]
    texts = {"graph": card.files[GRAPH], "languages": LANGUAGES, "verdicts": [each.verdict for each in of_all]}
    np.savez_compressed(
        FILE,
        # Of each point how far it is from the one before, the first one from 0.
        steps=np.concatenate(steps).astype(np.int32),
        points=np.array([len(stroke) for stroke in strokes], np.int32),
        strokes=np.array([len(each.strokes) for each in of_all], np.int32),
        pens=np.array([each.pen for each in of_all]),
        pixels=np.stack([each.pixels for each in of_all]),
        digits=np.array([len(each.boxes) for each in of_all], np.int32),
        probabilities=np.concatenate([each.probabilities for each in of_all]),
        novelties=np.concatenate([each.novelties for each in of_all]),
        boxes=np.concatenate([each.boxes for each in of_all]),
        texts=np.frombuffer(json.dumps(texts).encode(), np.uint8),
    )


def read() -> Iterator[Fixture]:
    """The fixtures that are kept."""
    with np.load(FILE) as file:
        kept = {name: file[name] for name in file.files}
    verdicts = _texts(kept["texts"])["verdicts"]
    lines = np.split(kept["steps"], np.cumsum(kept["points"])[:-1])
    first, read = 0, 0
    for index, (strokes, digits) in enumerate(zip(kept["strokes"], kept["digits"], strict=True)):
        part = slice(read, read + digits)
        yield Fixture(
            [np.cumsum(line, axis=0) for line in lines[first : first + strokes]],
            float(kept["pens"][index]),
            LANGUAGES[index % len(LANGUAGES)],
            kept["pixels"][index],
            kept["probabilities"][part],
            kept["novelties"][part],
            kept["boxes"][part],
            tuple(verdicts[index]),
        )
        first, read = first + strokes, read + digits


def graph() -> str:
    """SHA-256 of the graph of the model that the fixtures were made with."""
    with np.load(FILE) as file:
        return str(_texts(file["texts"])["graph"])


def _texts(content: np.ndarray) -> dict:
    """What the fixtures have in texts."""
    texts: dict = json.loads(content.tobytes())
    return texts


def differences(every: int = 1) -> list[str]:
    """Where what is kept is not what Python makes of the same drawings now, a line each; of every few drawings."""
    recognizer, card = open_recognizer(model_folder(SHIPPED))
    if graph() != card.files[GRAPH]:
        return ["they were made with another model"]
    found = []
    for index, kept in enumerate(read()):
        if index % every:
            continue
        now = made(recognizer, card, kept.strokes, kept.pen, kept.language)
        found += [f"drawing {index} has other {name}" for name in _unlike(kept, now)]
    return found


def _unlike(kept: Fixture, now: Fixture) -> Iterator[str]:
    """The names of what differs."""
    for name, tolerance in (("pixels", 0), ("boxes", 1e-9), ("probabilities", TOLERANCE), ("novelties", TOLERANCE)):
        one, other = getattr(kept, name), getattr(now, name)
        if one.shape != other.shape or np.abs(one.astype(float) - other).max() > tolerance:
            yield name
    if kept.verdict != now.verdict:
        yield "verdict"


if __name__ == "__main__":
    write()
