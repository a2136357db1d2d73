"""How well a model reads handwriting that MNIST does not show: styles, pens, places, photos, numbers, non-digits.

Everything is made of the pen strokes of writers whom no training has seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mnist_core.datasets import PenStrokes
from mnist_core.errors import EmptyDrawingError
from mnist_core.ink import digit_pixels
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.card import Accuracy, Detection
from mnist_core.model.recognizer import Recognizer
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.readings.print import read_print
from mnist_core.synthesis.canvas import painted
from mnist_core.synthesis.numbers import composed
from mnist_core.synthesis.photos import photographed
from mnist_core.synthesis.strangers import corners, diagonal_half, hatching, letter, tangle
from mnist_core.synthesis.styles import STYLES, Strokes, in_unit_box
from mnist_core.types import NOVEL, Drawing, Float32Array, UInt8Array

SIDE = 400
# The usual drawing that the others are compared with: pen in pixels, share of the canvas.
PEN, FILL = 20.0, 0.7
USUAL = N_("usual pen")

# Names of conditions with a value in them.
STYLE, PEN_OF, PIXELS = N_("style: {style}"), N_("pen of {pen} px"), N_("pixels, pen of {pen} px")
FILLING, TURNED, SLANTED = N_("filling {percent}%"), N_("turned {degrees} degrees"), N_("slanted {slant}")

STRING_LENGTHS = 2, 6
STRING_HEIGHT = 110.0

# From a drawing to what the model gets: our own way, or another to compare with.
Preprocessing = Callable[[Drawing], UInt8Array]
Draw = Callable[[Sequence[Float32Array], np.random.Generator], Drawing]


@dataclass(frozen=True, eq=False)
class Condition:
    """One way to draw digits.

    Attributes
    ----------
    text
        What it is called, in English, with the placeholder of its value.
    draw
        From a digit's strokes to a drawing.
    values
        What stands in the placeholder, if there is one.
    digits
        The labels that it is for.
    label
        What the drawings then show; None for what the strokes showed.
    """

    text: str
    draw: Draw
    values: Mapping[str, str] = field(default_factory=dict)
    digits: tuple[int, ...] = tuple(range(10))
    label: int | None = None

    @property
    def name(self) -> str:
        """What it is called in English, as cards hold it."""
        return self.text.format(**self.values)


def condition_words(name: str) -> str:
    """The name of a condition or of a kind of what is no digit, which cards hold in English, for people.

    Examples
    --------
    >>> condition_words("pen of 12 px")
    'pen of 12 px'
    """
    known = next((each for each in conditions() if each.name == name), None)
    return _(known.text).format(**{key: _(value) for key, value in known.values.items()}) if known else _(name)


def placed(
    strokes: Sequence[Float32Array], pen: float = PEN, fill: float = FILL, at: tuple[float, float] = (0.5, 0.5)
) -> Drawing:
    """Strokes on the canvas: how much of it they fill, and where in what is left of it (0 left or top ... 1)."""
    unit = in_unit_box(strokes)
    scale = max(fill * SIDE - pen, fill * SIDE / 4)
    extent = np.ptp(np.concatenate(unit), axis=0) * scale + pen
    corner = (SIDE - extent) * np.array(at) + pen / 2
    return Drawing.from_strokes([stroke * scale + corner for stroke in unit], pen, (SIDE, SIDE))


def as_pixels(drawing: Drawing) -> Drawing:
    """The same drawing when only its picture is known."""
    return Drawing.from_pixels(painted(drawing.strokes, drawing.pen_width, drawing.size))


def turned(strokes: Sequence[Float32Array], degrees: float = 0.0, slant: float = 0.0) -> Strokes:
    """Strokes turned clockwise and slanted by so much of their height."""
    angle = np.deg2rad(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) @ [[1, 0], [-slant, 1]]
    return [(stroke @ matrix).astype(np.float32) for stroke in in_unit_box(strokes)]


def drawn(
    pen: float = PEN, fill: float = FILL, *, degrees: float = 0.0, slant: float = 0.0, pixels: bool = False
) -> Draw:
    """A way to draw digits in the middle of the canvas."""

    def draw(strokes: Sequence[Float32Array], _rng: np.random.Generator) -> Drawing:
        drawing = placed(turned(strokes, degrees, slant), pen, fill)
        return as_pixels(drawing) if pixels else drawing

    return draw


def styled(restroke: Callable[[Strokes, np.random.Generator], Strokes]) -> Draw:
    """A way to draw digits in another style."""
    return lambda strokes, rng: placed(restroke(in_unit_box(strokes), rng))


def in_corner(strokes: Sequence[Float32Array], rng: np.random.Generator) -> Drawing:
    """A digit in one of the four corners."""
    return placed(strokes, PEN, 0.3, (float(rng.integers(2)), float(rng.integers(2))))


def on_photo(strokes: Sequence[Float32Array], rng: np.random.Generator) -> Drawing:
    """A digit on a photo."""
    return Drawing.from_pixels(photographed(strokes, rng))


def conditions() -> list[Condition]:
    """Every way of drawing that is measured."""
    return [
        Condition(USUAL, drawn()),
        *(Condition(STYLE, styled(each.restroke), {"style": each.name}, each.digits, each.label) for each in STYLES),
        *(Condition(PEN_OF, drawn(pen), {"pen": f"{pen}"}) for pen in (3, 6, 12, 40, 60)),
        *(Condition(FILLING, drawn(fill=fill), {"percent": f"{100 * fill:.0f}"}) for fill in (0.1, 0.2, 0.4, 1.0)),
        Condition(N_("filling 10% with a pen of 60 px"), drawn(60, 0.1)),
        Condition(N_("in a corner"), in_corner),
        *(Condition(TURNED, drawn(degrees=degrees), {"degrees": f"{degrees:+}"}) for degrees in (-20, -10, 10, 20)),
        *(Condition(SLANTED, drawn(slant=slant), {"slant": f"{slant:+.1f}"}) for slant in (-0.3, 0.3)),
        *(Condition(PIXELS, drawn(pen, pixels=True), {"pen": f"{pen}"}) for pen in (3, 20, 60)),
        Condition(N_("photos"), on_photo),
    ]


def read_condition(
    recognizer: Recognizer,
    strokes: PenStrokes,
    condition: Condition,
    preprocess: Preprocessing = digit_pixels,
    limit: int | None = None,
) -> Accuracy:
    """How many of the test writers' digits, drawn in one way, are read. One in which nothing is found is misread."""
    rows = np.flatnonzero(strokes.is_test & np.isin(strokes.labels, condition.digits))[:limit]
    rng = np.random.default_rng(0)
    images, wanted = [], []
    for row in rows.tolist():
        drawing = condition.draw(strokes.strokes(row), rng)
        try:
            images.append(preprocess(drawing))
        except EmptyDrawingError:
            continue
        wanted.append(strokes.labels[row] if condition.label is None else condition.label)
    right = int((recognizer.readings(np.stack(images)).digits == wanted).sum())
    return accuracy_of(right, len(rows))


