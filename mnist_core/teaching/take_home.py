"""What a visitor takes home, as one zip: the drawings, the model that was taught with them, and what that changed."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import cv2
import numpy as np

from mnist_core.errors import ConfigError, MnistError
from mnist_core.files import write_zip
from mnist_core.ink import PEN_SHARE, fitted_strokes
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number, percent
from mnist_core.model.bundle import CARD, GRAPH, base_of, is_taught, model_folder, read_file
from mnist_core.model.markdown import card_in_markdown
from mnist_core.model.recognizer import Recognizer, open_recognizer
from mnist_core.reader.page.home import home_page
from mnist_core.teaching.cost import Cost
from mnist_core.teaching.teach import cost
from mnist_core.types import IMAGE_SIDE, Drawing, Float32Array, UInt8Array

MOST_DRAWINGS = 2_000
# Pixels of a side of the larger pictures, and of the paper around the ink.
LARGE_SIDE, MARGIN = 400, 40
COLUMNS = ("file", "label", "read", "probability", "novelty", "model", "time")
TAUGHT, NO_ANSWER = "taught", "?"
READER = "reader.html"

SNIPPET = """\
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

read = Interpreter("model.tflite").get_signature_runner()
image = np.asarray(Image.open("{picture}").convert("L"), np.float32) / 255
answer = read(image=image[np.newaxis])
print(answer["probabilities"][0].argmax(), answer["probabilities"][0].max(), answer["novelty"][0, 0])
"""


class Keepsake(Protocol):
    """A drawing to take home: what the collection keeps is one.

    Attributes are as there; without strokes, only the 28x28 image is drawn larger.
    """

    @property
    def drawing(self) -> Drawing | None: ...
    @property
    def strokes(self) -> Sequence[Float32Array]: ...
    @property
    def image(self) -> UInt8Array: ...
    @property
    def label(self) -> int | None: ...
    @property
    def digit(self) -> int | None: ...
    @property
    def probability(self) -> float: ...
    @property
    def novelty(self) -> float: ...
    @property
    def model(self) -> str: ...
    @property
    def created(self) -> datetime: ...


def take_home(entries: Sequence[Keepsake], taught: str | None = None) -> bytes:
    """The zip for one visitor, its texts in the language that is spoken.

    In it are `README.txt`; of drawings `drawings.csv`, `strokes.json`, `drawings/1.png` and so on (28x28, ink white on
    black, as the network takes them) and `large/1.png`; of a model `reader.html`, `model.tflite`, `card.json`,
    `card.md` and `what-changed.md`.

    Parameters
    ----------
    entries
        The visitor's drawings.
    taught
        Name of the model that the visitor has taught; it is not in the zip.

    Raises
    ------
    ConfigError
        If there is nothing to take home or too much, or the model is none that was taught.
    BundleError
        If there is no such model or it is damaged.
    """
    if not 1 <= len(entries) + bool(taught) <= MOST_DRAWINGS + bool(taught):
        text = _(
            "To take home there must be a drawing or a taught model, and no more than {most} drawings. Received: "
            "{count}."
        )
        raise ConfigError(text, most=number(MOST_DRAWINGS), count=number(len(entries)))
    files: dict[str, bytes] = {}
    if entries:
        files |= _drawings(entries)
    if taught:
        files |= _model(taught, entries)
    files["README.txt"] = _readme(len(entries), bool(taught)).encode()
    return _zipped(files)


def _drawings(entries: Sequence[Keepsake]) -> dict[str, bytes]:
    """The drawings as pictures, as a table and as strokes."""
    pictures = {_picture(index): _png(each.image) for index, each in enumerate(entries)}
    larger = {f"large/{index + 1}.png": _png(255 - _large(each)) for index, each in enumerate(entries)}
    strokes = json.dumps([_strokes(index, each) for index, each in enumerate(entries)]).encode()
    return {"drawings.csv": _table(entries), "strokes.json": strokes} | pictures | larger


def _picture(index: int) -> str:
    """Where a drawing's 28x28 picture is in the zip."""
    return f"drawings/{index + 1}.png"


def _png(image: UInt8Array) -> bytes:
    """A grey picture as a file."""
    return bytes(cv2.imencode(".png", np.ascontiguousarray(image))[1])


