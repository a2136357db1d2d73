"""What the operators of a network give, and how a change of what they take would change that: with numpy alone.

Each takes arrays for n images at once and gives its output with a `Pull`: from the gradient of something with respect
to the output (b, ...) to that with respect to the input. Where n is 1, b may be any number: the gradients of many
things for one image, in one go.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_core.errors import BundleError
from mnist_core.explanation.graph import Operation
from mnist_core.types import Float32Array

# From the gradient at the output to those at the inputs; None for an input that is a constant.
Pull = Callable[[Float32Array], tuple[Float32Array | None, ...]]
Given = tuple[Float32Array | None, ...]
Made = tuple[Float32Array, Pull]
SAME = 0


def applied(operation: Operation, given: Given) -> Made:
    """What an operator gives, activation included.

    Parameters
    ----------
    given
        What it takes, in its order; None for what is left out.

    Raises
    ------
    BundleError
        If it is one that no network of this program has.
    """
    if operation.kind not in _MADE or operation.activation not in _ACTIVATED:
        raise unknown(f"{operation.kind} {operation.activation}")
    values, pull = _MADE[operation.kind](operation, given)
    if not operation.activation:
        return values, pull
    active, slope = _ACTIVATED[operation.activation](values)
    return active, lambda up: pull(up * slope)


def unknown(received: str) -> BundleError:
    """The error of a graph with something that no network of this program has."""
    return BundleError(
        "The LiteRT graph must be made of what this program's networks have. Received: {it}.", it=received
    )


def window(operation: Operation, weights: np.ndarray | None) -> tuple[int, int]:
    """Height and width of what an operator looks at, by its weights if it has any."""
    if operation.kind in ("CONV_2D", "DEPTHWISE_CONV_2D") and weights is not None:
        return weights.shape[1], weights.shape[2]
    return operation.options["filterHeight"], operation.options["filterWidth"]


def strides(operation: Operation) -> tuple[int, int]:
    """How far an operator's window moves, down and across."""
    return operation.options["strideH"], operation.options["strideW"]


def before(operation: Operation, size: tuple[int, int], sides: tuple[int, int]) -> tuple[int, int]:
    """Rows above and columns left of a map (h, w) that an operator's window begins at."""
    (down, _), (across, _) = _borders(operation, size, sides)
    return down, across