def read_strings(
    recognizer: Recognizer, strokes: PenStrokes, *, touching: bool, pixels: bool, count: int = 500
) -> Accuracy:
    """How many whole numbers of 2 to 6 digits by test writers are read without a mistake."""
    rng = np.random.default_rng(0)
    test = np.flatnonzero(strokes.is_test)
    right = 0
    for _number in range(count):
        rows = rng.choice(test, int(rng.integers(STRING_LENGTHS[0], STRING_LENGTHS[1] + 1)))
        drawing = written_number([strokes.strokes(row) for row in rows.tolist()], rng, touching=touching)
        digits = recognizer.read_number(as_pixels(drawing) if pixels else drawing)
        right += [digit.digit for digit in digits] == strokes.labels[rows].tolist()
    return accuracy_of(right, count)


def written_number(
    digits: Sequence[Sequence[Float32Array]], rng: np.random.Generator, *, touching: bool = False
) -> Drawing:
    """A number on a wide canvas."""
    line = [stroke * np.float32(STRING_HEIGHT) + np.float32(40) for stroke in composed(digits, rng, touching=touching)]
    width = int(np.concatenate(line)[:, 0].max()) + 40
    return Drawing.from_strokes(line, float(rng.uniform(5, 14)), (width, 200))


STRINGS = {
    N_("numbers with clear gaps"): {"touching": False, "pixels": False},
    N_("numbers with touching neighbours"): {"touching": True, "pixels": False},
    N_("numbers with clear gaps, as pixels"): {"touching": False, "pixels": True},
    N_("numbers with touching neighbours, as pixels"): {"touching": True, "pixels": True},
}


