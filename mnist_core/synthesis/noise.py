"""Digits spoilt at random, so that a network learns to read what is noisy, dirty, veiled, crossed out or hollow.

The fifteen functions of the benchmark MNIST-C, and copies of them, are never learned from: `robustness.corruption`
makes those, and only to measure. What is here was made up for training, each family much wider than what the benchmark
has of its kind. These are related to each other:

============  ===================================  ================================================================
family        related in MNIST-C                   what is different here
============  ===================================  ================================================================
`replaced`    impulse noise                        any two shades, one or all greys; grains and runs of pixels; any
                                                   share of them
`added`       none (of its family: shot noise)     shades added, even or sparse, single or in grains
`grained`     shot noise                           ink multiplied by random factors and holes in it; no particles
                                                   are counted
`levelled`    brightness                           any shades for ink and paper, light on dark or dark on light,
                                                   any gamma
`divided`     stripe                               bars, half planes, checks, rings and patches, at any angle and
                                                   width, each part with any shades of its own
`clouded`     fog                                  layers of interpolated random grids instead of midpoints, as
                                                   paper, as a veil or as lightening; any contrast
`outlined`    canny edges                          differences of images made thicker and thinner, of blurs, and
                                                   slopes, at any width and threshold; no edges are traced
`filtered`    motion blur                          any small kernels: blurs, walks of a hand, straight drags,
                                                   scattered copies, sharpening
`shuffled`    glass blur                           each pixel taken from a place nearby; nothing is exchanged
`bent`        none                                 smooth displacements, and rows that slip
`crossed`     dotted line, zigzag                  lines of any direction, width, shade, wave and dash, at times
                                                   lighter than the ink or as gaps in it
`scribbled`   dotted line, zigzag                  polygons and dots at random places
`blotted`     spatter                              patches of any shade and size, hard or soft
`patched`     none                                 rectangles erased or filled
`coarsened`   none                                 few pixels, few shades, JPEG
`placed`      shear, scale, rotate, translate      all of them at once, by any amount within limits
============  ===================================  ================================================================
"""

from collections.abc import Callable

import cv2
import numpy as np

from mnist_core.synthesis.patterns import areas, between, clouds, grains, lines, some
from mnist_core.types import IMAGE_SIDE, Float32Array, UInt8Array, as_shades

# So many images get the same family at a time.
GROUP = 8
# Share of spoilt images that are spoilt twice.
TWICE = 0.25

# Sizes of grains in rows and columns; single pixels come most often.
GRAINS = ((1, 1), (1, 1), (1, 1), (1, 1), (2, 2), (1, 2), (2, 1), (3, 3), (1, 4), (4, 1), (1, IMAGE_SIDE), (2, 8))
# Least difference between the shades of ink and paper.
CONTRAST = 0.35

# From shades float32 (n, 28, 28), 0 paper and 1 ink, to as many; beyond 0 and 1 they are cut off later.
Family = Callable[[Float32Array, np.random.Generator], Float32Array]

_CENTRE = (IMAGE_SIDE - 1) / 2
_ROWS, _COLUMNS = np.indices((IMAGE_SIDE, IMAGE_SIDE), np.float32)


def noisy(images: UInt8Array, share: float, rng: np.random.Generator) -> UInt8Array:
    """Images of which about this share is spoilt in one or two of the ways of `FAMILIES`.

    Parameters
    ----------
    images
        uint8 (n, 28, 28), ink 255 on background 0; they stay as they are.
    share
        From 0 to 1.

    Returns
    -------
    uint8 (n, 28, 28), new images. The same seed gives the same images.
    """
    changed = images.copy()
    chosen = rng.permutation(np.flatnonzero(rng.random(len(images)) < share))
    if not len(chosen):
        return changed
    shades = _spoilt(as_shades(images[chosen]), rng)
    again = rng.permutation(len(chosen))[: round(TWICE * len(chosen))]
    shades[again] = _spoilt(shades[again], rng)
    changed[chosen] = (shades * 255 + np.float32(0.5)).astype(np.uint8)
    return changed


