"""What flows through the library: small frozen records with read-only arrays, checked when made."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from mnist_core.errors import BundleError, ConfigError, DatasetError, DrawingError, EmptyDrawingError
from mnist_core.files import array_sha256
from mnist_core.language import gettext as _
from mnist_core.language import number

UInt8Array = npt.NDArray[np.uint8]
Int16Array = npt.NDArray[np.int16]
Float32Array = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

IMAGE_SIDE = 28
CLASSES = 10
# What the classes are called, unless a dataset calls them otherwise.
DIGITS = tuple(map(str, range(CLASSES)))

MAX_PIXELS = 40_000_000
# More than a hand draws: a digit has about a hundred points, one that a slow finger draws on a phone a thousand. The
# costliest drawing of so many is read in about a tenth of a second.
MAX_STROKES = 300
MAX_POINTS = 5_000
MAX_COORDINATE = 100_000.0

# A less probable digit is a guess. Of 8,996 validation digits of the shipped model (MNIST, pen strokes, and these in
# other styles) 0.9 % were less probable, and 69 % of those were read right; of the more probable ones 99.7 %.
SURE = 0.8
# Another limit: answers that are stated to be at least so probable are counted apart in a model's figures, to show
# whether what it states can be believed.
SURE_IN_FIGURES = 0.9
# From this novelty on, an image is taken for no digit: there the rarest 1 % of a model's validation digits begin.
NOVEL = 0.5
# So far may ten probabilities be from adding up to 1: some are rounded when they are kept.
SUM_TOLERANCE = 1e-3


ArrayT = TypeVar("ArrayT", bound=np.ndarray)

# Called with how far some work is, of how much, and maybe at what and the figures of that. If it raises, the work ends.
Tell = Callable[..., object]


def untold(*_: object, **__: object) -> None:
    """Tell nobody how far some work is: a `Tell`."""


def frozen(array: ArrayT) -> ArrayT:
    """The array itself, made read-only."""
    array.setflags(write=False)
    return array


def as_shades(images: np.ndarray) -> Float32Array:
    """Pixels from 0 to 255 as shades from 0 to 1, float32: what networks take."""
    return images.astype(np.float32) / np.float32(255)


def describe(value: object) -> str:
    """What a value is, in a few words for an error message: type and shape of an array, type and text of the rest."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array of shape {value.shape}"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 80 else text[:77] + '...'}"


def check_number(name: str, value: object, low: float, high: float, *, whole: bool = False) -> None:
    """Refuse anything but a number from low to high.

    Raises
    ------
    ConfigError
        Naming the setting, its limits and what was received.
    """
    kind = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
        a_whole_one = _("{name} must be a whole number from {low} to {high}. Received: {received}.")
        any_number = _("{name} must be a number from {low} to {high}. Received: {received}.")
        text = a_whole_one if whole else any_number
        raise ConfigError(text, name=name, low=f"{low:g}", high=f"{high:g}", received=describe(value))


def check_choice(name: str, value: object, choices: Iterable[object]) -> None:
    """Refuse what is none of the choices.

    Raises
    ------
    ConfigError
        With the name, the choices and the value received.
    """
    if value not in choices:
        text = _("{name} must be one of {choices}. Received: {received}.")
        raise ConfigError(text, name=name, choices=", ".join(map(str, choices)), received=describe(value))


def check_amount(strokes: Sequence[npt.ArrayLike]) -> None:
    """Refuse more strokes or points than a hand draws, before any of them is worked on.

    Raises
    ------
    DrawingError
        With the limits and how many there are.
    """
    points = sum(len(stroke) for stroke in strokes if isinstance(stroke, Sized))
    if len(strokes) > MAX_STROKES or points > MAX_POINTS:
        text = _(
            "A drawing has at most {most_strokes} strokes and {most_points} points. "
            "Received: {strokes} strokes with {points} points."
        )
        raise DrawingError(text, most_strokes=MAX_STROKES, most_points=MAX_POINTS, strokes=len(strokes), points=points)


