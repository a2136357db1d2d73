"""How pages as people photograph and export them are read: kind by kind, with and without finding the digits first."""

import argparse
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from statistics import median

import numpy as np
from PIL import Image

from mnist_core import Drawing, load_recognizer
from mnist_core.errors import DrawingError
from mnist_core.ink import read_picture
from mnist_core.model.recognizer import Recognizer
from mnist_core.numbers import reading
from mnist_core.synthesis.pages import KINDS, Hands, Kind, Page, Part, kind_of
from mnist_core.training.hands import load_hands
from mnist_core.types import Prediction, UInt8Array

SEED = 22
PAGES = 60
# What is given in other ways than as a picture is of this kind.
PLAIN = "a drawing of a program"
# Photos with as many pixels as a phone's are of this kind.
ON_A_DESK = "a digit on a sheet on a desk"
LARGE, LARGE_PHOTOS = (4000, 3000), 9

# From whatever was given to what was read.
Reader = Callable[[object], Sequence[Prediction]]


@dataclass(frozen=True)
class Outcome:
    """What came of one page.

    Attributes
    ----------
    is_right
        Whether all digits were said and nothing else, from top to bottom and from left to right, surely or in doubt;
        of a page without digits, that none was found.
    is_sure
        Whether something was said, and nothing of it in doubt.
    is_refused
        Whether nothing was taken for a digit.
    seconds
        How long it took.
    """

    is_right: bool
    is_sure: bool
    is_refused: bool
    seconds: float = 0.0


@dataclass(frozen=True)
class Score:
    """What came of some pages, as shares of them.

    Attributes
    ----------
    right, doubted, sure_and_wrong, refused
        Read right; read right, but in doubt; read wrong without a doubt; nothing taken for a digit.
    milliseconds
        Median time of a page.
    """

    pages: int
    right: float
    doubted: float
    sure_and_wrong: float
    refused: float
    milliseconds: float


def outcome(digits: Sequence[int], read: Sequence[Prediction]) -> Outcome:
    """What a reading is worth, beside the digits that are on the page."""
    if not any(each.is_digit for each in read):
        return Outcome(is_right=not digits, is_sure=False, is_refused=True)
    is_sure = all(each.is_digit and each.is_sure for each in read)
    return Outcome([each.digit for each in read] == list(digits), is_sure, is_refused=False)


def score(outcomes: Sequence[Outcome]) -> Score:
    """Shares of outcomes, one or more."""
    count = len(outcomes)
    return Score(
        count,
        sum(each.is_right for each in outcomes) / count,
        sum(each.is_right and not each.is_sure and not each.is_refused for each in outcomes) / count,
        sum(each.is_sure and not each.is_right for each in outcomes) / count,
        sum(each.is_refused for each in outcomes) / count,
        1000 * median(each.seconds for each in outcomes),
    )


def read_by(reader: Reader, given: object, digits: Sequence[int]) -> Outcome:
    """What came of something that was given to be read."""
    start = time.perf_counter()
    try:
        read = reader(given)
    except DrawingError:
        read = []
    seconds = time.perf_counter() - start
    result = outcome(digits, read)
    return Outcome(result.is_right, result.is_sure, result.is_refused, seconds)


def pages_of(kind: Kind, hands: Hands, part: Part, count: int) -> Iterator[Page]:
    """Pages of a kind; which ones they are does not depend on what other kinds there are."""
    number = zlib.crc32(kind.name.encode())
    for index in range(count):
        yield kind.page(hands, part, np.random.default_rng((SEED, number, index)))


def digits_on(page: Page) -> list[int]:
    """All digits of a page in reading order."""
    return [digit for line in page.numbers for digit in line]


def animation(picture: UInt8Array) -> bytes:
    """A GIF whose first picture is blank, as drawings that are played back begin."""
    frames = [Image.fromarray(np.full_like(picture, picture[0, 0])), Image.fromarray(picture)]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return file.getvalue()


def keras_arrays(picture: UInt8Array) -> list[np.ndarray]:
    """One digit as code around Keras has it: shades from 0 to 1, ink bright, with axes more or fewer than a picture."""
    grey = Image.fromarray(picture).convert("L").resize((28, 28), Image.Resampling.BOX)
    shades = np.asarray(grey, np.float32) / 255
    shades = 1 - shades if np.median(shades) > 0.5 else shades
    return [shades, shades[..., None], shades[None, ..., None], shades.reshape(-1)]