def _large(entry: Keepsake) -> UInt8Array:
    """A drawing of `LARGE_SIDE` pixels a side, ink 255 on 0: its strokes drawn anew, or its pixels enlarged."""
    size = LARGE_SIDE - 2 * MARGIN
    paper = np.zeros((LARGE_SIDE, LARGE_SIDE), np.uint8)
    if not len(entry.strokes):
        return cv2.resize(entry.image, paper.shape, interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]
    pen_width = entry.drawing.pen_width if entry.drawing else 1.0
    ink = fitted_strokes(entry.strokes, pen_width, size, PEN_SHARE)
    top, left = ((LARGE_SIDE - side) // 2 for side in ink.shape)
    paper[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return paper


def _strokes(index: int, entry: Keepsake) -> dict[str, object]:
    """A drawing's strokes, x to the right and y down, in pixels of its canvas."""
    points = [np.asarray(stroke, np.float64).round(2).tolist() for stroke in entry.strokes]
    canvas = entry.drawing
    pen_width, size = (canvas.pen_width, list(canvas.size)) if canvas else (0.0, [IMAGE_SIDE, IMAGE_SIDE])
    return {"file": _picture(index), "size": size, "pen_width": pen_width, "strokes": points}


def _table(entries: Sequence[Keepsake]) -> bytes:
    """A line for each drawing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for index, each in enumerate(entries):
        label, read = ("" if digit is None else digit for digit in (each.label, each.digit))
        shares = f"{each.probability:.4f}", f"{each.novelty:.4f}"
        model = TAUGHT if is_taught(each.model) else each.model
        writer.writerow([_picture(index), label, read, *shares, model, each.created.isoformat(timespec="seconds")])
    return text.getvalue().encode()


def _model(name: str, entries: Sequence[Keepsake]) -> dict[str, bytes]:
    """The taught model, its card, and what teaching changed."""
    if not is_taught(name):
        raise ConfigError(_("Only a model that was taught can be taken home here. Choose another way to download it."))
    folder = model_folder(name)
    recognizer, card = open_recognizer(folder)
    return {
        GRAPH: read_file(folder, card, GRAPH),
        READER: home_page(name).encode(),
        CARD: card.to_json().encode(),
        "card.md": card_in_markdown(card).encode(),
        "what-changed.md": _changes(name, recognizer, entries).encode(),
    }


def _changes(name: str, recognizer: Recognizer, entries: Sequence[Keepsake]) -> str:
    """What teaching changed: on the test images, and in each drawing."""
    found: Cost | None = None
    base: Recognizer | None = None
    with suppress(MnistError):  # the base may be gone: then only the model itself can be asked
        found, base = cost(name), open_recognizer(model_folder(base_of(name)))[0]
    parts = [f"# {_('What teaching changed')}"]
    parts.append(_cost_in_words(found) if found else _("What it changed on the test images is no longer known."))
    if entries:
        parts += [f"## {_('Your drawings')}", _before_and_after(base, recognizer, entries)]
    return "\n\n".join(parts) + "\n"


def _cost_in_words(found: Cost) -> str:
    """What teaching did to the test images, and whether that may be chance."""
    told = _(
        "Of the {total} test images of {dataset}, the model read {before} right before you taught it and {after} now. "
        "That is {share_before} and {share_after}."
    ).format(
        total=number(found.total),
        dataset=found.dataset,
        before=number(found.right_before),
        after=number(found.right_after),
        share_before=percent(found.right_before / found.total, 2),
        share_after=percent(found.right_after / found.total, 2),
    )
    flips = _("Newly right: {right}. Newly wrong: {wrong}.").format(
        right=number(len(found.newly_right)), wrong=number(len(found.newly_wrong))
    )
    chance = (
        _("The difference is unlikely to be chance (McNemar's exact test, p = {p}).")
        if found.matters
        else _("The difference may well be chance (McNemar's exact test, p = {p}).")
    )
    return f"{told} {flips} {chance.format(p=f'{found.p_value:.2g}')} {found.doubts}"


def _before_and_after(base: Recognizer | None, taught: Recognizer, entries: Sequence[Keepsake]) -> str:
    """A table of what is read in each drawing."""
    images = np.stack([each.image for each in entries])
    before = _answers(base, images) if base else [NO_ANSWER] * len(images)
    head = (_("drawing"), _("you said"), _("before"), _("now"))
    rows = zip(
        map(_picture, range(len(entries))),
        [NO_ANSWER if each.label is None else str(each.label) for each in entries],
        before,
        _answers(taught, images),
        strict=True,
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))


def _answers(recognizer: Recognizer, images: UInt8Array) -> Iterable[str]:
    """What a model reads in each image, how sure it is, and a question mark where it finds it unlike any digit."""
    return [
        f"{each.digit} ({percent(each.probability)}){'' if each.is_digit else ' ?'}"
        for each in recognizer.readings(images).predictions
    ]


def _readme(drawings: int, has_model: bool) -> str:
    """What is in the zip, and how the model is run."""
    parts = [_("This is yours, from MNIST Studio: an app to draw digits and see how a machine reads them.")]
    if drawings:
        parts.append(
            ngettext(
                "There is {count} drawing of yours in it.", "There are {count} drawings of yours in it.", drawings
            ).format(count=number(drawings))
        )
        parts.append(_list(_drawing_files()))
    if has_model:
        parts += [_("There is the model that you taught in it."), _list(_model_files())]
        parts.append(
            _(
                "To have it read a digit, install Python 3.11 or newer, then type in this folder: pip install "
                "ai-edge-litert numpy pillow. Then run this in Python, also in this folder:"
            )
        )
        parts.append(SNIPPET.format(picture=_picture(0) if drawings else "digit.png"))
        parts.append(
            _(
                "It prints the digit, how probable it is, and the novelty: from 0.5 on, the model finds the picture "
                "unlike any digit. A picture has 28 x 28 pixels, white ink on black."
            )
        )
    return "\n\n".join(parts) + "\n"


def _drawing_files() -> Mapping[str, str]:
    """The files of the drawings and what they are."""
    return {
        "drawings/": _("as the network sees them, 28 x 28 pixels"),
        "large/": _("large, black on white"),
        "drawings.csv": _("a table: what you said, what was read, how probable that was"),
        "strokes.json": _("the strokes as points"),
    }


def _model_files() -> Mapping[str, str]:
    """The files of the model and what they are."""
    return {
        READER: _("a page that reads with the model: open it in a browser"),
        GRAPH: _("the model, for LiteRT (TensorFlow Lite)"),
        f"{CARD}, card.md": _("how it was made and how good it is; in English"),
        "what-changed.md": _("what your teaching changed"),
    }


def _list(files: Mapping[str, str]) -> str:
    """Files and what they are, a line each."""
    return "\n".join(f"  {name}  {what}" for name, what in files.items())


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files, without their times: the same content gives the same bytes."""
    target = io.BytesIO()
    write_zip(target, ((f"mnist-studio/{name}", content) for name, content in sorted(files.items())))
    return target.getvalue()
