"""What the map shows: points in one or several layouts, their colours, and where the visitor is among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.types import UInt8Array, describe
from mnist_ui.arrays import Payload
from mnist_ui.figures.palette import DIGIT_COLOURS, QUIET_COLOUR, SCALE, WRONG_COLOUR

# A layout is centred between the outermost of this share of its points, and so many lie within a ball of radius 1.
WITHIN = 0.99
LEVELS = 65535
SCALE_STEPS = 64
MAX_NEIGHBOURS = 8


def refuse(what: str, value: object) -> ConfigError:
    """The error for an input of the map that cannot be shown."""
    return ConfigError(f"{what} Received: {describe(value)}. Check what the map is made from.")


@dataclass(frozen=True, eq=False)
class Layout:
    """Coordinates of all points.

    Attributes
    ----------
    name
        As its button says: "Pixels", "Features", "Epoch 3".
    coordinates
        Finite floats (n, 3) or (n, 2), of any range.
    """

    name: str
    coordinates: np.ndarray

    def __post_init__(self) -> None:
        shape = np.shape(self.coordinates)
        if len(shape) != 2 or shape[1] not in (2, 3) or not shape[0]:
            raise refuse("Coordinates must be an array (n, 2) or (n, 3) with n at least 1.", self.coordinates)
        if not np.isfinite(self.coordinates).all():
            raise refuse("Coordinates must be finite numbers.", self.coordinates)

    @cached_property
    def frame(self) -> tuple[np.ndarray, float]:
        """The middle of where the points are, and the radius that almost all are within; 1 if that is one place."""
        middle = np.quantile(self.coordinates, [(1 - WITHIN) / 2, (1 + WITHIN) / 2], axis=0).mean(axis=0)
        radius = float(np.quantile(np.linalg.norm(self.coordinates - middle, axis=1), WITHIN))
        return middle, radius or 1.0

    @cached_property
    def _range(self) -> tuple[np.ndarray, float]:
        """The least coordinates, and the step from one of 65,536 levels to the next."""
        low = self.coordinates.min(axis=0).astype(float)
        return low, float((self.coordinates.max(axis=0) - low).max()) / LEVELS or 1.0

    @cached_property
    def payload(self) -> Payload:
        """The coordinates as uint16 levels (n, d): a 65,536th of the extent is far below a pixel."""
        low, step = self._range
        return Payload.of(np.round((self.coordinates - low) / step).astype(np.uint16))

    def described(self, frame: tuple[np.ndarray, float]) -> dict[str, Any]:
        """How the browser makes coordinates of the levels, in a frame's units."""
        (low, step), (middle, radius) = self._range, frame
        return {
            "name": self.name,
            "dimensions": self.coordinates.shape[1],
            "low": ((low - middle) / radius).tolist(),
            "step": step / radius,
        }


@dataclass(frozen=True, eq=False)
class Colouring:
    """What the colours of the points tell.

    Attributes
    ----------
    name
        As the list says: "Label", "What it reads".
    classes
        uint8 (n,), index into `colours`.
    colours
        "#rrggbb", up to 256.
    names
        One for each colour; or the two ends of a scale that has more colours.
    foremost
        Classes that lie before all others and are larger: the few wrong ones among many right ones.
    """

    name: str
    classes: UInt8Array
    colours: tuple[str, ...]
    names: tuple[str, ...]
    foremost: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if np.ndim(self.classes) != 1 or self.classes.dtype != np.uint8:
            raise refuse("Classes must be a uint8 array (n,).", self.classes)
        if len(self.names) not in (2, len(self.colours)):
            raise refuse("Names must be those of all colours, or of the two ends of a scale.", self.names)
        if len(self.classes) and int(self.classes.max()) >= len(self.colours):
            raise refuse(f"Classes must be below the number of colours, {len(self.colours)}.", self.classes)

    @classmethod
    def of_digits(cls, name: str, digits: UInt8Array) -> "Colouring":
        """Each digit in its own colour."""
        return cls(name, np.asarray(digits, np.uint8), DIGIT_COLOURS, tuple("0123456789"))

    @classmethod
    def of_scale(cls, name: str, values: np.ndarray, low: str, high: str) -> "Colouring":
        """Numbers (n,) from the lowest to the highest; the outermost hundredth at both ends has the ends' colours.

        Parameters
        ----------
        low, high
            The ends in words.
        """
        values = np.asarray(values, float)
        if values.ndim != 1 or not np.isfinite(values).all():
            raise refuse("Values must be finite numbers (n,).", values)
        first, last = np.quantile(values, [0.01, 0.99]) if len(values) else (0.0, 1.0)
        share = (values - first) / ((last - first) or 1.0)
        classes = np.clip(share * (SCALE_STEPS - 1), 0, SCALE_STEPS - 1).round().astype(np.uint8)
        return cls(name, classes, _steps(SCALE, SCALE_STEPS), (low, high))

    @classmethod
    def of_verdicts(cls, name: str, is_right: np.ndarray) -> "Colouring":
        """What is read right, and what is read wrong, bool (n,)."""
        wrong = np.logical_not(is_right).astype(np.uint8)
        return cls(name, wrong, (QUIET_COLOUR, WRONG_COLOUR), (_("read right"), _("misread")), foremost=(1,))

    @cached_property
    def payload(self) -> Payload:
        """The classes."""
        return Payload.of(self.classes)

    def described(self) -> dict[str, Any]:
        """All but the classes."""
        return {"name": self.name, "colours": self.colours, "names": self.names, "foremost": self.foremost}


