"""How each pixel moves each of the ten scores: gradients from a graph's own weights, without TensorFlow.

The network is computed forwards and backwards with numpy (back-propagation: Rumelhart, Hinton, Williams, "Learning
representations by back-propagating errors", 1986). Nothing is fitted and nothing is approximated.
"""

import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from mnist_core.errors import BundleError, DrawingError, in_words
from mnist_core.explanation.graph import Operation, ScoreGraph, read_graph
from mnist_core.explanation.operators import Pull, applied, before, strides, unknown, window
from mnist_core.model.bundle import GRAPH, read_card, read_file
from mnist_core.types import CLASSES, IMAGE_SIDE, Float32Array, describe, frozen

# What gives maps that a person would call a layer's; pooling only makes them smaller.
_LAYERS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "RELU", "TANH"})


@dataclass(frozen=True)
class Grid:
    """Where the places of a layer's maps look in the image.

    Attributes
    ----------
    start
        Row and column of the middle of what the first place sees, in pixels; may be between two.
    step
        Pixels from one place to the next.
    """

    start: tuple[float, float] = (0.0, 0.0)
    step: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True, eq=False)
class Way:
    """Images on their way through a network.

    Attributes
    ----------
    scores
        float32 (n, 10): the softmax of each row are the probabilities.
    maps
        float32 (n, h, w, channels): what the last layer gives that still knows where something is.
    """

    scores: Float32Array
    maps: Float32Array
    _steps: tuple[tuple[Operation, Pull], ...]
    _image: int
    _scores: int
    _maps: int

    def gradients(self, weights: Float32Array) -> tuple[Float32Array, Float32Array]:
        """How a weighted sum of the scores changes with each pixel, and with each number of the last maps.

        Parameters
        ----------
        weights
            float32 (n, 10), a row for each image; any number of rows where there is one image.

        Returns
        -------
        float32 (b, 28, 28) and (b, h, w, channels), for as many as there are rows.
        """
        with _one_core():
            return self._gradients(weights)

    def _gradients(self, weights: Float32Array) -> tuple[Float32Array, Float32Array]:
        """As `gradients`."""
        known = {self._scores: np.ascontiguousarray(weights, np.float32)}
        at_maps: Float32Array | None = None
        for operation, pull in reversed(self._steps):
            up = known.pop(operation.output)
            if operation.output == self._maps:
                at_maps = up
            for number, gradient in zip(operation.inputs, pull(up), strict=False):
                if gradient is not None and number in self._moving:
                    known[number] = known[number] + gradient if number in known else gradient
        if at_maps is None:
            raise unknown("maps that the scores do not depend on")
        return known[self._image].reshape(-1, IMAGE_SIDE, IMAGE_SIDE), at_maps

    @property
    def _moving(self) -> set[int]:
        """Numbers of the tensors that depend on the image."""
        return {self._image, *(operation.output for operation, _ in self._steps)}


