"""What a reading is worth, in words: how often such a reading is right, or why it is in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.model.reliability import Reliability
from mnist_core.types import NOVEL, SURE, Prediction

UNKNOWN = "?"

# How sure a network is from which probability on. How often it is then right is the model's own `reliability`.
LEVELS = ((0.99, N_("Almost certain")), (0.95, N_("Very sure")), (SURE, N_("Fairly sure")))
# The same of all digits of a number.
OF_NUMBERS = {
    "Almost certain": N_("{count} digits, almost certain"),
    "Very sure": N_("{count} digits, very sure"),
    "Fairly sure": N_("{count} digits, fairly sure"),
}
GUESSED = N_("Not sure")
NO_DIGIT = N_("This does not look like a digit")

# A third digit is named if it is at least so probable.
WORTH_NAMING = 0.1

# A digit as one of several that it could be.
ONE_OF = (N_("a 0"), N_("a 1"), N_("a 2"), N_("a 3"), N_("a 4"), N_("a 5"), N_("a 6"), N_("a 7"), N_("an 8"), N_("a 9"))

# Which digit from the left, at the end of a sentence and at its beginning.
PLACES = (
    (N_("the first"), N_("The first")),
    (N_("the second"), N_("The second")),
    (N_("the third"), N_("The third")),
    (N_("the fourth"), N_("The fourth")),
    (N_("the fifth"), N_("The fifth")),
    (N_("the sixth"), N_("The sixth")),
    (N_("the seventh"), N_("The seventh")),
    (N_("the eighth"), N_("The eighth")),
    (N_("the ninth"), N_("The ninth")),
    (N_("the tenth"), N_("The tenth")),
)


# What an answer is worth: of what is a digit alone, as nothing else was counted; and of one digit of a number.
_RIGHT = N_("If this is a digit, an answer like this is right about {times} times in {of}.")
_RIGHT_OF_LEAST = N_(
    "The least clear is {place}: if it is a digit, an answer like this is right about {times} times in {of}."
)
_TOO_FEW = N_("There were too few answers like this to count how often they are right.")
_UNCOUNTED = N_("Nobody has counted how often this model is right.")
_UNLIKE = N_("It is unlike the {count} digits that the network learned from.")
_ONE_OF_TWO = N_("It could be {first} or {second}.")
_ONE_OF_THREE = N_("It could be {first}, {second} or {third}.")
# The same said of one digit among others.
_OF_ONE_IN_MANY = {
    _UNLIKE: N_("{place} is unlike the {count} digits that the network learned from."),
    _ONE_OF_TWO: N_("{place}: it could be {first} or {second}."),
    _ONE_OF_THREE: N_("{place}: it could be {first}, {second} or {third}."),
}


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


def verdict_words(learned_from: int, reliability: Reliability | None = None) -> dict[str, Any]:
    """All that verdicts are made of, for JSON: whoever reads in another place says the same with it.

    Parameters
    ----------
    learned_from, reliability
        As of `verdict`, of the model that reads there.

    Returns
    -------
    Texts in the language that is spoken, with places for `{count}`, `{place}`, `{first}` and the like, and the
    probabilities and novelties that decide which of them is said.
    """
    count = number(learned_from)
    doubts = {"unlike": _UNLIKE, "one_of_two": _ONE_OF_TWO, "one_of_three": _ONE_OF_THREE}
    return {
        "unknown": UNKNOWN,
        "sure": SURE,
        "novel": NOVEL,
        "worth_naming": WORTH_NAMING,
        "levels": [
            {"from": least, "headline": _(words), "of_numbers": _(OF_NUMBERS[words])} for least, words in LEVELS
        ],
        "guessed": _(GUESSED),
        "no_digit": _(NO_DIGIT),
        "one_of": [_(each) for each in ONE_OF],
        "places": [{"end": _(end), "start": _(start)} for end, start in PLACES],
        "place": {"end": _("number {index}"), "start": _("Number {index}")},
        **{
            name: {
                "alone": _(text).replace("{count}", count),
                "of_many": _(_OF_ONE_IN_MANY[text]).replace("{count}", count),
            }
            for name, text in doubts.items()
        },
        "in_doubt": {
            "one": _("{count} digits, of which {place} is in doubt"),
            "many": _("{count} digits, of which {doubtful} are in doubt"),
        },
        "worth": [
            {"from": least, "alone": _worth(reliability, least), "of_least": _worth(reliability, least, "{place}")}
            for least in (reliability.edges if reliability else (0.0,))
        ],
    }


def verdict(prediction: Prediction, learned_from: int, reliability: Reliability | None = None) -> Verdict:
    """What is to be said of one digit.

    Parameters
    ----------
    learned_from
        How many digits the network learned from: `digits` of its model card.
    reliability
        How often its answers are right: `reliability` of that card.
    """
    sign, headline, reason = _told(prediction)
    if sign == UNKNOWN:
        return Verdict(sign, _(headline), _filled(_(reason), prediction, learned_from))
    return Verdict(sign, _(headline), _worth(reliability, prediction.probability))


def verdict_of_number(
    predictions: Sequence[Prediction], learned_from: int, reliability: Reliability | None = None
) -> Verdict:
    """What is to be said of all digits of a drawing; of a single one the same as `verdict`.

    Raises
    ------
    ValueError
        Without any prediction.
    """
    if not predictions:
        raise ValueError("A number has at least one digit. Received: no predictions.")
    if len(predictions) == 1:
        return verdict(predictions[0], learned_from, reliability)
    told = [_told(prediction) for prediction in predictions]
    sign = "".join(each[0] for each in told)
    doubtful = [index for index, each in enumerate(told) if each[0] == UNKNOWN]
    if not doubtful:
        least = min(range(len(told)), key=lambda index: predictions[index].probability)
        headline = _(OF_NUMBERS[told[least][1]]).format(count=number(len(told)))
        return Verdict(sign, headline, _worth(reliability, predictions[least].probability, _place(least)))
    first = doubtful[0]
    reason = _filled(_(_OF_ONE_IN_MANY[told[first][2]]), predictions[first], learned_from, _place(first, is_start=True))
    return Verdict(sign, _in_doubt(len(told), doubtful), reason)


def said_lines(predictions: Sequence[Prediction]) -> list[str]:
    """What was read, line by line; "?" for each digit that is in doubt."""
    lines = groupby(predictions, key=attrgetter("line"))
    return ["".join(_told(each)[0] for each in digits) for _line, digits in lines]


def _likely(prediction: Prediction) -> list[int]:
    """The two most probable digits, and a third if it is probable too; the smallest first."""
    order = prediction.probabilities.argsort()[::-1].tolist()
    third = [each for each in order[2:3] if prediction.probabilities[each] >= WORTH_NAMING]
    return sorted([*order[:2], *third])


def _told(prediction: Prediction) -> tuple[str, str, str]:
    """Sign, headline and, if it is in doubt, reason of one digit: in English and with nothing filled in yet."""
    if not prediction.is_digit:
        return UNKNOWN, NO_DIGIT, _UNLIKE
    if not prediction.is_sure:
        return UNKNOWN, GUESSED, _ONE_OF_TWO if len(_likely(prediction)) == 2 else _ONE_OF_THREE
    headline = next(words for least, words in LEVELS if prediction.probability >= least)
    return str(prediction.digit), headline, ""


def _worth(reliability: Reliability | None, probability: float, place: str = "") -> str:
    """How often an answer as probable as this is right, if that was counted; in a number, of the digit there."""
    if reliability is None:
        return _(_UNCOUNTED)
    told = reliability.times(probability)
    if told is None:
        return _(_TOO_FEW)
    return _(_RIGHT_OF_LEAST if place else _RIGHT).format(place=place, times=number(told[0]), of=number(told[1]))


def _filled(reason: str, prediction: Prediction, learned_from: int, place: str = "") -> str:
    """A reason with its numbers and digits."""
    digits = dict(zip(("first", "second", "third"), (_(ONE_OF[digit]) for digit in _likely(prediction)), strict=False))
    return reason.format(count=number(learned_from), place=place, **digits)


def _in_doubt(count: int, doubtful: Sequence[int]) -> str:
    """Which digits of a number are in doubt."""
    if len(doubtful) == 1:
        return _("{count} digits, of which {place} is in doubt").format(count=number(count), place=_place(doubtful[0]))
    text = _("{count} digits, of which {doubtful} are in doubt")
    return text.format(count=number(count), doubtful=number(len(doubtful)))


def _place(index: int, *, is_start: bool = False) -> str:
    """Which digit from the left it is, at the end of a sentence or at its start."""
    if index < len(PLACES):
        return _(PLACES[index][is_start])
    return (_("Number {index}") if is_start else _("number {index}")).format(index=number(index + 1))
