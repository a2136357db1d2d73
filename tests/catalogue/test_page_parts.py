"""Overview, Odd ones out, Wrong labels?, the quiz and Shape of the data, on the digits that came with the app."""

import json
import sys
import time
from unittest import mock

import numpy as np
import pytest

from mnist_core import jobs, load_dataset, paths
from mnist_core.datasets import DATASETS
from mnist_core.datasets.finding import FETCH
from mnist_core.foreign import JOINER, in_markdown
from mnist_core.jobs import processes
from mnist_core.labels import check as label_check
from mnist_core.labels.check import Made
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import compute_readings
from mnist_core.store import keep, of_dataset, of_images
from mnist_core.survey import anomalies, components
from mnist_ui import resources
from mnist_ui.address import PART
from tests.pages import html, with_drawing
from tests.strokes import SEVEN

PAGE = "pages/explore.py"
TRAINING = 1438
PARTS = ["Overview", "Browse", "Odd ones out", "Wrong labels?", "Shape of the data", "Your own"]
QUIZ = "quiz"
# A worker has to fail twice, and sessions share what they see for a moment.
FAILS_WITHIN_S = 30
FAILING = (sys.executable, "-c", "raise SystemExit('no space left')")
# Test images whose labels the made-up check doubts, the worst first; as many as make one full round and a short one.
SUSPECTS = [TRAINING + number for number in (7, 3, 11, 20, 31, 40, 55, 60, 71, 82, 93, 104)]


@pytest.fixture
def digits():
    return load_dataset("uci-digits")


@pytest.fixture
def page(app, shared_home, fresh_home, idle_workers, unremembered):
    """The page on a machine with nothing but the app on it, as it is opened after the first one.

    What is made of the images alone is the same for all tests.
    """
    fresh_home.mkdir()
    (shared_home / "cache").mkdir(exist_ok=True)
    (fresh_home / "cache").symlink_to(shared_home / "cache")
    app.run()
    return app.switch_page(PAGE)


@pytest.fixture
def surveyed(page, digits):
    """What a survey finds out, made up: the images with the highest numbers are the oddest."""
    rng = np.random.default_rng(0)
    scores = np.arange(len(digits), dtype=np.float32)
    arrays = {"pca": scores, "forest": scores[::-1].copy(), "thresholds": np.full((2, 10), 1500, np.float32)}
    keep(anomalies.Anomalies, of_dataset(anomalies.Anomalies, digits), digits, of_images(digits), arrays)
    axes = np.linalg.qr(rng.normal(size=(784, 200)))[0].T.astype(np.float32)
    ratios = np.full(784, 1 / 784, np.float32)
    arrays = {"mean": np.full(784, 0.2, np.float32), "axes": np.ascontiguousarray(axes), "ratios": ratios}
    return keep(components.Components, of_dataset(components.Components, digits), digits, of_images(digits), arrays)


@pytest.fixture
def checked(page, digits):
    """What a check of the labels finds out, made up: of each suspect it says the next digit."""
    is_suspect = np.zeros(len(digits), bool)
    is_suspect[SUSPECTS] = True
    given = np.full(len(digits), 0.99, np.float32)
    given[SUSPECTS] = np.linspace(0.01, 0.2, len(SUSPECTS))
    arrays = {
        "suggested": np.where(is_suspect, (digits.labels + 1) % 10, digits.labels).astype(np.uint8),
        "given_probability": given,
        "suggested_probability": np.where(is_suspect, 0.8, given).astype(np.float32),
        "is_suspect": is_suspect,
    }
    made = {"folds": 5, "epochs": 1, "seed": 0, "network": "quick", "accuracy": 0.98, "test_accuracy": 0.97}
    assert Made(**made)
    folder = of_dataset(label_check.LabelCheck, digits)
    return keep(label_check.LabelCheck, folder, digits, of_images(digits), arrays, made=made)


def open_part(page, part):
    page.query_params[PART] = part
    return page.run()


def group(page, label):
    return next(each for each in page.get("button_group") if each.label == label)


def button(page, label):
    return next(each for each in page.button if each.label == label)


def labels_of(page):
    return [each.label for each in page.button]


def headings(page):
    return [each.value for each in page.header]


def gallery(page):
    return json.loads(page.get("bidi_component")[0].proto.json)[0]


def text(page):
    kinds = (page.markdown, page.caption, page.info, page.warning, page.success)
    return " ".join(each.value for kind in kinds for each in kind)