def _spoilt(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Shades spoilt in groups, each by a family of its own."""
    starts = range(0, len(shades), GROUP)
    families = rng.choice(len(FAMILIES), len(starts), p=_CHANCES)
    groups = [
        _FAMILIES[family](shades[start : start + GROUP], rng) for start, family in zip(starts, families, strict=True)
    ]
    return np.clip(np.concatenate(groups), 0, 1) if groups else shades


def replaced(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Pixels, grains or runs of pixels that have another shade, whatever they had."""
    n, size = len(shades), _grain(rng)
    most = 0.4 if size == (1, 1) else 0.25
    is_replaced = grains(n, rng, size) < between(rng, 0.02, most, n)
    other = grains(n, rng, size)
    dark, bright = between(rng, 0, 0.3, n), between(rng, 0.6, 1.1, n)
    two = np.where(other < between(rng, 0, 1, n), dark, bright)
    kind = rng.random((n, 1, 1), np.float32)
    values = np.where(kind < 0.6, two, np.where(kind < 0.85, other, bright))
    # As in the sum of an image and another one, at times only some of the shade is replaced.
    strength = np.where(some(rng, 0.8, n), np.float32(1), between(rng, 0.4, 1, n))
    return np.where(is_replaced, shades + strength * (values - shades), shades)


def added(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Shades at random added to all: even, or few and strong; single or in grains; lighter, darker or both."""
    n, size = len(shades), _grain(rng)
    even = 2 * grains(n, rng, size) - 1
    power = np.where(some(rng, 0.6, n), np.float32(1), np.float32(5))
    noise = np.where(
        some(rng, 0.5, n), rng.standard_normal(shades.shape, np.float32) / 2, np.sign(even) * abs(even) ** power
    )
    noise = np.where(some(rng, 0.3, n), abs(noise), noise)
    return shades + between(rng, 0.15, 0.9, n) * noise


def grained(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Ink that took unevenly: thin here and thick there, with holes, on clean paper."""
    n = len(shades)
    even = grains(n, rng, _grain(rng))
    evenness = between(rng, 0.3, 2, n)
    # Some factors hardly change the ink and others take nearly all of it.
    factor = 1.6 * even**evenness
    is_kept = grains(n, rng, _grain(rng)) < between(rng, 0.6, 1.2, n)
    return np.minimum(shades * between(rng, 1, 1.8, n), 1) * np.where(some(rng, 0.75, n), factor, 1) * is_kept


def levelled(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Other shades for paper and ink, and other steps between them."""
    n = len(shades)
    return _with_levels(shades ** between(rng, 0.4, 2.2, n), *_levels(n, rng))


def divided(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Parts of the image in other shades than the rest, often dark on light."""
    n = len(shades)
    within = areas(n, rng, 8)
    paper, ink = _levels(n, rng)
    is_inverted = some(rng, 0.5, n)
    paper, ink = np.where(is_inverted, np.float32(1), paper), np.where(is_inverted, np.float32(0), ink)
    part = _with_levels(shades, paper, ink)
    rest = np.where(some(rng, 0.75, n), shades, _with_levels(shades, *_levels(n, rng)))
    return rest + within * (part - rest)


def clouded(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Clouds behind the digit, as a veil in front of it, or as light on it."""
    n = len(shades)
    cloud = clouds(n, rng)
    if rng.random() < 0.25:
        cloud = areas(n, rng, 3) * between(rng, 0.4, 1, n)
    amount = between(rng, 0.3, 0.8, n)
    kind = rng.random((n, 1, 1), np.float32)
    ink = between(rng, 0.25, 1, n)
    behind = np.where(kind < 0.5, ink * shades + amount * cloud, np.maximum(shades, cloud * amount))
    veil = shades + amount * cloud * (between(rng, 0, 1, n) - shades)
    lit = np.where(kind < 0.7, behind, veil)
    return np.where(some(rng, 0.12, n), 1 - lit, lit)


def outlined(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Only where ink begins and ends, as lines of any width, at times with a trace of the ink itself."""
    n = len(shades)
    layers = _as_channels(shades)
    kernel = cv2.getStructuringElement(int(rng.choice([cv2.MORPH_CROSS, cv2.MORPH_RECT])), (3, 3))
    if rng.random() < 0.65:
        smooth = _smoothed(layers, rng.uniform(0.3, 1.3))
        full = (smooth > rng.uniform(0.2, 0.6)).astype(np.float32)
    else:
        full = layers
    thick, thin = cv2.dilate(full, kernel), cv2.erode(full, kernel)
    kind = rng.random()
    if kind < 0.35:
        edges = full - _as_layers(thin, n)
    elif kind < 0.65:
        edges = _as_layers(thick, n) - full
    elif kind < 0.75:
        edges = _as_layers(thick, n) - _as_layers(thin, n)
    elif kind < 0.85:
        edges = rng.uniform(2, 5) * abs(_smoothed(full, rng.uniform(0.4, 0.8)) - _smoothed(full, rng.uniform(0.9, 1.8)))
    else:
        across, down = (cv2.Sobel(full, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
        edges = rng.uniform(0.2, 0.5) * _as_layers(np.hypot(across, down), n)
    outline = edges.transpose(2, 0, 1)
    outline = outline * (some(rng, 0.8, n) | (grains(n, rng, (2, 2)) < 0.85))
    trace = np.where(some(rng, 0.75, n), np.float32(0), between(rng, 0, 0.4, n))
    return np.maximum(outline * between(rng, 0.6, 1, n), trace * shades)


def filtered(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Each pixel a sum of others: blurred, dragged, shaken, doubled or sharpened."""
    n = len(shades)
    layers = _as_channels(shades)
    kind = rng.random()
    if kind < 0.3:
        across, down = rng.uniform(0.3, 1.8, 2)
        changed = cv2.GaussianBlur(layers, (0, 0), across, sigmaY=down)
    elif kind < 0.45:
        changed = layers + rng.uniform(1, 6) * (layers - _smoothed(layers, rng.uniform(0.6, 2)))
    else:
        changed = cv2.filter2D(layers, -1, _drag(rng) if kind < 0.8 else _scatter(rng))
    return _as_layers(changed, n).transpose(2, 0, 1) * between(rng, 0.9, 1.6, n)


def shuffled(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Each pixel, or each grain, from a place nearby, between two blurs."""
    n = len(shades)
    reach = between(rng, 0.4, 2.2, n), between(rng, 0.4, 2.2, n)
    size = (1, 1) if rng.random() < 0.8 else (2, 2)
    moves = grains(n, rng, (1, 1)) < between(rng, 0.4, 1.2, n)
    down, right = (np.rint((2 * grains(n, rng, size) - 1) * each * moves).astype(np.intp) for each in reach)
    rows = np.clip(np.arange(IMAGE_SIDE)[:, None] + down, 0, IMAGE_SIDE - 1)
    columns = np.clip(np.arange(IMAGE_SIDE) + right, 0, IMAGE_SIDE - 1)
    before, after = rng.uniform(0.2, 0.9, (2, 2))
    smooth = _as_layers(cv2.GaussianBlur(_as_channels(shades), (0, 0), before[0], sigmaY=before[1]), n).transpose(
        2, 0, 1
    )
    moved = smooth[np.arange(n)[:, None, None], rows, columns]
    return _as_layers(cv2.GaussianBlur(_as_channels(moved), (0, 0), after[0], sigmaY=after[1]), n).transpose(2, 0, 1)


def bent(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Wavy, as under water, or with rows or columns that slip aside."""
    n = len(shades)
    right, down = (clouds(n, rng, (3, 5, 8)) - np.float32(0.5) for _way in range(2))
    reach = between(rng, 3, 8, n)
    right, down = right * reach, down * reach
    slips = rng.random(n) < 0.35
    rows = grains(n, rng, (int(rng.integers(1, 4)), IMAGE_SIDE)) - np.float32(0.5)
    right[slips], down[slips] = (between(rng, 2, 5, n) * rows)[slips], 0
    if rng.random() < 0.5:
        right, down = down.transpose(0, 2, 1), right.transpose(0, 2, 1)
    x, y = np.ascontiguousarray(_COLUMNS + right), np.ascontiguousarray(_ROWS + down)
    return np.stack([cv2.remap(shades[i], x[i], y[i], cv2.INTER_LINEAR) for i in range(n)])


def crossed(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Lines across the digit, as bright as ink, paler, or gaps in it."""
    return _drawn_over(shades, lines(len(shades), rng), rng)


def scribbled(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Polygons and dots over the digit."""
    ink = np.stack([_scribble(rng) for _each in shades])
    return _drawn_over(shades, as_shades(ink), rng)


def blotted(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Patches of a shade over the digit."""
    n = len(shades)
    grid = int(rng.choice([5, 7, 9, 12, 16, 20]))
    height = clouds(n, rng, (grid,))
    # The higher the level, the fewer and the smaller the patches that reach it.
    level = between(rng, 0.56, 0.85, n)
    soft = np.where(some(rng, 0.5, n), np.float32(0.01), between(rng, 0.05, 0.25, n))
    within = np.clip((height - level) / soft + np.float32(0.5), 0, 1)
    return shades + within * (between(rng, 0, 1, n) - shades)


def patched(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Rectangles erased, or filled with a shade or with grains."""
    n = len(shades)
    changed = shades
    for _patch in range(int(rng.integers(1, 4))):
        x, y = (between(rng, 0, IMAGE_SIDE, n) for _way in range(2))
        wide, high = (between(rng, 1, 4.5, n) for _way in range(2))
        is_within = (abs(_COLUMNS - x) < wide) & (abs(_ROWS - y) < high)
        shade = np.where(some(rng, 0.5, n), np.float32(0), between(rng, 0, 1, n))
        filling = np.where(some(rng, 0.25, n), grains(n, rng, (1, 1)), shade)
        changed = np.where(is_within, filling, changed)
    return changed


def coarsened(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Of few pixels, of few shades, or compressed with losses."""
    n, kind = len(shades), rng.random()
    if kind < 0.4:
        side = int(rng.integers(8, 20))
        way = int(rng.choice([cv2.INTER_NEAREST, cv2.INTER_LINEAR]))
        small = [cv2.resize(each, (side, side), interpolation=cv2.INTER_AREA) for each in shades]
        return np.stack([cv2.resize(each, (IMAGE_SIDE, IMAGE_SIDE), interpolation=way) for each in small])
    if kind < 0.75:
        steps = np.floor(between(rng, 1, 4.99, n))
        return np.floor(shades * steps + between(rng, 0.2, 0.8, n)) / steps
    sheet = (shades.reshape(-1, IMAGE_SIDE) * 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(3, 30))])
    return as_shades(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE))).reshape(shades.shape)


def placed(shades: Float32Array, rng: np.random.Generator) -> Float32Array:
    """At another place and angle, slanted, smaller or larger, narrower or wider."""
    n = len(shades)
    size, stretch = rng.uniform(0.55, 1.15, n), np.exp(rng.uniform(-0.2, 0.2, n))
    angle = rng.uniform(-0.5, 0.5, n)
    slant = rng.uniform(-0.45, 0.45, n) * (1 - abs(angle))
    # A digit of 20 pixels stays within the image.
    shift = rng.uniform(-1, 1, (n, 2)) * np.clip(14 - 10 * size, 3, 7)[:, None]
    cos, sin = np.cos(angle), np.sin(angle)
    matrices = np.array([[cos, cos * slant - sin], [sin, sin * slant + cos]]) / (
        size * np.array([[stretch], [1 / stretch]])
    )
    matrices = matrices.transpose(2, 0, 1)
    offsets = _CENTRE - (matrices @ (_CENTRE + shift)[:, :, None])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    whole = np.concatenate([matrices, offsets], axis=2)
    return np.stack([cv2.warpAffine(shades[i], whole[i], (IMAGE_SIDE, IMAGE_SIDE), flags=flags) for i in range(n)])


# Each family and how often it comes; those of which much can be wrong come more often.
FAMILIES: dict[Family, int] = {
    replaced: 4,
    added: 2,
    grained: 2,
    levelled: 2,
    divided: 5,
    clouded: 4,
    outlined: 4,
    filtered: 3,
    shuffled: 3,
    bent: 1,
    crossed: 4,
    scribbled: 2,
    blotted: 3,
    patched: 1,
    coarsened: 1,
    placed: 3,
}
_FAMILIES = tuple(FAMILIES)
_CHANCES = np.array(list(FAMILIES.values())) / sum(FAMILIES.values())


def _grain(rng: np.random.Generator) -> tuple[int, int]:
    """A size of grains."""
    return GRAINS[rng.integers(len(GRAINS))]


def _levels(n: int, rng: np.random.Generator) -> tuple[Float32Array, Float32Array]:
    """Shades of paper and of ink, (n, 1, 1) each, that differ by `CONTRAST` and more; a third is dark on light."""
    difference = between(rng, CONTRAST, 1, n)
    paper = between(rng, 0, 1, n) * (1 - difference)
    is_dark = some(rng, 1 / 3, n)
    return np.where(is_dark, paper + difference, paper), np.where(is_dark, paper, paper + difference)


def _with_levels(shades: Float32Array, paper: Float32Array, ink: Float32Array) -> Float32Array:
    """Shades from that of paper to that of ink."""
    return paper + (ink - paper) * shades


def _drawn_over(shades: Float32Array, ink: Float32Array, rng: np.random.Generator) -> Float32Array:
    """What is drawn added to the digit, laid over it in a shade of its own, or erased from it."""
    n = len(shades)
    strength = np.where(some(rng, 0.5, n), np.float32(1), between(rng, 0.4, 1, n))
    laid = shades + ink * (between(rng, 0, 1, n) - shades)
    kind = rng.random((n, 1, 1), np.float32)
    return np.where(kind < 0.7, shades + strength * ink, np.where(kind < 0.85, laid, shades * (1 - ink)))


def _scribble(rng: np.random.Generator) -> UInt8Array:
    """A polygon or a few dots, uint8 (28, 28)."""
    ink = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    # Places in sixteenths of a pixel, as OpenCV takes them with a shift of 4.
    if rng.random() < 0.65:
        corners = rng.integers(0, 16 * IMAGE_SIDE, (int(rng.integers(2, 6)), 1, 2), np.int32)
        cv2.polylines(ink, [corners], False, 255, int(rng.integers(1, 3)), cv2.LINE_AA, 4)
    else:
        for x, y, radius in rng.integers(
            (0, 0, 4), (16 * IMAGE_SIDE, 16 * IMAGE_SIDE, 36), (int(rng.integers(4, 20)), 3)
        ):
            cv2.circle(ink, (int(x), int(y)), int(radius), 255, -1, cv2.LINE_AA, 4)
    return ink


def _drag(rng: np.random.Generator) -> Float32Array:
    """A kernel (17, 17) of a straight or wandering way from the middle, stronger or weaker towards its end."""
    steps = int(rng.integers(4, 26))
    turns = np.cumsum(rng.normal(0, rng.choice([0, 0, 0.3]), steps)) + rng.uniform(0, 2 * np.pi)
    places = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1), axis=0) * rng.uniform(0.3, 0.5)
    if rng.random() < 0.4:
        places -= places.mean(axis=0)
    columns, rows = np.clip(np.rint(places).astype(int) + 8, 0, 16).T
    kernel = np.zeros((17, 17), np.float32)
    np.add.at(kernel, (rows, columns), np.exp(-rng.uniform(-0.02, 0.2) * np.arange(steps)))
    return kernel / kernel.sum()


def _scatter(rng: np.random.Generator) -> Float32Array:
    """A kernel (7, 7) of a few places, each of any weight."""
    kernel = np.zeros((7, 7), np.float32)
    rows, columns = rng.integers(0, 7, (2, int(rng.integers(2, 9))))
    kernel[rows, columns] = rng.random(len(rows))
    return kernel / kernel.sum()


def _as_channels(shades: Float32Array) -> Float32Array:
    """Images as channels of one, (28, 28, n): OpenCV changes all of them at once."""
    return np.ascontiguousarray(shades.transpose(1, 2, 0))


def _as_layers(channels: np.ndarray, n: int) -> Float32Array:
    """Channels as OpenCV gives them, (28, 28, n): it drops the axis of a single one."""
    return channels.reshape(IMAGE_SIDE, IMAGE_SIDE, n)


def _smoothed(channels: Float32Array, sigma: float) -> Float32Array:
    """Channels under a Gaussian of this many pixels."""
    return _as_layers(cv2.GaussianBlur(channels, (0, 0), sigma), channels.shape[2])
