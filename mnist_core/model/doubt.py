"""What a reading is worth, in words: how often such a reading is right, or why it is in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.types import SURE, Prediction

UNKNOWN = "?"

# How sure a network is from which probability on, and how often it was then right: 999.4 of 1,000 validation digits of
# the shipped model, 98.6 of 100, 8.7 of 10 and, below `SURE`, 2.1 of 3 (8,996 digits, without the 1 % that are too
# unlike the others).
LEVELS = (
    (0.99, "Almost certain", "999 times in 1,000"),
    (0.95, "Very sure", "98 times in 100"),
    (SURE, "Fairly sure", "9 times in 10"),
)
GUESSED = "Not sure"
NO_DIGIT = "This does not look like a digit"

# A third digit is named if it is at least so probable.
WORTH_NAMING = 0.1

PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Verdict:
    """A reading as a person is told it.

    Attributes
    ----------
    sign
        The digit, or the digits of a number; "?" for each that is in doubt.
    headline
        How sure the network is, in a few words.
    reason
        What that means, or why it is in doubt: a sentence.
    """

    sign: str
    headline: str
    reason: str


def verdict(prediction: Prediction, learned_from: int) -> Verdict:
    """What is to be said of one digit.

    Parameters
    ----------
    learned_from
        How many digits the network learned from: `digits` of its model card.
    """
    if not prediction.is_digit:
        return Verdict(UNKNOWN, NO_DIGIT, f"Nothing like this among the {learned_from:,} digits it learned from.")
    if not prediction.is_sure:
        return Verdict(UNKNOWN, GUESSED, f"It could be {_either(_likely(prediction))}.")
    _, word, often = next(level for level in LEVELS if prediction.probability >= level[0])
    return Verdict(str(prediction.digit), word, f"An answer like this is right about {often}.")


def verdict_of_number(predictions: Sequence[Prediction], learned_from: int) -> Verdict:
    """What is to be said of all digits of a drawing; of a single one the same as `verdict`.

    Raises
    ------
    ValueError
        Without any prediction.
    """
    if not predictions:
        raise ValueError("A number has at least one digit. Received: no predictions.")
    single = [verdict(prediction, learned_from) for prediction in predictions]
    if len(single) == 1:
        return single[0]
    sign = "".join(each.sign for each in single)
    doubtful = [index for index, each in enumerate(single) if each.sign == UNKNOWN]
    if doubtful:
        reason = single[doubtful[0]].reason
        told = f"{_place(doubtful[0]).capitalize()}: {reason[0].lower()}{reason[1:]}"
        return Verdict(sign, f"{len(single)} digits, of which {_in_doubt(doubtful)}", told)
    least = min(range(len(single)), key=lambda index: predictions[index].probability)
    word = single[least].headline.lower()
    return Verdict(sign, f"{len(single)} digits, {word}", f"The least clear is {_place(least)}. {single[least].reason}")


def _likely(prediction: Prediction) -> list[int]:
    """The two most probable digits, and a third if it is probable too; the smallest first."""
    order = prediction.probabilities.argsort()[::-1].tolist()
    third = [each for each in order[2:3] if prediction.probabilities[each] >= WORTH_NAMING]
    return sorted([*order[:2], *third])


def _either(digits: Sequence[int]) -> str:
    """Digits as alternatives: "a 4 or a 9"."""
    *others, last = (f"an {digit}" if digit == 8 else f"a {digit}" for digit in digits)
    return f"{', '.join(others)} or {last}"


def _in_doubt(indices: Sequence[int]) -> str:
    """Which digits are in doubt."""
    return f"{_place(indices[0])} is in doubt" if len(indices) == 1 else f"{len(indices)} are in doubt"


def _place(index: int) -> str:
    """Which digit from the left it is."""
    return f"the {PLACES[index]}" if index < len(PLACES) else f"number {index + 1}"