class GradientNetwork:
    """A network that says how its scores change with its input. One serves any number of threads.

    Parameters
    ----------
    graph
        The LiteRT flatbuffer.

    Attributes
    ----------
    grid
        Where the last maps look in the image.

    Raises
    ------
    BundleError
        If the graph is damaged or has something that no network of this program has.
    """

    def __init__(self, graph: bytes) -> None:
        self._graph = read_graph(graph)
        text = "The LiteRT graph cannot be computed: {error}. Received: {size} bytes."
        with in_words(BundleError, text, (ValueError, KeyError, IndexError, TypeError), size=len(graph)):
            self._maps, self.grid = _last_maps(self._graph)
            given = self.follow(np.zeros((1, IMAGE_SIDE, IMAGE_SIDE), np.float32)).scores
        if given.shape != (1, CLASSES):
            raise BundleError(text, error=f"scores {given.shape}", size=len(graph))

    def follow(self, pixels: Float32Array) -> Way:
        """Compute the scores of images, and remember all that the gradients need.

        Parameters
        ----------
        pixels
            float32 (n, 28, 28), ink 1 on background 0.

        Raises
        ------
        DrawingError
            If they have another type or shape.
        """
        if getattr(pixels, "dtype", None) != np.float32 or pixels.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
            raise DrawingError(f"Images must be a float32 array (n, 28, 28). Received: {describe(pixels)}.")
        with _one_core():
            return self._followed(pixels)

    def jacobian(self, pixels: Float32Array) -> Float32Array:
        """How each score of one image, float32 (28, 28), changes with each of its pixels: float32 (10, 28, 28)."""
        return self.follow(pixels[np.newaxis]).gradients(np.eye(CLASSES, dtype=np.float32))[0]

    def _followed(self, pixels: Float32Array) -> Way:
        """As `follow`."""
        known: dict[int, np.ndarray] = {self._graph.image: pixels}
        steps = []
        for operation in self._graph.operations:
            given = tuple(self._known(known, number) for number in operation.inputs)
            known[operation.output], pull = applied(operation, given)
            steps.append((operation, pull))
        scores, maps = frozen(known[self._graph.scores]), known[self._maps]
        return Way(scores, maps, tuple(steps), self._graph.image, self._graph.scores, self._maps)

    def _known(self, known: dict[int, np.ndarray], number: int) -> np.ndarray | None:
        """A tensor by its number; None for what is left out or says only how many images there are."""
        return known.get(number, self._graph.constants.get(number))


def open_gradients(folder: Path) -> GradientNetwork:
    """The model in a directory, opened for its gradients.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged or made for a newer version, or it cannot be looked into.
    """
    return GradientNetwork(read_file(folder, read_card(folder), GRAPH))


def _one_core() -> AbstractContextManager[object]:
    """Multiply matrices on one core: on a busy machine several wait for each other, for ten times as long."""
    return _libraries().limit(limits=1, user_api="blas")


@functools.cache
def _libraries() -> ThreadpoolController:
    """The libraries that multiply matrices in this process."""
    return ThreadpoolController()


def _last_maps(graph: ScoreGraph) -> tuple[int, Grid]:
    """Number of the last layer's maps that have more than one place, and where these look."""
    *_, last = _all_maps(graph)
    return last


def _all_maps(graph: ScoreGraph) -> Iterator[tuple[int, Grid]]:
    """The maps of each layer that have more than one place, from the first to the last."""
    grids: dict[int, Grid] = {graph.image: Grid()}
    sizes: dict[int, tuple[int, ...]] = {graph.image: (1, IMAGE_SIDE, IMAGE_SIDE, 1)}
    for operation in graph.operations:
        moving = [number for number in operation.inputs if number in grids]
        if not moving or len(operation.shape) != 4:
            continue
        # Of a residual block the longer way, which comes last: the shortcut sees one pixel of each window.
        source = moving[-1]
        grids[operation.output] = _grid(operation, grids[source], sizes[source], graph)
        sizes[operation.output] = operation.shape
        if operation.kind in _LAYERS and operation.shape[1] * operation.shape[2] > 1:
            yield operation.output, grids[operation.output]


def _grid(operation: Operation, grid: Grid, size: tuple[int, ...], graph: ScoreGraph) -> Grid:
    """Where the maps of an operator look, by where those before it do."""
    if "strideH" not in operation.options:
        return grid
    weights = graph.constants.get(operation.inputs[1]) if len(operation.inputs) > 1 else None
    sides, moves = window(operation, weights), strides(operation)
    over = before(operation, (size[1], size[2]), sides)
    start = [grid.start[axis] + grid.step[axis] * ((sides[axis] - 1) / 2 - over[axis]) for axis in (0, 1)]
    step = [grid.step[axis] * moves[axis] for axis in (0, 1)]
    return Grid((start[0], start[1]), (step[0], step[1]))
