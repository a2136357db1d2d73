"""What a visitor says of digits, and who the visitor is, without a page."""

import contextlib

import numpy as np
import pytest

from mnist_core import Drawing
from mnist_core.collection import Filter, open_collection
from mnist_core.errors import CollectionError, LimitError
from mnist_core.owners import new_token
from mnist_core.teaching.lesson import MOST_CORRECTIONS
from mnist_core.types import Prediction
from mnist_ui.figures.answer import before_and_after
from mnist_ui.state.answers import MOST_A_MINUTE, TOO_OFTEN, Answers
from mnist_ui.state.limits import DAY_S, OF_CLIENT, Limit
from mnist_ui.state.visitor import Visitor, is_kept
from tests.strokes import DIGITS

TOKEN, NAME = "0123456789abcdef" * 2, "taught-" + "0123456789abcdef" * 2
KEPT = {"token": TOKEN, "keeps": True, "taught": NAME, "uses": True}


def read_as(digit, probability=0.99, novelty=0.1):
    probabilities = np.full(10, (1 - probability) / 9, np.float32)
    probabilities[digit] = probability
    return Prediction(probabilities, novelty)


def drawing(digit, left=0.0):
    return Drawing.from_strokes([[(x * (1 - left), y) for x, y in stroke] for stroke in DIGITS[digit]])


def test_an_answer_belongs_to_its_digit():
    answers = Answers()
    answers.say(drawing(7), read_as(7), 1, "default", can_keep=True)
    answers.say(drawing(3), read_as(3), 3, "default", can_keep=True)
    answers.say(drawing(7), read_as(7), 7, "default", can_keep=True)
    assert [(each.label, each.is_right) for each in answers.said.values()] == [(7, True), (3, True)]
    assert not answers.can_teach
    answers.say(drawing(4), read_as(4, probability=0.5), 4, "default", can_keep=True)
    assert answers.wrong == 1  # a guess is no right reading
    assert answers.can_teach
    lesson = answers.lesson()
    assert lesson.labels.tolist() == [4, 3, 7]
    assert lesson.images.shape == (3, 28, 28)


def test_no_more_is_held_than_a_lesson_takes():
    answers = Answers()
    for number in range(MOST_CORRECTIONS + 5):
        answers.say(drawing(2, number / 1000), read_as(2), 2, "default", can_keep=False)
    assert len(answers.said) == MOST_CORRECTIONS
    assert len(answers.lesson()) == MOST_CORRECTIONS


def test_pictures_and_examples_are_never_kept(fresh_home):
    answers, owner = Answers(), new_token()
    picture = Drawing.from_pixels(np.pad(np.full((40, 8), 255, np.uint8), 20))
    answers.say(picture, read_as(1), 7, "default", can_keep=True)
    answers.say(drawing(5), read_as(5), 6, "default", can_keep=False)
    answers.keep_all(open_collection, owner)
    for said in list(answers.said.values()):
        answers.keep(open_collection, owner, 7, said.image)
    assert open_collection().drawings.count() == 0
    assert list(answers.own()) == []
    assert answers.wrong == 2


def test_what_was_kept_is_restored_and_still_the_same_entry(fresh_home):
    answers, owner = Answers(), new_token()
    answers.say(drawing(9), read_as(4), 9, NAME, can_keep=True)
    answers.keep_all(open_collection, owner)
    later = Answers()
    later.restore(open_collection().drawings.entries(Filter(owner=owner)))
    later.say(drawing(9), read_as(4), 4, "default", can_keep=True)
    image = next(iter(later.said.values())).image
    later.keep(open_collection, owner, 4, image)
    entry = open_collection().drawings.entries(Filter(owner=owner))
    assert [(each.label, each.model) for each in entry] == [(4, "taught")]
    with pytest.raises(CollectionError, match="somebody else's"):
        later.keep(open_collection, new_token(), 1, image)


def test_more_than_a_person_can_mean_is_refused(fresh_home):
    now = [0.0]
    answers, owner = Answers(stored=Limit(MOST_A_MINUTE, refusal=TOO_OFTEN, clock=lambda: now[0])), new_token()
    answers.say(drawing(0), read_as(0), 0, "default", can_keep=True)
    image = next(iter(answers.said.values())).image
    for number in range(MOST_A_MINUTE):
        answers.keep(open_collection, owner, number % 10, image)
    with pytest.raises(LimitError, match=f"At most {MOST_A_MINUTE}"):
        answers.keep(open_collection, owner, 1, image)
    now[0] += 61
    answers.keep(open_collection, owner, 1, image)


