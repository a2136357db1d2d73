import random
import time

import numpy as np
import pytest

from mnist_core.language import spoken
from mnist_ui.figures.challenge import results
from mnist_ui.state.challenge import Attempt, Challenge, ChallengeScore
from tests.pages import as_strokes
from tests.strokes import SEVEN


@pytest.fixture
def challenge():
    challenge = Challenge()
    challenge.start(random.Random(7))
    return challenge


def test_each_digit_is_called_once(challenge):
    called = []
    while challenge.called is not None:
        called.append(challenge.called)
        challenge.note(challenge.called, 0)
    assert sorted(called) == list(range(10))
    assert challenge.is_over
    assert challenge.score() == ChallengeScore(10, 0)


def test_the_order_is_another_one_each_time():
    orders = set()
    for seed in range(20):
        challenge = Challenge()
        challenge.start(random.Random(seed))
        orders.add(tuple(challenge.order))
    assert len(orders) == 20


def test_the_paper_is_empty_for_each_digit_and_the_attempt_keeps_what_was_on_it(challenge):
    edition = challenge.sketch.edition
    challenge.sketch.update(as_strokes(SEVEN))
    attempt = challenge.note(7, 0)
    assert attempt.image is not None
    assert attempt.image.shape == (28, 28)
    assert attempt.image.max() > 200
    assert challenge.sketch.strokes == []
    assert challenge.sketch.edition > edition
    assert challenge.note(None, 0).image is None


def test_no_browser_makes_a_time_longer_than_it_was(challenge):
    challenge.called_at = time.monotonic() - 2
    assert challenge.note(1, 1500).milliseconds == 1500
    challenge.called_at = time.monotonic() - 2
    assert challenge.note(1, 10**9).milliseconds == pytest.approx(2000, abs=200)
    challenge.called_at = time.monotonic() - 2
    assert challenge.note(None).milliseconds == pytest.approx(2000, abs=200)


def play(challenge, right, milliseconds):
    """A whole challenge: so many digits read right, each in so many milliseconds."""
    challenge.start()
    for index in range(10):
        challenge.called_at = time.monotonic() - 100
        challenge.note(challenge.called if index < right else None, milliseconds)


def test_more_right_digits_are_better_and_then_less_time():
    challenge = Challenge()
    play(challenge, 8, 2000)
    assert challenge.best == ChallengeScore(8, -20_000)
    assert not challenge.is_best  # the first one is no record
    play(challenge, 8, 1500)
    assert challenge.is_best
    play(challenge, 7, 100)
    assert not challenge.is_best
    play(challenge, 9, 9000)
    assert challenge.is_best
    assert (challenge.best.right, challenge.best.seconds) == (9, 90.0)


def test_who_leaves_keeps_the_best_score(challenge):
    play(challenge, 3, 10)
    challenge.leave()
    assert challenge.called is None
    assert not challenge.is_over
    assert challenge.best == ChallengeScore(3, -100)


def test_a_challenge_that_is_over_takes_no_more(challenge):
    play(challenge, 1, 10)
    with pytest.raises(ValueError, match="Start the challenge"):
        challenge.note(1, 1)


def test_results_tell_right_from_wrong_in_words_too():
    image = np.full((28, 28), 200, np.uint8)
    html = results([Attempt(4, 4, 1234, image), Attempt(1, 7, 900, image), Attempt(2, None, 5, None)])
    assert html.count('class="is-right"') == 1
    assert html.count('class="is-wrong"') == 2
    for said in ("read right", "1.2 s", "read as 7", "not drawn"):
        assert said in html
    assert html.count("<img") == 2


def test_seconds_are_written_as_the_language_does():
    with spoken("de"):
        assert "1,2" in results([Attempt(4, 4, 1234)])