def detect_strangers(recognizer: Recognizer, strokes: PenStrokes, count: int = 500) -> dict[str, Detection]:
    """How well what is no digit is told from the test writers' digits, kind by kind.

    The kinds are made in other ways than the non-digits that a model learns from.
    """
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    rows = np.flatnonzero(strokes.is_test)
    by_label = [rows[strokes.labels[rows] == label] for label in range(10)]

    def digit(*labels: int) -> Sequence[Float32Array]:
        return strokes.strokes(int(rng.choice(np.concatenate([by_label[label] for label in labels]))))

    def both() -> Strokes:
        return composed([digit(*range(10)), digit(*range(10))], rng, touching=rng.random() < 0.5)

    kinds: dict[str, Callable[[], Drawing]] = {
        N_("tangles"): lambda: placed(tangle(rng)),
        N_("random corners"): lambda: placed(corners(rng)),
        N_("hatching"): lambda: placed(hatching(rng)),
        N_("printed letters"): lambda: Drawing.from_pixels(letter(rng)),
        N_("two digits"): lambda: placed(both()),
        N_("halves of digits"): lambda: placed(diagonal_half(digit(0, 2, 3, 5, 8), rng)),
        N_("fours upside down"): lambda: placed(turned(digit(4), 180)),
        N_("a dot"): lambda: placed([np.zeros((1, 2), np.float32)], float(rng.uniform(3, 60))),
    }
    digits = np.stack([digit_pixels(placed(strokes.strokes(row))) for row in rows.tolist()])
    _probabilities, known = recognizer.predict_many(digits)
    found, all_novelty = {}, []
    for name, make in kinds.items():
        _probabilities, novelty = recognizer.predict_many(np.stack([digit_pixels(make()) for _each in range(count)]))
        all_novelty.append(novelty)
        found[name] = _detection(roc_auc_score, known, novelty)
    found[N_("all kinds")] = _detection(roc_auc_score, known, np.concatenate(all_novelty))
    return found


def _detection(auroc: Callable[..., float], known: Float32Array, strange: Float32Array) -> Detection:
    """How well novelty tells the strange from the known."""
    truth = np.repeat([0, 1], [len(known), len(strange)])
    return Detection(
        images=len(strange),
        auroc=float(auroc(truth, np.concatenate([known, strange]))),
        rejected=float((strange >= NOVEL).mean()),
    )


def measure_handwriting(
    recognizer: Recognizer, strokes: PenStrokes
) -> tuple[Mapping[str, Accuracy], Mapping[str, Detection]]:
    """Every condition, the numbers, print, and the non-digits."""
    read = {condition.name: read_condition(recognizer, strokes, condition) for condition in conditions()}
    for name, ways in STRINGS.items():
        read[name] = read_strings(recognizer, strokes, **ways)
    read.update(read_print(recognizer))
    return read, detect_strangers(recognizer, strokes)
