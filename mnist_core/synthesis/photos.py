"""Pictures of digits on paper or a board, as a phone takes them: texture, lines, uneven light, a shadow, blur, JPEG."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from mnist_core.synthesis.canvas import painted
from mnist_core.synthesis.styles import in_unit_box
from mnist_core.types import Float32Array, UInt8Array, as_shades

SIDE = 256
# Strokes are drawn larger and then shrunk: soft edges at any pen width.
OVERSAMPLING = 2


def photographed(strokes: Sequence[Float32Array], rng: np.random.Generator, side: int = SIDE) -> UInt8Array:
    """A photo of strokes on blank, lined or squared paper, or in chalk on a board.

    Parameters
    ----------
    side
        Pixels. A smaller photo shows the same, with as much grain when it is shrunk to a digit, in a share of the time.

    Returns
    -------
    uint8 (side, side, 3), RGB.
    """
    return on_sheet(lambda rng, side: _inked(strokes, rng, side), rng, side)


def on_sheet(
    inked: Callable[[np.random.Generator, int], Float32Array], rng: np.random.Generator, side: int = SIDE
) -> UInt8Array:
    """A photo of a sheet that is inked, (side, side) in [0, 1], as in `photographed`."""
    corners = rng.uniform(-0.06, 0.06, (4, 2)).astype(np.float32)
    ink, lines = _warped(inked(rng, side), corners), _warped(_lines(rng, side), corners)
    paper, pen = _colours(rng)
    ruling = (pen - paper) * np.float32(rng.uniform(0.15, 0.5))
    # One colour after the other: numpy is quick along rows of pixels, not along three colours.
    sheet = paper[:, None, None] + ruling[:, None, None] * lines
    pressure = 1 - rng.uniform(0, 0.35) * _clouds(rng, 40, side)
    sheet += (pen[:, None, None] - sheet) * (ink * pressure)
    texture = 1 + rng.uniform(0, 0.04) * (_clouds(rng, 60, side) - 0.5)
    sheet *= texture * _light(rng, side)
    return _taken(cv2.merge(list(sheet)), rng)


def _inked(strokes: Sequence[Float32Array], rng: np.random.Generator, shown: int) -> Float32Array:
    """Strokes at any place and size of the sheet, (side, side) in [0, 1]."""
    side = shown * OVERSAMPLING
    size = float(rng.uniform(0.3, 0.75)) * side
    pen = max(size * float(np.exp(rng.uniform(np.log(0.035), np.log(0.15)))), 2.0 * OVERSAMPLING)
    unit = in_unit_box(strokes)
    extent = np.ptp(np.concatenate(unit), axis=0) * (size - pen) + pen
    margin = 0.06 * side
    place = rng.uniform(margin, np.maximum(side - extent - margin, margin + 1)) + pen / 2
    placed = [(stroke * (size - pen) + place).astype(np.float32) for stroke in unit]
    image = painted(placed, pen, (side, side))
    return as_shades(cv2.resize(image, (shown, shown), interpolation=cv2.INTER_AREA))


def _colours(rng: np.random.Generator) -> tuple[Float32Array, Float32Array]:
    """The paper's and the pen's colour, RGB from 0 to 255; one time in seven it is chalk on a board."""
    pale, dark = 255 - rng.uniform(0, 60) - rng.uniform(0, 15, 3), rng.uniform(0, 90) + rng.uniform(0, 40, 3)
    if rng.random() < 0.15:
        return (dark * 0.7).astype(np.float32), pale.astype(np.float32)
    if rng.random() < 0.4:
        dark = np.array([dark[0] * 0.5, dark[1] * 0.7, min(200.0, dark[2] + 80)])
    return pale.astype(np.float32), dark.astype(np.float32)


def _lines(rng: np.random.Generator, side: int) -> Float32Array:
    """The ruling of the paper, (side, side) in [0, 1]: none, lines or squares."""
    image = np.zeros((side, side), np.uint8)
    kind = rng.random()
    if kind >= 0.4:
        wide, width = int(rng.integers(16, 60)), int(rng.integers(1, 3))
        first, spacing = (round(each * side / SIDE) for each in (int(rng.integers(wide)), wide))
        image[first::spacing] = 255
        if width == 2:
            image = np.maximum(image, np.roll(image, 1, axis=0))
        if kind >= 0.7:
            image = np.maximum(image, image.T)
    return as_shades(image)


def _warped(image: Float32Array, moved: Float32Array) -> Float32Array:
    """The sheet seen at an angle: each corner (4, 2) is moved by a share of the side."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    side = len(image)
    matrix = cv2.getPerspectiveTransform(corners * side, (corners + moved) * side)
    return cv2.warpPerspective(image, matrix, (side, side), flags=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _clouds(rng: np.random.Generator, cells: int, side: int) -> Float32Array:
    """Smooth noise in [0, 1], (side, side)."""
    coarse = rng.random((cells, cells), np.float32)
    return np.clip(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), 0, 1)


def _light(rng: np.random.Generator, side: int) -> Float32Array:
    """How much light falls where, (side, side) in (0, 1]: a gradient, and at times the edge of a shadow."""
    x = np.arange(side, dtype=np.float32) / side - np.float32(0.5)
    y = x[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    share = rng.uniform(0, 0.5) / 1.4
    light = (1 - share * 0.7 - x * (share * float(np.cos(angle)))) - y * (share * float(np.sin(angle)))
    if rng.random() < 0.4:
        angle, offset, softness = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4), rng.uniform(0.01, 0.12)
        across = (x * float(np.cos(angle)) - offset) / softness + y * (float(np.sin(angle)) / softness)
        light = light * (1 - rng.uniform(0.1, 0.45) / (1 + np.exp(-np.clip(across, -30, 30))))
    return light.astype(np.float32)


def _taken(sheet: Float32Array, rng: np.random.Generator) -> UInt8Array:
    """What the camera makes of it: slight blur, noise, JPEG."""
    scale = len(sheet) / SIDE
    sheet = cv2.GaussianBlur(sheet, (0, 0), rng.uniform(0.3, 1.5) * scale)  # type: ignore[assignment]
    sheet = sheet + rng.uniform(0.5, 7) * scale * rng.standard_normal(sheet.shape, np.float32)
    picture = np.clip(sheet, 0, 255).astype(np.uint8)
    # A block of JPEG covers more of a smaller photo.
    quality = 100 - round((100 - int(rng.integers(35, 92))) * scale)
    _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(jpeg, cv2.IMREAD_COLOR)  # type: ignore[return-value]