def has(monkeypatch, name, dataset):
    """Have a dataset on this machine: its file, with nothing in it, and what is read from that."""
    path = paths.downloads_folder() / DATASETS[name].archive.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    load = resources.dataset
    monkeypatch.setattr(resources, "dataset", lambda each: dataset if each == name else load(each))


def fine(page):
    assert not page.exception
    assert not page.error, [each.value for each in page.error]
    return page


# Overview


def test_a_first_visit_shows_what_there_is(page):
    fine(page.run())
    assert group(page, "What to look at").options == PARTS
    assert group(page, "What to look at").value == "Overview"
    assert "has 1,797 images of handwritten digits: 1,438 for training and 359 for testing." in text(page)
    assert html(page).count('alt="the average (Coarse scans) ') == 10
    assert len(page.get("plotly_chart")) == 3
    assert gallery(page)["captions"] == [str(digit) for digit in range(10)]


def test_with_one_dataset_there_is_nothing_to_compare_with(page):
    with mock.patch.dict(DATASETS):  # monkeypatch would put them back in another order
        for name in DATASETS.keys() - {"uci-digits"}:
            del DATASETS[name]
        assert "Compare with" not in [each.label for each in fine(page.run()).get("button_group")]


def test_two_datasets_are_compared(page, monkeypatch, digits):
    other = type(digits)("pen-digits", digits.images[::2], digits.labels[::2], {"train": slice(0, 899)}, "", "")
    has(monkeypatch, "pen-digits", other)
    page.run()
    page.query_params["dataset"] = "uci-digits"
    group(page.run(), "Compare with").set_value("pen-digits").run()
    fine(page)
    assert "“Coarse scans” has 1,797 images, 2.0 times as many as “Pen strokes” (899)." in text(page)
    assert html(page).count('alt="the average (Pen strokes) ') == 10
    assert len(page.get("plotly_chart")) == 6


def test_an_address_with_a_question_but_no_part_means_browsing(page):
    page.query_params["labels"] = "4"
    fine(page.run())
    assert group(page, "What to look at").value == "Browse"
    assert "**181** images" in text(page)


# Odd ones out


def test_without_a_survey_it_is_begun_and_said(page, digits):
    fine(open_part(page, "Odd ones out"))
    assert "looked over" in text(page)
    assert [job.settings["dataset"] for job in jobs.all_jobs() if job.kind == "survey"] == [digits.name]


def test_a_survey_that_fails_says_why_and_can_be_tried_again(page, monkeypatch):
    idle = processes.COMMAND
    monkeypatch.setattr(processes, "COMMAND", FAILING)
    open_part(page, "Odd ones out")
    deadline = time.monotonic() + FAILS_WITHIN_S
    while time.monotonic() < deadline:
        if page.run().warning:
            break
    assert not page.exception
    assert "did not work" in page.warning[0].value
    monkeypatch.setattr(processes, "COMMAND", idle)
    button(page, "Try again").click().run()
    assert "looked over" in text(fine(page))


def test_the_oddest_come_first_and_the_threshold_moves(page, surveyed, digits):
    fine(open_part(page, "Odd ones out"))
    group(page, "Which digit").set_value("4").run()
    fours = np.flatnonzero(digits.labels == 4)
    assert f"**{(fours > 1500).sum()}** of 181 images are above it" in text(page)
    assert gallery(page)["spoken"][0].startswith(f"Test image {fours[-1] - TRAINING}: labelled 4")
    page.slider[0].set_value(page.slider[0].max).run()
    assert "**0** of 181 images" in text(fine(page))
    assert not page.get("bidi_component")


def test_the_networks_doubt_waits_until_it_has_read_them(page, surveyed, digits):
    open_part(page, "Odd ones out")
    group(page, "How to find them").set_value("novelty").run()
    assert "has to wait, because" in text(fine(page))
    found = compute_readings(SHIPPED, digits)
    page.run()
    assert f"**{(found.novelty > 0.5).sum():,}** of 1,797 images" in text(fine(page))
    group(page, "How to find them").set_value("agreement").run()
    assert "of 1,797 images" in text(fine(page))


# Wrong labels?


def test_without_a_check_it_is_offered(page, digits):
    fine(open_part(page, "Wrong labels?"))
    assert "may be wrong" in text(page)
    button(page, "Check the labels").click().run()
    fine(page)
    assert [job.settings["dataset"] for job in jobs.all_jobs() if job.kind == "labels"] == [digits.name]
    assert "Stop" in labels_of(page)