def _borders(operation: Operation, size: tuple[int, int], sides: tuple[int, int]) -> list[tuple[int, int]]:
    """Rows and columns of nothing around a map (h, w), as "same" padding has them."""
    if operation.options["padding"] != SAME:
        return [(0, 0), (0, 0)]
    found = []
    for have, side, stride in zip(size, sides, strides(operation), strict=True):
        total = max((-(-have // stride) - 1) * stride + side - have, 0)
        found.append((total // 2, total - total // 2))
    return found


class _Windows:
    """The places that an operator's window comes to on maps (n, h, w, c)."""

    def __init__(self, operation: Operation, maps: Float32Array, weights: np.ndarray | None = None) -> None:
        if any(operation.options.get(name, 1) != 1 for name in ("dilationHFactor", "dilationWFactor")):
            raise unknown("a window with gaps")
        self.sides, self.strides = window(operation, weights), strides(operation)
        size = maps.shape[1], maps.shape[2]
        rows, columns = _borders(operation, size, self.sides)
        self.padded = np.pad(maps, ((0, 0), rows, columns, (0, 0))) if any((*rows, *columns)) else maps
        self._rows = slice(rows[0], rows[0] + size[0])
        self._columns = slice(columns[0], columns[0] + size[1])
        inside = zip(self.padded.shape[1:3], self.sides, self.strides, strict=True)
        self.places = tuple((have - side) // stride + 1 for have, side, stride in inside)

    def patches(self) -> Float32Array:
        """What is under the window at each place, (n, rows, columns, height, width, c)."""
        down, across = self.strides
        view = sliding_window_view(self.padded, self.sides, axis=(1, 2))[:, ::down, ::across]
        return view.transpose(0, 1, 2, 4, 5, 3)

    def taps(self) -> Iterator[tuple[slice, slice, slice]]:
        """For each place in the window, from its upper left, which part of the padded maps it sees."""
        for offsets in itertools.product(*map(range, self.sides)):
            ends = zip(offsets, self.places, self.strides, strict=True)
            rows, columns = (slice(start, start + (count - 1) * step + 1, step) for start, count, step in ends)
            yield slice(None), rows, columns

    def gathered(self, parts: Callable[[int], Float32Array], count: int) -> Float32Array:
        """Maps to which each place in the window has added its part, (count, h, w, c)."""
        total = np.zeros((count, *self.padded.shape[1:]), np.float32)
        for number, tap in enumerate(self.taps()):
            total[tap] += parts(number)
        return total[:, self._rows, self._columns]


def _convolution(operation: Operation, given: Given) -> Made:
    """Weights (filters, height, width, c) at each place."""
    maps, weights, offsets = _three(given)
    windows = _Windows(operation, maps, weights)
    matrix = weights.reshape(len(weights), -1)
    patches = windows.patches().reshape(-1, matrix.shape[1])
    values = (patches @ matrix.T + offsets).reshape(len(maps), *windows.places, len(weights))
    taps = weights.transpose(1, 2, 0, 3).reshape(-1, weights.shape[0], weights.shape[3])

    def pull(up: Float32Array) -> tuple[Float32Array]:
        flat = up.reshape(-1, len(weights))
        shape = *up.shape[:3], weights.shape[3]
        return (windows.gathered(lambda tap: (flat @ taps[tap]).reshape(shape), len(up)),)

    return values, pull


def _depthwise(operation: Operation, given: Given) -> Made:
    """Weights (1, height, width, c) at each place, every map by itself."""
    maps, weights, offsets = _three(given)
    if weights.shape[3] != maps.shape[3]:
        raise unknown("several filters a map")
    windows = _Windows(operation, maps, weights)
    taps = weights.reshape(-1, weights.shape[3])
    values = sum((windows.padded[place] * tap for place, tap in zip(windows.taps(), taps, strict=True)), offsets)
    return np.asarray(values, np.float32), lambda up: (windows.gathered(lambda tap: up * taps[tap], len(up)),)


def _highest(operation: Operation, given: Given) -> Made:
    """The highest under the window; of several the first counts, as with TensorFlow."""
    windows = _pooled(operation, _first(given))
    parts = np.stack([windows.padded[place] for place in windows.taps()])
    chosen = parts.argmax(axis=0)
    values = np.take_along_axis(parts, chosen[np.newaxis], axis=0)[0]
    return values, lambda up: (windows.gathered(lambda tap: up * (chosen == tap), len(up)),)


def _mean_of_window(operation: Operation, given: Given) -> Made:
    """The mean under the window."""
    windows = _pooled(operation, _first(given))
    count = np.float32(np.prod(windows.sides))
    values = np.stack([windows.padded[place] for place in windows.taps()]).sum(axis=0) / count
    return values, lambda up: (windows.gathered(lambda _tap: up / count, len(up)),)


def _pooled(operation: Operation, maps: Float32Array) -> _Windows:
    """Windows that stay within the maps."""
    windows = _Windows(operation, maps)
    if windows.padded is not maps:
        raise unknown("pooling beyond the rim")
    return windows


def _mean(operation: Operation, given: Given) -> Made:
    """The mean over axes."""
    values, axes = _first(given), given[1]
    if axes is None:
        raise unknown("a mean over nothing")
    gone = tuple(int(axis) % values.ndim for axis in np.atleast_1d(axes))
    count = np.float32(np.prod([values.shape[axis] for axis in gone]))
    kept = bool(operation.options.get("keepDims"))

    def pull(up: Float32Array) -> tuple[Float32Array]:
        wide = up if kept else np.expand_dims(up, gone)
        return (np.broadcast_to(wide / count, (len(up), *values.shape[1:])),)

    return np.asarray(values.mean(axis=gone, keepdims=kept), np.float32), pull


def _dense(_operation: Operation, given: Given) -> Made:
    """Weights (outputs, inputs) for all that there is."""
    values, weights, offsets = _three(given)
    flat = values.reshape(len(values), -1)
    return flat @ weights.T + offsets, lambda up: ((up @ weights).reshape(len(up), *values.shape[1:]),)


def _reshaped(operation: Operation, given: Given) -> Made:
    """The same numbers in another shape."""
    values = _first(given)
    made = values.reshape(len(values), *operation.shape[1:])
    return made, lambda up: (up.reshape(len(up), *values.shape[1:]),)


def _sum(_operation: Operation, given: Given) -> Made:
    """One added to the other."""
    one, other = _two(given)
    return one + other, lambda up: (up, up)


def _difference(_operation: Operation, given: Given) -> Made:
    """One without the other."""
    one, other = _two(given)
    return one - other, lambda up: (up, -up)


def _product(_operation: Operation, given: Given) -> Made:
    """One times the other."""
    one, other = _two(given)
    return one * other, lambda up: (up * other, up * one)


def _relu(values: Float32Array) -> tuple[Float32Array, Float32Array]:
    """What is above 0, and its slope: 0 at 0, as with TensorFlow."""
    return np.maximum(values, 0), (values > 0).astype(np.float32)


def _tanh(values: Float32Array) -> tuple[Float32Array, Float32Array]:
    """The hyperbolic tangent and its slope."""
    made = np.tanh(values)
    return made, 1 - made * made


def _alone(name: str) -> Callable[[Operation, Given], Made]:
    """An activation as an operator of its own."""

    def made(_operation: Operation, given: Given) -> Made:
        values, slope = _ACTIVATED[name](_first(given))
        return values, lambda up: (up * slope,)

    return made


def _first(given: Given) -> Float32Array:
    """The first of what is given."""
    if given[0] is None:
        raise unknown("an operator of nothing")
    return given[0]


def _two(given: Given) -> tuple[Float32Array, Float32Array]:
    """Two arrays of one shape, or one of which is a constant."""
    one, other = given
    if one is None or other is None:
        raise unknown("an operator of one")
    return one, other


def _three(given: Given) -> tuple[Float32Array, Float32Array, Float32Array]:
    """What comes in, weights and offsets; no offsets are zeros."""
    values, weights, *rest = given
    if values is None or weights is None:
        raise unknown("an operator without weights")
    offsets = rest[0] if rest and rest[0] is not None else np.zeros(1, np.float32)
    return values, weights, offsets


_ACTIVATED: Mapping[str, Callable[[Float32Array], tuple[Float32Array, Float32Array]]] = {
    "": lambda values: (values, np.ones(1, np.float32)),
    "relu": _relu,
    "tanh": _tanh,
}
_MADE: Mapping[str, Callable[[Operation, Any], Made]] = {
    "ADD": _sum,
    "AVERAGE_POOL_2D": _mean_of_window,
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _dense,
    "MAX_POOL_2D": _highest,
    "MEAN": _mean,
    "MUL": _product,
    "RELU": _alone("relu"),
    "RESHAPE": _reshaped,
    "SUB": _difference,
    "TANH": _alone("tanh"),
}