@dataclass(frozen=True, eq=False)
class Drawing:
    """What a person drew: strokes with a pen width, or the pixels of a picture. Make it with one of the class methods.

    Attributes
    ----------
    strokes
        One float32 array (n, 2) a stroke: x to the right, y down, in canvas pixels. Empty for a picture.
    pen_width
        Width of the pen in canvas pixels; 0 for a picture.
    size
        Width and height of the canvas or picture in pixels.
    pixels
        uint8 (h, w), (h, w, 3) RGB or (h, w, 4) RGBA; None for strokes.
    """

    strokes: tuple[Float32Array, ...]
    pen_width: float
    size: tuple[int, int]
    pixels: UInt8Array | None = None

    @classmethod
    def from_strokes(
        cls,
        strokes: Iterable[npt.ArrayLike],
        pen_width: float = 20.0,
        size: tuple[int, int] = (400, 400),
    ) -> Self:
        """A drawing of pen strokes.

        Parameters
        ----------
        strokes
            Arrays or nested lists (n, 2) of x and y in canvas pixels; a stroke of one point is a dot.
        pen_width
            Canvas pixels, above 0.
        size
            Width and height of the canvas in pixels.

        Raises
        ------
        EmptyDrawingError
            Without any point.
        DrawingError
            If a stroke is not (n, 2), a number is not finite or beyond the bounds, or there are too many.
        """
        given = list(strokes)
        check_amount(given)
        arrays = tuple(stroke for stroke in map(_stroke, given) if len(stroke))
        if not arrays:
            raise EmptyDrawingError(
                _("The drawing is empty: there is no stroke with a point in it. Draw a digit first.")
            )
        return cls(arrays, _pen_width(pen_width), _size(size))

    @classmethod
    def from_pixels(cls, pixels: UInt8Array) -> Self:
        """A drawing given as a picture: grey, RGB or RGBA, dark on light or light on dark.

        Parameters
        ----------
        pixels
            uint8 (h, w), (h, w, 3) or (h, w, 4). Also one grey picture as Keras has them: with shades from 0 to 1, with
            an axis of one for the colour or the picture, or as a row (784,) or (1, 784).

        Raises
        ------
        DrawingError
            If it is no such array, or has no pixel or more than `MAX_PIXELS`.
        """
        pixels = _picture(pixels)
        height, width = pixels.shape[:2]
        if height * width == 0:
            text = _("The picture has no pixels. Received: {width} x {height} pixels.")
            raise EmptyDrawingError(text, width=width, height=height)
        if height * width > MAX_PIXELS:
            text = _(
                "A picture has at most {most} million pixels. Received: {width} x {height} pixels. "
                "Make it smaller first."
            )
            raise DrawingError(text, most=MAX_PIXELS // 1_000_000, width=width, height=height)
        return cls((), 0.0, (width, height), frozen(np.ascontiguousarray(pixels).copy()))


_ROWS = ((IMAGE_SIDE**2,), (1, IMAGE_SIDE**2))


def _picture(array: object) -> UInt8Array:
    """An array as uint8 (h, w), (h, w, 3) or (h, w, 4), if it is one picture."""
    expected = "A picture must be a uint8 array of shape (h, w), (h, w, 3) or (h, w, 4)"
    if not isinstance(array, np.ndarray):
        raise DrawingError(f"{expected}. Received: {describe(array)}.")
    pixels: np.ndarray = array.reshape(IMAGE_SIDE, IMAGE_SIDE) if array.shape in _ROWS else array
    if pixels.ndim == 4 or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        pixels = pixels[0] if len(pixels) == 1 else pixels
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (3, 4)):
        several = "; of several pictures give one, such as array[0]" if pixels.ndim > 2 else ""
        raise DrawingError(f"{expected}{several}. Received: {describe(array)}.")
    if pixels.dtype.kind == "f" and pixels.size and pixels.min() >= 0 and pixels.max() <= 1:
        return np.rint(pixels * 255).astype(np.uint8)
    if pixels.dtype != np.uint8:
        lines = {"f": "np.clip(array, 0, 255).astype(np.uint8)", "b": "array.astype(np.uint8) * 255"}
        line = lines.get(pixels.dtype.kind, "array.astype(np.uint8)")
        raise DrawingError(f"{expected}. Received: {describe(array)}. If it has shades from 0 to 255: {line}.")
    return pixels