def large_photo(picture: UInt8Array) -> bytes:
    """A picture as a JPEG of as many pixels as a phone's, 4000 x 3000."""
    file = BytesIO()
    Image.fromarray(picture).resize(LARGE, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


def large_photo_ms(part: Part) -> float:
    """Median time from the file of a large photo to what is read on it."""
    hands = load_hands(part, download=False)
    reader, _whole = readers(load_recognizer())
    photos = [large_photo(page.picture) for page in pages_of(kind_of(ON_A_DESK), hands, part, LARGE_PHOTOS)]
    read_by(reader, photos[0], [])
    return 1000 * median(read_by(reader, photo, []).seconds for photo in photos)


def readers(recognizer: Recognizer) -> tuple[Reader, Reader]:
    """As the page Draw reads a photo; and without finding anything: the whole picture is one digit or one number."""

    def drawing(given: object) -> Drawing:
        if isinstance(given, bytes):
            return read_picture(given)
        return Drawing.from_pixels(given)  # type: ignore[arg-type]

    return lambda given: recognizer.read(drawing(given)), lambda given: reading.read(
        recognizer.predict_many, drawing(given)
    )


def rows(part: Part, count: int, kinds: Sequence[Kind]) -> Iterator[tuple[str, Score, Score]]:
    """Measure one kind after the other, at the end all of them together, and files and arrays that are no pictures.

    Yields
    ------
    Its name, and what came of it read as a photo, and without finding anything.
    """
    hands = load_hands(part, download=False)
    both = readers(load_recognizer())
    together: tuple[list[Outcome], list[Outcome]] = ([], [])
    for kind in kinds:
        found = _read_all(both, ((page.picture, digits_on(page)) for page in pages_of(kind, hands, part, count)))
        for all_of_it, outcomes in zip(together, found, strict=True):
            all_of_it.extend(outcomes)
        yield kind.name, score(found[0]), score(found[1])
    yield "all together", score(together[0]), score(together[1])
    if len(kinds) < len(KINDS):
        return
    plain = [(page.picture, digits_on(page)) for page in pages_of(kind_of(PLAIN), hands, part, count)]
    found = _read_all(both, ((animation(picture), digits) for picture, digits in plain))
    yield "an animation whose first picture is blank", score(found[0]), score(found[1])
    single = [(picture, digits) for picture, digits in plain if len(digits) == 1]
    arrays = ((array, digits) for picture, digits in single for array in keras_arrays(picture))
    found = _read_all(both, arrays)
    yield "arrays as Keras has them", score(found[0]), score(found[1])


def _read_all(
    both: tuple[Reader, Reader], given: Iterator[tuple[object, list[int]]]
) -> tuple[list[Outcome], list[Outcome]]:
    """What came of each thing that was given, by either reader."""
    pairs = [[read_by(reader, each, digits) for reader in both] for each, digits in given]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def show(arguments: Sequence[str]) -> None:
    """Print the table, line by line as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks pages", description=__doc__)
    parser.add_argument("--validation", action="store_true", help="pages to choose by, not those to test with")
    parser.add_argument("--pages", type=int, default=PAGES, metavar="N", help=f"how many of each kind ({PAGES})")
    names = [kind.name for kind in KINDS]
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="only these kinds")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.kinds if name not in names]
    if unknown or options.pages < 1:
        parser.error(f"N must be 1 or more, and the kinds are: {', '.join(names)}.")
    part: Part = "validation" if options.validation else "test"
    kinds = [kind for kind in KINDS if not options.kinds or kind.name in options.kinds]
    print(
        f"{options.pages} {part} pages of each kind, as the page Draw reads a photo, and as a whole; % of the pages\n"
    )
    print(
        "| kind | right | of these in doubt | wrong and sure | refused | ms | as a whole: right | wrong and sure | ms |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, photo, whole in rows(part, options.pages, kinds):
        shares = (photo.right, photo.doubted, photo.sure_and_wrong, photo.refused)
        cells = [f"{100 * share:.1f}" for share in shares]
        cells += [f"{photo.milliseconds:.0f}", f"{100 * whole.right:.1f}", f"{100 * whole.sure_and_wrong:.1f}"]
        print(f"| {name} | {' | '.join(cells)} | {whole.milliseconds:.0f} |", flush=True)
    width, height = LARGE
    milliseconds = large_photo_ms(part)
    print(f"\nA photo of {width} x {height} pixels, from the file to the answer: {milliseconds:.0f} ms (median)")
