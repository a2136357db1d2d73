"""How a picture is taken or saved: by a phone, a scanner or a program."""

from collections.abc import Callable

import cv2
import numpy as np

from mnist_core.synthesis.pages.patterns import grain, grid
from mnist_core.synthesis.pages.sheet import Sheet
from mnist_core.types import Float32Array, UInt8Array

Taking = Callable[[Sheet, np.random.Generator], tuple[Sheet, UInt8Array]]

# Pixels a side of MNIST's images.
TINY = 28
# From this shade on, paper is pale.
PALE = 170


def photo(sheet: Sheet, rng: np.random.Generator) -> tuple[Sheet, UInt8Array]:
    """A phone's photo: seen at an angle, in uneven light, a little blurred, with noise, saved as JPEG."""
    sheet = _at_an_angle(sheet, rng)
    sheet.shade(_light(sheet, rng))
    tint = 1 + rng.normal(0, 0.03, 3).astype(np.float32)
    return sheet, _saved(_noisy(_blurred(sheet.picture * tint, rng), rng, 0.8, 6.0), int(rng.integers(45, 93)))


def still_photo(sheet: Sheet, rng: np.random.Generator) -> tuple[Sheet, UInt8Array]:
    """The same of something that already lies at an angle in the picture."""
    sheet.shade(_light(sheet, rng))
    return sheet, _saved(_noisy(_blurred(sheet.picture, rng), rng, 0.8, 6.0), int(rng.integers(45, 93)))


def bleached(sheet: Sheet, rng: np.random.Generator) -> tuple[Sheet, UInt8Array]:
    """A photo or scan that was made bright until the paper is white; what is written on dark stays as it is."""
    sheet = _at_an_angle(sheet, rng)
    if float(sheet.paper.max()) < PALE:
        return sheet, _saved(_blurred(sheet.picture, rng), int(rng.integers(70, 97)))
    paper = float(sheet.paper.max())
    picture = np.clip((sheet.picture - paper) * rng.uniform(1.0, 1.5) + rng.uniform(252, 268), 0, 255)
    return sheet, _saved(_blurred(picture.astype(np.float32), rng), int(rng.integers(70, 97)))


def scan(sheet: Sheet, rng: np.random.Generator) -> tuple[Sheet, UInt8Array]:
    """A flat scan: turned by a degree or so, evenly lit, with next to no noise."""
    angle = float(rng.normal(0, 0.7))
    width, height = sheet.size
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]])
    sheet = sheet.seen_through(turn, sheet.size)
    picture = cv2.GaussianBlur(sheet.picture, (0, 0), float(rng.uniform(0.3, 0.8)))
    return sheet, _saved(_noisy(picture, rng, 0.2, 2.0), int(rng.integers(60, 97)))  # type: ignore[arg-type]


def export(sheet: Sheet, rng: np.random.Generator) -> tuple[Sheet, UInt8Array]:
    """What a program saves: exactly these pixels, at times as a JPEG."""
    if sheet.alpha is not None:
        return sheet, np.dstack([_whole(sheet.picture), sheet.alpha])
    if rng.random() < 0.25:
        return sheet, _saved(sheet.picture, int(rng.integers(75, 97)))
    return sheet, _whole(sheet.picture)


def tiny_with_fringe(sheet: Sheet, rng: np.random.Generator) -> tuple[Sheet, UInt8Array]:
    """A picture of 28 x 28 pixels with a fringe along one or two of its sides, as cutting and enlarging leave it."""
    width, height = sheet.size
    matrix = np.diag([TINY / width, TINY / height, 1.0])
    matrix[:2, 2] = (np.diag(matrix)[:2] - 1) / 2
    tiny = sheet.seen_through(matrix, (TINY, TINY))
    tiny.picture = cv2.resize(sheet.picture, (TINY, TINY), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    away = 255.0 if float(sheet.paper.mean()) < 128 else 0.0
    for _ in range(int(rng.integers(1, 3))):
        strength = rng.uniform(0.15, 0.9, (TINY, 1)).astype(np.float32)
        if rng.random() < 0.5:
            strength[:] = strength.mean()
        side = tiny.picture if rng.random() < 0.5 else tiny.picture.transpose(1, 0, 2)
        row = side[0 if rng.random() < 0.5 else -1]
        row += (np.float32(away) - row) * strength
    return tiny, _whole(tiny.picture)


def _at_an_angle(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """A sheet that fills the picture, seen at an angle: its corners lie a little outside of the picture."""
    width, height = sheet.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    outward = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * rng.uniform(0, 0.045, (4, 2)) * min(width, height)
    matrix = cv2.getPerspectiveTransform(corners, (corners + outward).astype(np.float32))
    return sheet.seen_through(matrix, sheet.size)


def _light(sheet: Sheet, rng: np.random.Generator) -> Float32Array:
    """How much light falls where, (h, w): a gradient, and at times the edge of a shadow."""
    x, y = grid(sheet.picture.shape)
    width, height = sheet.size
    x, y = x / np.float32(width) - np.float32(0.5), y / np.float32(height) - np.float32(0.5)
    angle, share = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.45)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    light = np.float32(1 - 0.35 * share) - np.float32(share) * (x * cos + y * sin)
    if rng.random() < 0.3:
        angle, offset, softness = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4), rng.uniform(0.01, 0.12)
        across = ((x - np.float32(offset)) * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))) / softness
        light = light * (1 - np.float32(rng.uniform(0.1, 0.4)) * np.clip(across * 0.5 + 0.5, 0, 1))
    return light.astype(np.float32)


def _blurred(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    """A picture out of focus by a pixel or so, at times moved while it was taken."""
    if rng.random() < 0.12:
        length = int(rng.integers(2, 5))
        return cv2.blur(picture, (length, 1) if rng.random() < 0.5 else (1, length))  # type: ignore[return-value]
    return cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.2)))  # type: ignore[return-value]


def _noisy(picture: Float32Array, rng: np.random.Generator, least: float, most: float) -> Float32Array:
    """A picture with a camera's noise: of brightness in each pixel, of colour in larger spots."""
    strength = np.float32(rng.uniform(least, most))
    noise = grain(rng, picture.shape) * strength
    height, width = picture.shape[:2]
    colours = rng.standard_normal((height // 3 + 1, width // 3 + 1, 3), np.float32) * (strength * np.float32(0.6))
    noisy = picture + cv2.resize(colours, (width, height), interpolation=cv2.INTER_LINEAR)
    for number in range(3):
        noisy[..., number] += noise
    return noisy


def _saved(picture: Float32Array, quality: int) -> UInt8Array:
    """A picture as a JPEG of some quality shows it."""
    _done, jpeg = cv2.imencode(".jpg", _whole(picture)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.cvtColor(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type, return-value]


def _whole(picture: Float32Array) -> UInt8Array:
    """Colours as whole numbers."""
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