def test_suspects_are_shown_worst_first_with_both_probabilities(page, checked, digits):
    fine(open_part(page, "Wrong labels?"))
    assert "Of 359 images, **12** are read as something else" in text(page)
    label = digits.labels[SUSPECTS[0]]
    assert gallery(page)["captions"][0] == f"{label} → {(label + 1) % 10}  80 %"
    rows = page.dataframe[0].value
    assert rows["image"].tolist() == [f"test-{index - TRAINING}" for index in SUSPECTS]
    assert rows["label"].tolist() == digits.labels[SUSPECTS].tolist()
    assert rows["its probability"].tolist() == pytest.approx(np.linspace(0.01, 0.2, 12).tolist())
    assert "published" not in text(page)


def test_a_split_without_suspects_says_so(page, checked):
    open_part(page, "Wrong labels?")
    group(page, "Which images").set_value("train").run()
    assert "Not one label is in doubt" in text(fine(page))


# A finding is a link


@pytest.mark.parametrize(
    ("part", "choices"),
    [
        ("Odd ones out", {"How to find them": ("method", "forest"), "Which digit": ("digit", "4")}),
        ("Wrong labels?", {"Which images": ("among", "train"), "How to look at them": ("as", "quiz")}),
        ("Shape of the data", {"Which one": ("rebuilt", "3")}),
    ],
)
def test_what_is_chosen_in_a_part_is_in_the_address_and_the_address_alone_shows_it(
    page, surveyed, checked, part, choices
):
    fine(open_part(page, part))
    for label, (name, value) in choices.items():
        group(page, label).set_value(value).run()
        assert page.query_params[name] == value
    fine(page)
    # Of what is at first nothing is in the address.
    page.query_params.clear()
    page.query_params.update({"part": part})
    fine(page.run())
    before = {label: group(page, label).value for label in choices}
    assert all(before[label] != value for label, (_, value) in choices.items())
    page.query_params.update(dict(choices.values()))
    fine(page.run())
    assert {label: group(page, label).value for label in choices} == {k: value for k, (_, value) in choices.items()}


def test_a_threshold_is_in_the_address_until_something_else_is_measured(page, surveyed):
    fine(open_part(page, "Odd ones out"))
    page.slider[0].set_value(0.5).run()
    assert page.query_params["above"] == "0.5"
    assert fine(page).slider[0].value == 0.5
    group(page, "How to find them").set_value("forest").run()
    assert "above" not in page.query_params
    assert fine(page).slider[0].value == 1


def test_nonsense_in_a_parts_address_is_said_and_left_out(page, surveyed, checked):
    nonsense = {"digit": "12", "method": "<b>", "above": "nan", "with": "moon", "among": "all", "as": "x" * 999}
    for part in PARTS:
        page.query_params.clear()
        page.query_params.update({"part": part, **nonsense, "rebuilt": "x", "components": "1e999", "list-page": "-1"})
        fine(page.run())
    for name, value, shown in (("above", "-inf", "min"), ("above", "1e999", "max"), ("components", "9" * 30, "max")):
        page.query_params.clear()
        page.query_params.update({"part": PARTS[2] if name == "above" else PARTS[4], name: value})
        fine(page.run())
        assert page.slider[0].value == getattr(page.slider[0], shown)
    page.query_params.clear()
    page.query_params.update({"part": "Odd ones out", "digit": "12", "above": "nan"})
    page.run()
    assert "“12” is no answer to “Which digit”" in text(page)
    assert "“nan” is no answer to" in text(page)


def test_an_address_puts_no_link_of_its_own_on_the_page(page):
    link = "[Win](https://example.org)"
    page.query_params.update({"part": "Browse", "dataset": link, "labels": link, "sort": link})
    fine(page.run())
    open_part(page, "Overview")
    assert in_markdown(link).strip(JOINER) in text(page)
    assert link not in text(page)


# The quiz


@pytest.fixture
def quiz(page, checked):
    open_part(page, "Wrong labels?")
    group(page, "How to look at them").set_value(QUIZ).run()
    return fine(page)


def say(quiz, sign):
    button(quiz, sign if len(sign) > 1 else f"**{sign}**").click().run()
    return fine(quiz)


def go_on(quiz):
    next(each for each in quiz.button if each.key == "quiz-next").click().run()
    return fine(quiz)


def test_a_question_says_nothing_of_its_answer(quiz):
    assert [f"**{digit}**" for digit in range(10)] == [each for each in labels_of(quiz) if each.startswith("**")]
    assert "verdicts" not in html(quiz)
    assert "Test image" not in html(quiz) + text(quiz)
    assert "agreed" not in text(quiz)


