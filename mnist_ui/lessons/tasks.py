"""Tasks that check themselves: each looks at what really happened in this session, and says so."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mnist_core.errors import DrawingError, MnistError
from mnist_core.language import gettext as _
from mnist_core.language import number, percent
from mnist_core.model.bundle import base_of, model_folder, model_names, read_card
from mnist_core.model.card import ModelCard
from mnist_core.model.doubt import UNKNOWN, verdict
from mnist_core.model.library import model_owner
from mnist_core.types import Drawing
from mnist_ui import resources
from mnist_ui.evaluate.robustness import readings_around
from mnist_ui.explore.quiz import UNSURE
from mnist_ui.state import paper, people, reader
from mnist_ui.state.quiz import quiz_on

# Model cards name their scores by dataset; tasks are about this one.
SCORED = "mnist"
QUIZ = "mnist-test"


@dataclass(frozen=True)
class Outcome:
    """What has become of a task.

    Attributes
    ----------
    is_done
        Whether it is done.
    words
        What was found, as Markdown.
    """

    is_done: bool
    words: str


Settings = Mapping[str, Any]


def outcome(task: Settings) -> Outcome:
    """What has become of a task by now.

    Raises
    ------
    MnistError
        If what it looks at is damaged or gone.
    """
    return KINDS[task["kind"]](task)


def _read(task: Settings) -> Outcome:
    """The drawing is read: as so many digits, as a number, or as no digit."""
    sign = _sign(_drawing())
    if not sign:
        return Outcome(False, _nothing_drawn())
    wanted = str(task.get("sign", ""))
    is_done = sign == wanted if wanted else UNKNOWN not in sign and len(sign) == task.get("digits", 1)
    return Outcome(is_done, _("It reads **{sign}**.").format(sign=sign))


def _stroke(_task: Settings) -> Outcome:
    """The last stroke alone has changed the answer."""
    drawing = _drawing()
    if drawing is None:
        return Outcome(False, _nothing_drawn())
    if len(drawing.strokes) < 2:
        return Outcome(False, _("There is one stroke so far. Add another one."))
    before = _sign(replace(drawing, strokes=drawing.strokes[:-1]))
    after = _sign(drawing)
    is_done = before != after and UNKNOWN not in before + after and len(before) == len(after) == 1
    text = _("Without your last stroke it reads **{before}**, with it **{after}**.")
    return Outcome(is_done, text.format(before=before, after=after))


def _said(task: Settings) -> Outcome:
    """The visitor has said of drawings what they are, and of some that they were misread."""
    answers = people.answers().said.values()
    fitting = [each for each in answers if each.label == task.get("label", each.label)]
    if task.get("read") is not None:
        fitting = [each for each in fitting if each.digit == task["read"]]
    elif task.get("wrong"):
        fitting = [each for each in fitting if not each.is_right]
    wanted = task.get("count", 1)
    text = _("There are {count} such drawings so far, of {wanted}.")
    return Outcome(len(fitting) >= wanted, text.format(count=len(fitting), wanted=wanted))


def _quiz(task: Settings) -> Outcome:
    """The visitor has judged doubtful labels, and some otherwise than the dataset."""
    said = {index: digit for index, digit in quiz_on(QUIZ).said.items() if digit != UNSURE}
    against = 0
    if said:
        labels = resources.dataset(SCORED).labels
        against = sum(int(labels[index]) != digit for index, digit in said.items())
    is_done = len(said) >= task.get("count", 1) and against >= task.get("against", 0)
    text = _("You have judged {count} of {wanted} digits, and {against} of them otherwise than the label.")
    return Outcome(is_done, text.format(count=len(said), wanted=task.get("count", 1), against=against))


def _changed(_task: Settings) -> Outcome:
    """The dials of the page Evaluate have changed the answer."""
    if _drawing() is None:
        return Outcome(False, _nothing_drawn())
    before, after = readings_around(reader.model_name())
    text = _("Unchanged it reads **{before}**, changed **{after}**.")
    return Outcome(before != after and UNKNOWN not in before + after, text.format(before=before, after=after))


def _taught(task: Settings) -> Outcome:
    """What was taught reads more of the visitor's drawings, and misreads no more of the test digits than so many."""
    trial = people.trial()
    name = trial.name if trial else people.visitor().taught
    answers = [each for each in people.answers().said.values() if each.label is not None]
    if not name or not answers:
        return Outcome(False, _("You have taught it nothing yet in this visit."))
    images = np.stack([each.image for each in answers])
    labels = np.array([each.label for each in answers])
    base = base_of(name)
    before, after = (int((_recognized(each, images) == labels).sum()) for each in (base, name))
    tests = str(read_card(model_folder(name)).taught["dataset"])
    lost = _errors(name, tests) - _errors(base, tests)
    text = _(
        "Of your {count} drawings it read **{before}** right, and now reads **{after}**. On the test digits it makes "
        "{lost} mistakes more than before."
    )
    words = text.format(count=len(labels), before=before, after=after, lost=number(max(lost, 0)))
    return Outcome(after > before and lost <= task.get("most_lost", 5), words)


def _trained(task: Settings) -> Outcome:
    """A network of the visitor's own is good enough, and small enough."""
    cards = [card for card in _own_cards() if SCORED in card.scores]
    small = [card for card in cards if card.parameters < task.get("weights", np.inf)]
    if not cards:
        return Outcome(False, _("There is no network of yours yet that has learned."))
    best = max(small or cards, key=lambda card: card.scores[SCORED].accuracy)
    text = _("Your best so far reads **{accuracy}** with {weights} weights.")
    words = text.format(accuracy=percent(best.scores[SCORED].accuracy, 2), weights=number(best.parameters))
    return Outcome(bool(small) and best.scores[SCORED].accuracy > task["accuracy"], words)


KINDS: Mapping[str, Callable[[Settings], Outcome]] = {
    "read": _read,
    "stroke": _stroke,
    "said": _said,
    "quiz": _quiz,
    "changed": _changed,
    "taught": _taught,
    "trained": _trained,
}
"""What a step may have checked; docs/build/extending.md has their settings."""


def _drawing() -> Drawing | None:
    """What the visitor has drawn; None for nothing that can be read."""
    with suppress(DrawingError):
        return paper.sketch().drawing()
    return None


def _nothing_drawn() -> str:
    """Where to begin."""
    return _("Nothing is drawn yet.")


def _sign(drawing: Drawing | None) -> str:
    """What the visitor's model reads in a drawing, "?" for each digit that is in doubt; empty for nothing."""
    if drawing is None:
        return ""
    recognizer, card = resources.model(reader.model_name())
    return "".join(verdict(each, card.digits).sign for each in recognizer.read(drawing))


def _recognized(model: str, images: np.ndarray) -> np.ndarray:
    """The digit that a model finds most probable in each image."""
    return resources.model(model)[0].readings(images).digits


def _errors(model: str, dataset: str) -> int:
    """How many test digits of a dataset a model misreads."""
    evaluation = resources.evaluation(model, dataset)
    return evaluation.accuracy.errors if evaluation else 0


def _own_cards() -> list[ModelCard]:
    """The cards of the models that are the visitor's own."""
    cards = []
    for name in model_names():
        with suppress(MnistError):
            if people.is_mine(model_owner(name)):
                cards.append(read_card(model_folder(name)))
    return cards
