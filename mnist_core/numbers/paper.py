"""Reading what is on paper: everything that was found on a picture, line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink.lifting import lifted
from mnist_core.ink.pictures import WORKING_SIDE, at_most
from mnist_core.ink.stages import digit_pixels
from mnist_core.numbers.finding import NAMES, SIGNS, Found, in_colour, shared, within
from mnist_core.numbers.reading import is_clear, read
from mnist_core.numbers.splitting import with_paper
from mnist_core.types import CLASSES, Box, Drawing, Float32Array, Prediction, UInt8Array, frozen

# Probabilities and novelty of images (n, 28, 28).
Reader = Callable[[UInt8Array], tuple[Float32Array, Float32Array]]
Finder = Callable[[UInt8Array], Sequence[Found]]

# A digit less likely to be there than this is passed over, and one less likely than this is not believed ...
LEAST_THERE, BELIEVED = 0.3, 0.4
# ... nor is one of which the name that was read is less likely than this, as a name of what was found.
LEAST_NAMED = 0.08
# A line of which so many are not believed is a word, and beside other lines one of which so many are not.
WORD, WORD_BESIDE = 0.5, 0.66
# A sign is shown as what it is if it is so likely that it is there, and that it is this one.
CERTAIN = 0.5
# In a picture of so few pixels there is one digit, and nothing around it.
TINY = 40
# Two readings are of the same digit if they share so much of what they cover. Something else is at the place of one
# that shares so much with it, and one is around another if it covers so much of it.
SAME, OTHER, WITHIN = 0.5, 0.25, 0.5
# A picture's only thing, which is no digit as a whole, is none either if it was found with so much of what it covers.
ALONE = 0.7
# Two stand on one line if their middles are less far apart, from top to bottom, as a share of the higher one's height.
ON_LINE = 0.55


@dataclass(frozen=True)
class Sign:
    """A sign that stands among digits.

    Attributes
    ----------
    name
        One of `numbers.finding.SIGNS`.
    box
        Where it is, in pixels of the picture.
    """

    name: str
    box: Box


@dataclass(frozen=True, eq=False)
class PageReading:
    """What was read on a picture.

    Attributes
    ----------
    digits
        Line by line (`Prediction.line`), each from left to right.
    signs
        What stands between them and is certainly a sign.
    is_lifted
        Whether each digit was found and lifted off the paper by itself, and not cleaned as a part of the whole.
    """

    digits: list[Prediction]
    signs: list[Sign] = field(default_factory=list)
    is_lifted: bool = False


def page_reading(look: Reader, find: Finder, drawing: Drawing) -> PageReading:
    """What is on a picture: one digit or one number where that is sure, or else all that was found.

    Where both are sure and do not agree, what was found is in doubt, and so is a line that may be a word.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    assert drawing.pixels is not None
    if max(drawing.size) <= TINY:
        return PageReading(read(look, drawing))
    colours = in_colour(at_most(drawing.pixels, WORKING_SIDE))
    scale = drawing.size[0] / colours.shape[1]
    things = find(colours)
    page = _digits(look, drawing, things, colours, scale)
    has_digits = any(each.is_digit for each in page.digits)
    return replace(page, signs=_signs(things, page.digits, scale)) if has_digits else page


def _digits(look: Reader, drawing: Drawing, things: Sequence[Found], colours: UInt8Array, scale: float) -> PageReading:
    """The digits, where these things were found."""
    found = read_paper(look, things, colours, scale)
    try:
        whole = read(look, drawing)
    except EmptyDrawingError:
        if found:
            return PageReading(found, is_lifted=True)
        raise
    others = [each.box.scaled(scale) for each in things if each.sort != "digit"]
    if _is_to_be_kept(whole, found, others):
        return PageReading(whole)
    if not any(each.is_digit for each in found):
        return PageReading([replace(whole[0], novelty=1.0)])
    if _is_sure(whole) or not (_are_lines(found) or is_clear(drawing, found)):
        found = [_in_doubt(each) for each in found]
    return PageReading(found, is_lifted=True)


def _signs(things: Sequence[Found], digits: Sequence[Prediction], scale: float) -> list[Sign]:
    """The things that are certainly signs, and at no digit's place."""
    certain = [
        Sign(NAMES[int(each.names.argmax())], each.box.scaled(scale))
        for each in things
        if each.sort == "sign" and each.likely >= CERTAIN and each.names.max() >= CERTAIN
    ]
    boxes = [each.box for each in digits if each.box]
    return [each for each in certain if each.name in SIGNS and all(shared(each.box, box) < OTHER for box in boxes)]


def _is_sure(read_as: Sequence[Prediction]) -> bool:
    """Whether all that was read is a digit, and sure."""
    return all(each.is_digit and each.is_sure for each in read_as)