def test_an_answer_tells_what_everybody_says(quiz, digits):
    label = str(digits.labels[SUSPECTS[0]])
    say(quiz, label)
    assert html(quiz).count('class="agrees"') == 2
    assert "You agree with the dataset" in text(quiz)
    assert "the dataset **once**, with the model **0 times**" in text(quiz)
    assert "**1**" not in labels_of(quiz)


def test_the_quiz_goes_on_where_it_was_after_a_visit_to_another_page(quiz):
    say(quiz, "I cannot tell")
    assert "Perhaps nobody can tell" in text(quiz)
    go_on(quiz)
    assert "**2 of 10**" in text(quiz)
    quiz.switch_page("pages/model.py").run()
    quiz.switch_page(PAGE).run()
    assert "**2 of 10**" in text(fine(quiz))


def test_a_round_ends_with_how_it_went_and_another_one(quiz, digits):
    label = digits.labels[SUSPECTS]
    for number in range(10):
        # The first three as the dataset says, the next five as the model says, the others as neither.
        away = 0 if number < 3 else 1 if number < 8 else 2
        say(quiz, str((int(label[number]) + away) % 10))
        go_on(quiz)
    assert "Of 10 doubtful images you agreed with the dataset **3 times**, with the model **5 times**" in text(quiz)
    assert "with neither **2 times**" in text(quiz)
    assert gallery(quiz)["captions"][3] == f"{label[3]} · {(label[3] + 1) % 10} · {(label[3] + 1) % 10}"
    button(quiz, "10 more").click().run()
    assert "**1 of 2**" in text(fine(quiz))
    for _ in range(2):
        say(quiz, "I cannot tell")
        go_on(quiz)
    assert "10 more" not in labels_of(quiz)
    button(quiz, "Start again").click().run()
    assert "**1 of 10**" in text(fine(quiz))
    assert "verdicts" not in html(quiz)


# Shape of the data


def test_components_are_shown_and_a_digit_is_rebuilt(page, surveyed):
    fine(open_part(page, "Shape of the data"))
    assert headings(page) == ["How many numbers does a digit need?", "The first components", "Rebuild a digit"]
    assert "706 for 90 %, 745 for 95 %, 777 for 99 %" in text(page)
    before = html(page)
    page.slider[0].set_value(0).run()
    assert "From the average alone" in text(fine(page))
    assert html(page) != before
    page.slider[0].set_value(1).run()
    assert "From 1 component, which" in text(fine(page))


def test_the_visitors_own_drawing_can_be_rebuilt(page, surveyed):
    with_drawing(page, SEVEN)
    fine(open_part(page, "Shape of the data"))
    assert group(page, "Which one").value == "My drawing"
    own = html(page)
    group(page, "Which one").set_value("3").run()
    assert html(fine(page)) != own


def test_without_a_survey_the_shape_waits_for_it(page):
    fine(open_part(page, "Shape of the data"))
    assert "looked over" in text(page)
    assert headings(page) == []


# With no MNIST at hand


def test_mnist_is_offered_fetched_and_there_without_a_restart(page, monkeypatch, digits):
    fine(page.run())
    assert "70,000 scanned digits" in text(page)
    button(page, "Get MNIST (11 MB)").click().run()
    assert FETCH.job("mnist").is_active
    assert "is fetched and checked" in text(fine(page))
    assert "Get MNIST (11 MB)" not in labels_of(page)
    assert "has 1,797 images" in text(page)
    fetched = type(digits)("mnist", digits.images[:99], digits.labels[:99], {"train": slice(0, 99)}, "", "")
    has(monkeypatch, "mnist", fetched)
    page.run()
    assert "“MNIST scans” has 99 images" in text(fine(page))
    assert "is fetched and checked" not in text(page)


def test_without_a_network_it_says_so_and_can_be_tried_again(page, monkeypatch):
    assert not DATASETS["mnist"].is_here
    page.run()
    idle = processes.COMMAND
    monkeypatch.setattr(processes, "COMMAND", FAILING)
    button(page, "Get MNIST (11 MB)").click().run()
    deadline = time.monotonic() + FAILS_WITHIN_S
    while time.monotonic() < deadline:
        if page.run().warning:
            break
    assert "could not be fetched" in page.warning[0].value
    assert FETCH.job("mnist").error in page.code[0].value
    button(page, "Try again").click()
    monkeypatch.setattr(processes, "COMMAND", idle)
    page.run()
    assert "is fetched and checked" in text(page)
    assert not page.warning
    assert "has 1,797 images" in text(page)
    assert not page.exception