def _stroke(values: npt.ArrayLike) -> Float32Array:
    """One stroke as a checked float32 array (n, 2)."""
    try:
        points = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        text = _("A stroke must be a list of (x, y) numbers. Received: {value}.")
        raise DrawingError(text, value=describe(values)) from error
    if points.size == 0:
        return frozen(np.empty((0, 2), np.float32))
    if points.ndim != 2 or points.shape[1] != 2:
        text = _("A stroke must have the shape (n, 2). Received: {value}.")
        raise DrawingError(text, value=describe(points))
    if not np.all(np.abs(points) <= MAX_COORDINATE):
        worst = points[~(np.abs(points) <= MAX_COORDINATE)][0]
        text = _("Coordinates must be finite and within +-{most} pixels. Received: {value}.")
        raise DrawingError(text, most=number(MAX_COORDINATE), value=worst.tolist())
    return frozen(points.astype(np.float32))


def _pen_width(value: float) -> float:
    """A checked pen width in canvas pixels."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 < value <= MAX_COORDINATE:
        text = _("The pen width must be a number of pixels above 0. Received: {value}.")
        raise DrawingError(text, value=describe(value))
    return float(value)


def _size(value: tuple[int, int]) -> tuple[int, int]:
    """A checked canvas size."""
    try:
        width, height = (int(side) for side in value)
    except (TypeError, ValueError, OverflowError) as error:
        text = _("The canvas size must be (width, height) in pixels. Received: {value}.")
        raise DrawingError(text, value=describe(value)) from error
    if width < 1 or height < 1 or width * height > MAX_PIXELS:
        text = _("The canvas must have 1 to {most} million pixels. Received: {width} x {height}.")
        raise DrawingError(text, most=MAX_PIXELS // 1_000_000, width=width, height=height)
    return width, height


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of bringing a drawing into the form of MNIST, as shown to a person.

    Attributes
    ----------
    name
        A word or two.
    sentence
        What happened in this step, for somebody who knows nothing of images.
    image
        uint8 (h, w), ink 255 on background 0.
    """

    name: str
    sentence: str
    image: UInt8Array


@dataclass(frozen=True, eq=False)
class DigitImage:
    """The only thing a model accepts: float32 (28, 28) in [0, 1], ink 1 on background 0."""

    pixels: Float32Array

    def __post_init__(self) -> None:
        pixels = self.pixels
        shape = (IMAGE_SIDE, IMAGE_SIDE)
        if not isinstance(pixels, np.ndarray) or pixels.dtype != np.float32 or pixels.shape != shape:
            raise DrawingError(f"A digit image must be a float32 array of shape {shape}. Received: {describe(pixels)}.")
        if not (pixels.min() >= 0 and pixels.max() <= 1):
            raise DrawingError(f"A digit image must be in [0, 1]. Received: {pixels.min()} to {pixels.max()}.")
        frozen(pixels)