def test_one_client_keeps_so_many_under_whatever_tokens(fresh_home, monkeypatch):
    who = ["192.0.2.1"]
    limit = Limit(5, DAY_S, OF_CLIENT, of=lambda: who[0], clock=lambda: 0.0)
    monkeypatch.setattr("mnist_ui.state.answers.stored_of_client", limit)
    for _ in range(2):
        answers = Answers()
        for digit in range(4):
            answers.say(drawing(digit), read_as(digit), digit, "default", can_keep=True)
        with contextlib.suppress(LimitError):
            answers.keep_all(open_collection, new_token())
    assert open_collection().drawings.count() == 5
    with pytest.raises(LimitError, match="done as often as it may be: 5 times within a day"):
        answers.keep_all(open_collection, new_token())
    who[0] = "192.0.2.2"
    answers.keep_all(open_collection, new_token())
    assert open_collection().drawings.count() == 8
    answers.keep_all(open_collection, new_token())  # all of them are there
    assert open_collection().drawings.count() == 8


def test_a_visitor_is_who_the_browser_says():
    visitor = Visitor()
    assert visitor.kept() is None
    assert visitor.take(KEPT)
    assert visitor.kept() == KEPT
    visitor.forget()
    assert visitor.token != TOKEN
    assert visitor.kept() is None
    assert visitor.edition == 1


@pytest.mark.parametrize("marks", [{}, {"member": True}, {"owner": True}, {"member": True, "owner": True}])
def test_the_browser_keeps_who_made_something_and_who_draws_in_a_class(marks):
    nothing = {"token": TOKEN, "keeps": None, "taught": "", "uses": False}
    visitor = Visitor()
    assert visitor.take(nothing | marks)
    assert (visitor.is_member, visitor.is_owner) == ("member" in marks, "owner" in marks)
    assert visitor.kept() == (nothing | marks if marks else None)
    assert visitor.take(nothing)
    assert (visitor.is_member, visitor.is_owner) == (False, False)


def test_who_made_something_is_known_by_the_same_token_until_all_is_forgotten():
    visitor = Visitor()
    visitor.change(is_owner=True)
    kept = visitor.kept()
    assert kept == {"token": visitor.token, "keeps": None, "taught": "", "uses": False, "owner": True}
    again = Visitor()
    assert again.take(kept)
    assert (again.token, again.is_owner) == (visitor.token, True)
    assert again.take(None)  # another tab has made the browser forget
    visitor.forget()
    for each in (visitor, again):
        assert not each.is_owner
        assert each.token != kept["token"]
        assert each.kept() is None


@pytest.mark.parametrize(
    "crafted",
    [
        "nonsense",
        [],
        {},
        KEPT | {"token": "../../etc/passwd"},
        KEPT | {"token": TOKEN.upper()},
        KEPT | {"token": TOKEN + "\n"},
        KEPT | {"token": 7},
        KEPT | {"keeps": "yes"},
        KEPT | {"taught": "default"},
        KEPT | {"taught": "taught-../../models/default"},
        KEPT | {"taught": None},
        KEPT | {"uses": 1},
        KEPT | {"owner": False},
        KEPT | {"owner": 1},
        KEPT | {"owner": "0" * 64},
        KEPT | {"member": None},
        KEPT | {"more": "x" * 1_000_000},
        {"token": TOKEN},
    ],
)
def test_a_crafted_message_is_refused(crafted):
    visitor = Visitor()
    before = visitor.token
    assert not is_kept(crafted)
    assert not visitor.take(crafted)
    assert (visitor.token, visitor.keeps, visitor.taught, visitor.is_met) == (before, None, "", False)


def test_before_and_after_show_both_readings():
    shown = before_and_after(read_as(7), read_as(1, probability=0.5), 60_000)
    assert shown.index('data-sign="7"') < shown.index('data-sign="?"')
    assert shown.count('class="bars"') == 2