def _are_lines(found: Sequence[Prediction]) -> bool:
    """Whether it is one digit, or several lines: then nothing is to be seen of whether it is a word."""
    return len(found) == 1 or found[-1].line > 0


def _in_doubt(one: Prediction) -> Prediction:
    """What was found, where something speaks against it."""
    return replace(one, probabilities=frozen((one.probabilities + np.float32(1 / CLASSES)) / np.float32(2)))


def _is_to_be_kept(whole: Sequence[Prediction], found: Sequence[Prediction], others: Sequence[Box]) -> bool:
    """Whether what was read of a whole picture is sure, and what was found does not speak against it.

    Parameters
    ----------
    whole, found
        What was read of the whole picture, and where digits were found.
    others
        Where something was found that is no digit.
    """
    if len(whole) == len(found) == 1 and not whole[0].is_digit and _is_same(whole[0], found[0], ALONE):
        return True
    if not _is_sure(whole):
        return False
    if [each.digit for each in whole] == [each.digit for each in found]:
        return True
    if len(whole) == 1:
        return not any(each.is_digit for each in found) or (len(found) == 1 and _is_same(whole[0], found[0]))
    rest = list(whole)
    for each in found:
        same = next((one for one in rest if _is_same(one, each)), None)
        if same is None or (each.is_digit and each.is_sure and each.digit != same.digit):
            return False
        rest.remove(same)
    # What was read, and was not found, may be something else that was found, or be around it.
    boxes = [each.box for each in rest if each.box]
    inner = [each.box for each in found if each.box]
    return bool(found) and not any(
        any(shared(box, other) > OTHER for other in others) or any(within(one, box) > WITHIN for one in inner)
        for box in boxes
    )


def _is_same(one: Prediction, other: Prediction, least: float = SAME) -> bool:
    """Whether two predictions are of the same place."""
    return one.box is not None and other.box is not None and shared(one.box, other.box) >= least


def read_paper(look: Reader, things: Sequence[Found], colours: UInt8Array, scale: float = 1.0) -> list[Prediction]:
    """The digits that were found on a picture, line by line, each from left to right; none if none was found.

    Signs are passed over, and so is a line of which hardly anything is believed, beside others. Of a digit that is not
    believed the novelty is 1.

    Parameters
    ----------
    colours
        uint8 (h, w, 3), RGB.
    scale
        How many times as large the picture is that the boxes are to be on.
    """
    digits = [each for each in things if each.sort == "digit" and each.likely >= LEAST_THERE]
    read_as = [(each, _prediction(look, colours, each, digits, scale)) for each in digits]
    known = [(each, prediction) for each, prediction in read_as if prediction is not None]
    lines = [[known[index][1] for index in line] for line in lines_of([each.box for each, _prediction in known])]
    most = WORD if len(lines) == 1 and len(known) > 1 else WORD_BESIDE
    numbers = [line for line in lines if sum(not each.is_digit for each in line) < most * len(line)]
    if not numbers:
        return [replace(each, line=index, novelty=1.0) for index, line in enumerate(lines) for each in line]
    return [replace(each, line=index) for index, line in enumerate(numbers) for each in line]


def lines_of(boxes: Sequence[Box]) -> list[list[int]]:
    """The places of boxes in reading order: lines from top to bottom, each from left to right."""
    lines: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda each: boxes[each].x + boxes[each].width / 2):
        box = boxes[index]
        near = [(_apart(boxes[line[-1]], box), line) for line in lines]
        apart, line = min(near, key=lambda each: each[0], default=(np.inf, []))
        if apart < ON_LINE:
            line.append(index)
        else:
            lines.append([index])
    return sorted(lines, key=lambda line: float(np.mean([boxes[each].y + boxes[each].height / 2 for each in line])))


def _apart(one: Box, other: Box) -> float:
    """How far the middles of two boxes are from one level, as a share of the higher one's height."""
    level = abs(one.y + one.height / 2 - other.y - other.height / 2)
    return level / max(one.height, other.height)


def _prediction(
    look: Reader, colours: UInt8Array, found: Found, others: Sequence[Found], scale: float
) -> Prediction | None:
    """What is read of a digit that was found; None if there is no ink."""
    beside = [each.box for each in others if each is not found]
    ink = lifted(colours, found.box, beside)
    if ink is None:
        return None
    drawing = with_paper(ink)
    probabilities, novelty = look(digit_pixels(drawing)[np.newaxis])
    named = found.names[:CLASSES]
    is_believed = found.likely >= BELIEVED and named[int(probabilities[0].argmax())] >= LEAST_NAMED
    doubt = float(novelty[0]) if is_believed else 1.0
    return Prediction(frozen(probabilities[0].copy()), doubt, found.box.scaled(scale), drawing)