@dataclass(frozen=True)
class Box:
    """A rectangle on a drawing in its pixels: left, top, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def rows(self) -> slice:
        """Its rows in an image, if its numbers are whole."""
        return slice(int(self.y), int(self.y + self.height))

    @property
    def columns(self) -> slice:
        """Its columns in an image, if its numbers are whole."""
        return slice(int(self.x), int(self.x + self.width))

    def scaled(self, factor: float) -> "Box":
        """The same rectangle on a drawing so many times as large."""
        return Box(self.x * factor, self.y * factor, self.width * factor, self.height * factor)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network says of one digit image.

    Attributes
    ----------
    probabilities
        float32 (10,), one for each digit, adding up to 1.
    novelty
        0 like the training digits ... 1 unlike them; `NOVEL` is where the rarest 1 % of validation digits begin.
    box
        Where the digit is on the drawing; None where it is the whole drawing.
    drawing
        The digit's own ink as a drawing, which is read in the same way; None where nobody asked for it.
    line
        The line of a picture that it is on, from top to bottom, beginning with 0.
    """

    probabilities: Float32Array
    novelty: float
    box: Box | None = None
    drawing: Drawing | None = None
    line: int = 0

    @property
    def digit(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of the most probable digit."""
        return float(self.probabilities.max())

    @property
    def is_digit(self) -> bool:
        """Whether the image is as much like the training digits as 99 % of the validation digits are."""
        return self.novelty < NOVEL

    @property
    def is_sure(self) -> bool:
        """Whether the most probable digit is probable enough to be more than a guess."""
        return self.probability >= SURE


@dataclass(frozen=True, eq=False)
class Readings:
    """What a model makes of n images.

    Attributes
    ----------
    probabilities
        float32 (n, 10), one for each digit, adding up to 1.
    novelty
        float32 (n,), 0 like the training digits ... 1 unlike them.
    features
        float32 (n, d): what the last layer but one gives, from which it tells the digits; None where it is not kept.
    labels
        uint8 (n,): what the images show; None where that is not known.

    Raises
    ------
    DatasetError
        If the labels are not those of n images.
    BundleError
        If what the model gave is not ten probabilities and a novelty for each image.
    """

    probabilities: Float32Array
    novelty: Float32Array
    features: Float32Array | None = None
    labels: UInt8Array | None = None

    def __post_init__(self) -> None:
        if self.labels is not None:
            _check_labels(self.labels)
        known = self.probabilities if self.labels is None else self.labels
        images = len(known) if np.ndim(known) else 0
        _check_probabilities(self.probabilities, images)
        _check_novelty(self.novelty, images)
        for array in (self.probabilities, self.novelty, self.features, self.labels):
            if array is not None:
                frozen(array)

    def __len__(self) -> int:
        return len(self.novelty)

    @cached_property
    def digits(self) -> UInt8Array:
        """The answers: the most probable digit of each image, uint8 (n,)."""
        return frozen(self.probabilities.argmax(axis=1).astype(np.uint8))

    @cached_property
    def probability(self) -> Float32Array:
        """How probable the model says that each answer is, float32 (n,)."""
        return frozen(self.probabilities.max(axis=1))

    @cached_property
    def is_digit(self) -> BoolArray:
        """Whether each image is as much like the training digits as 99 % of the validation digits are, (n,)."""
        return frozen(self.novelty < NOVEL)

    @cached_property
    def is_right(self) -> BoolArray:
        """Whether each answer is the label, (n,).

        Raises
        ------
        DatasetError
            If the labels are not known.
        """
        return frozen(self.digits == self.known_labels)

    @cached_property
    def losses(self) -> Float32Array:
        """The cross-entropy of each image in nats, float32 (n,): 0 where the label was certain.

        Raises
        ------
        DatasetError
            If the labels are not known.
        """
        of_label = self.probabilities[np.arange(len(self)), self.known_labels]
        return frozen(0 - np.log(np.clip(of_label, np.finfo(np.float32).tiny, 1)))

    @property
    def predictions(self) -> tuple["Prediction", ...]:
        """The same, one image at a time."""
        pairs = zip(self.probabilities, self.novelty.tolist(), strict=True)
        return tuple(Prediction(frozen(each), novelty) for each, novelty in pairs)

    def part(self, rows: slice | npt.NDArray[np.int64]) -> "Readings":
        """What the model makes of some of the images."""
        features = None if self.features is None else self.features[rows]
        labels = None if self.labels is None else self.labels[rows]
        return Readings(self.probabilities[rows], self.novelty[rows], features, labels)

    @property
    def known_labels(self) -> UInt8Array:
        """The labels, where they must be known.

        Raises
        ------
        DatasetError
            If they are not.
        """
        if self.labels is None:
            raise DatasetError("Only of images with labels can be said what is read right. Received: no labels.")
        return self.labels


def _check_labels(labels: UInt8Array) -> None:
    """Refuse what is not the labels of images."""
    if not isinstance(labels, np.ndarray) or labels.dtype != np.uint8 or labels.ndim != 1:
        raise DatasetError(f"Labels of what was read must be uint8 (n,). Received: {describe(labels)}.")
    if len(labels) and labels.max() >= CLASSES:
        raise DatasetError(f"Labels of what was read must be from 0 to 9. Received: {labels.max()}.")


def _check_probabilities(probabilities: Float32Array, images: int) -> None:
    """Refuse anything but ten probabilities for each image."""
    _check_outputs(_("ten probabilities"), probabilities, (images, CLASSES))
    sums = probabilities.sum(axis=1)
    # Written so that what is not a number is refused too.
    sound = (probabilities.min(axis=1) >= 0) & (np.abs(sums - 1) <= SUM_TOLERANCE)
    if not sound.all():
        first = int(np.argmin(sound))
        raise BundleError(
            _(
                "A model must give probabilities from 0 to 1 that add up to 1. Received: {received} for image {image}, "
                "and such for {count} of {images}. Choose another model."
            ),
            received=probabilities[first].tolist(),
            image=first,
            count=number(int((~sound).sum())),
            images=number(images),
        )


def _check_novelty(novelty: Float32Array, images: int) -> None:
    """Refuse anything but a novelty for each image."""
    _check_outputs(_("a novelty"), novelty, (images,))
    if images and not (novelty.min() >= 0 and novelty.max() <= 1):
        text = _("A model must give a novelty from 0 to 1. Received: {low} to {high}. Choose another model.")
        raise BundleError(text, low=novelty.min(), high=novelty.max())


def _check_outputs(what: str, outputs: Float32Array, shape: tuple[int, ...]) -> None:
    """Refuse outputs of another type or shape."""
    if not isinstance(outputs, np.ndarray) or outputs.dtype != np.float32 or outputs.shape != shape:
        text = _(
            "A model must give {what} for each image, float32 {shape}. Received: {received}. Choose another model."
        )
        raise BundleError(text, what=what, shape=shape, received=describe(outputs))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images in MNIST form.

    Attributes
    ----------
    images
        uint8 (n, 28, 28), ink 255 on background 0.
    labels
        uint8 (n,), 0 to 9.
    splits
        Name of each split ("train", "test") to its slice of images and labels.
    provenance, licence
        Who made it and under what terms it may be used.
    class_names
        What each of the ten classes is called.
    """

    name: str
    images: UInt8Array
    labels: UInt8Array
    splits: Mapping[str, slice]
    provenance: str
    licence: str
    class_names: tuple[str, ...] = DIGITS

    def __post_init__(self) -> None:
        if len(set(self.class_names)) != CLASSES or len(self.class_names) != CLASSES:
            raise DatasetError(f"A dataset has {CLASSES} classes with a name each. Received: {self.class_names}.")
        n = self.labels.size
        if self.labels.dtype != np.uint8 or self.labels.ndim != 1 or (n and self.labels.max() >= CLASSES):
            raise DatasetError(f"Labels must be uint8 (n,) from 0 to 9. Received: {describe(self.labels)}.")
        if self.images.dtype != np.uint8 or self.images.shape != (n, IMAGE_SIDE, IMAGE_SIDE):
            raise DatasetError(f"Images must be uint8 ({n}, 28, 28). Received: {describe(self.images)}.")
        frozen(self.images)
        frozen(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the images and labels, as hex: another dataset of the same name has another one."""
        hashes = array_sha256(self.images) + array_sha256(self.labels)
        return hashlib.sha256(hashes.encode()).hexdigest()

    @property
    def learned_from(self) -> slice:
        """The training images; all of them if none are set apart for training."""
        return self.splits.get("train", slice(0, len(self)))

    def split(self, name: str) -> "Dataset":
        """The images and labels of one split, without a copy.

        Raises
        ------
        DatasetError
            If the dataset has no split of that name.
        """
        if name not in self.splits:
            raise DatasetError(f"{self.name} has the splits {', '.join(self.splits)}. Received: {name!r}.")
        part = self.splits[name]
        labels = self.labels[part]
        return replace(self, images=self.images[part], labels=labels, splits={name: slice(0, len(labels))})