def _steps(colours: Sequence[str], count: int) -> tuple[str, ...]:
    """So many colours, evenly along those given."""
    rgb = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours])
    along = np.linspace(0, len(colours) - 1, count)
    channels = [np.interp(along, range(len(colours)), rgb[:, channel]).round().astype(int) for channel in range(3)]
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in zip(*channels, strict=True))


@dataclass(frozen=True, eq=False)
class You:
    """Where the visitor's drawing is.

    Attributes
    ----------
    places
        Coordinates (d,) in each layout, and at last in the flat one if there is one.
    neighbours
        Up to 8 points, the nearest first.
    picture
        The drawing as the network sees it, uint8 (28, 28).
    """

    places: tuple[np.ndarray, ...]
    neighbours: Sequence[int]
    picture: UInt8Array | None = None
    name: str = "Your drawing"


@dataclass(frozen=True, eq=False)
class SpaceView:
    """All that the map shows.

    Attributes
    ----------
    layouts
        One or several, with the same points in the same order.
    labels
        uint8 (n,), digits 0 to 9.
    colourings
        The visitor chooses among them; the first is shown at first.
    dataset
        Where the pictures of the points come from; None for none.
    indices
        Place of each point in the whole dataset, (n,); None if they are its first n.
    first_test
        Index of the dataset's first test image.
    read, sure
        What the model reads, uint8 (n,), and its probability, float (n,).
    flat
        A layout (n, 2) that is shown beside the others, linked with them.
    shown
        Which layout; if this changes, the points travel there.
    is_film
        Whether the layouts are steps in time.
    selected
        bool (n,); if this changes it takes the place of what the visitor selected.
    height
        At most so many CSS pixels; less on a screen that is not as tall.
    painter
        "webgl", "plain", or "auto" for the faster one.
    """

    layouts: tuple[Layout, ...]
    labels: UInt8Array
    colourings: tuple[Colouring, ...]
    dataset: str | None = "mnist"
    indices: np.ndarray | None = None
    first_test: int = 60_000
    read: UInt8Array | None = None
    sure: np.ndarray | None = None
    flat: Layout | None = None
    shown: int = 0
    is_film: bool = False
    selected: np.ndarray | None = None
    you: You | None = None
    height: int = 560
    title: str = "Map of digits"
    painter: str = "auto"

    def __post_init__(self) -> None:
        if not self.layouts or not self.colourings:
            raise refuse("A map needs a layout and a colouring.", (len(self.layouts), len(self.colourings)))
        for name, array in self._arrays():
            if array is not None and np.shape(array)[:1] != (len(self),):
                raise refuse(f"{name} must be one for each of {len(self):,} points.", array)
        if int(np.max(self.labels)) > 9:
            raise refuse("Labels must be digits from 0 to 9.", self.labels)
        if self.indices is not None and int(np.min(self.indices)) < 0:
            raise refuse("Indices must be 0 or more.", self.indices)
        if self.sure is not None and not all(0 <= end <= 1 for end in (np.min(self.sure), np.max(self.sure))):
            raise refuse("Probabilities must be between 0 and 1.", self.sure)
        if not 0 <= self.shown < len(self.layouts):
            raise refuse(f"The layout shown must be one of {len(self.layouts)}.", self.shown)
        if self.flat is not None and self.flat.coordinates.shape[1] != 2:
            raise refuse("The flat layout must have two dimensions.", self.flat.coordinates)
        if self.you is not None:
            self._check(self.you)

    def __len__(self) -> int:
        return len(self.layouts[0].coordinates)

    def _arrays(self) -> list[tuple[str, np.ndarray | None]]:
        """Whatever has to have an entry for each point."""
        return [
            *((f"Coordinates of {layout.name}", layout.coordinates) for layout in self.all_layouts),
            *((f"Classes of {colouring.name}", colouring.classes) for colouring in self.colourings),
            ("Labels", self.labels),
            ("Indices", self.indices),
            ("Readings", self.read),
            ("Probabilities", self.sure),
            ("A selection", self.selected),
        ]

    def _check(self, you: You) -> None:
        """Refuse a place or neighbours that are not on this map."""
        dimensions = [layout.coordinates.shape[1:] for layout in self.all_layouts]
        if [np.shape(place) for place in you.places] != dimensions:
            raise refuse("A drawing must have a place in each layout.", [np.shape(place) for place in you.places])
        if not all(np.isfinite(place).all() for place in you.places):
            raise refuse("A drawing's places must be finite.", you.places)
        if len(you.neighbours) > MAX_NEIGHBOURS or not all(0 <= point < len(self) for point in you.neighbours):
            raise refuse(f"Neighbours must be up to {MAX_NEIGHBOURS} of {len(self):,} points.", you.neighbours)

    @property
    def all_layouts(self) -> tuple[Layout, ...]:
        """Those that take turns, and the flat one."""
        return (*self.layouts, *([self.flat] if self.flat else []))

    def frames(self) -> list[tuple[np.ndarray, float]]:
        """The frame that each layout is shown in: in a film one for all, so that nothing but the points moves."""
        own = [layout.frame for layout in self.layouts]
        if self.is_film:
            own = [max(own, key=lambda frame: frame[1])] * len(own)
        return [*own, *([self.flat.frame] if self.flat else [])]
