"""The Evaluate page as Streamlit runs it."""

import json
import shutil

import numpy as np
import pytest

from mnist_core import language, load_dataset, paths
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings import writers
from mnist_core.readings.confusions import in_cell, most_confused, refusing
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.readings.writers import by_writer, worst_first
from mnist_ui import resources
from mnist_ui.address import PART
from tests.pages import html

PAGE = "pages/evaluate.py"
PARTS = [
    "What it confuses",
    "Digit by digit",
    "Mistakes",
    "By writer",
    "How sure",
    "How robust",
    "How it learned",
    "Two models",
    "Size and speed",
]


@pytest.fixture
def bare(fresh_home, unremembered):
    """A machine with nothing but the app on it, and nothing known from before."""
    return fresh_home


@pytest.fixture
def page(app, bare, idle_workers):
    """The page as it is opened after the first one."""
    app.run()
    return app.switch_page(PAGE)


def parts(page):
    return next(each for each in page.get("button_group") if each.label == "What to look at")


def select(page, label):
    return next(each for each in page.selectbox if each.label == label)


def images(page):
    return select(page, "Images that it has not learned from")


def text(page):
    return " ".join(each.value for kind in (page.markdown, page.caption, page.info) for each in kind)


# The shipped model's stored results


def test_a_first_visit_says_how_good_it_is_without_any_dataset(page):
    page.run()
    assert not page.exception
    assert not page.error
    known = stored_evaluation(SHIPPED, "mnist")
    assert f"<dd>{known.accuracy.errors} of 10,000</dd>" in html(page)
    assert f"<dd>{100 * known.accuracy.accuracy:.2f} %</dd>" in html(page)
    assert f"{100 * known.accuracy.low:.2f} % and" in text(page)
    assert images(page).options[:3] == ["MNIST test digits", "Pen strokes", "Coarse scans"]
    assert parts(page).options == PARTS


def test_without_pictures_it_says_so_and_lists_what_is_known(page):
    page.run()
    known = stored_evaluation(SHIPPED, "mnist")
    label, read = most_confused(known)
    assert "pictures are not on this machine" in text(page)
    assert f"{known.confusion[label, read]} of the {label}s were read as {read}" in text(page)
    assert page.dataframe[0].value["image"].tolist() == in_cell(known, label, read).tolist()
    parts(page).set_value("Mistakes").run()
    assert not page.exception
    assert "pictures are not on this machine" in text(page)
    rows = page.dataframe[0].value
    assert len(rows) == min(36, known.accuracy.errors)
    assert (rows["true digit"] != rows["read as"]).all()


def test_each_part_of_the_page_can_be_shown(page):
    page.run()
    images(page).select("uci-digits").run()
    for part in PARTS:
        parts(page).set_value(part).run()
        assert not page.exception, part
        assert not page.error, part


@pytest.mark.parametrize("part", ["", "nonsense", "x" * 5000])
def test_an_address_with_no_such_part_shows_the_first(page, part):
    page.query_params[PART] = part
    page.run()
    assert not page.exception
    assert select(page, "True digit")


# With pictures


@pytest.fixture
def coarse(page):
    """The page on the digits that came with the app, and what the shipped model makes of them."""
    page.run()
    images(page).select("uci-digits").run()
    return page, resources.evaluation(SHIPPED, "uci-digits")


def test_the_images_of_a_cell_are_shown_worst_first(coarse):
    page, known = coarse
    select(page, "True digit").select(1)
    select(page, "Read as").select(1).run()
    assert not page.exception
    wanted = in_cell(known, 1, 1)[:60].tolist()
    shown = json.loads(page.get("bidi_component")[0].proto.json)[0]
    assert [said.split(":")[0] for said in shown["spoken"]] == [f"Test image {index}" for index in wanted]
    assert set(shown["marks"]) == {"right"}


def test_mistakes_are_grouped_and_can_be_guessed_first(coarse):
    page, known = coarse
    parts(page).set_value("Mistakes").run()
    assert html(page).count("data-index") == min(36, known.accuracy.errors)
    assert "True digit" in html(page)
    assert "details" not in html(page)
    page.toggle[0].set_value(True).run()
    assert html(page).count("<details>") == html(page).count("data-index")


def test_refusing_is_said_in_numbers(coarse):
    page, known = coarse
    parts(page).set_value("How sure").run()
    page.slider[0].set_value(10).run()
    left = refusing(known, 0.1)
    assert f"reads **{left.errors}** of the other {left.answered} wrong" in text(page)


def test_the_table_can_be_taken_away(coarse):
    page, _ = coarse
    parts(page).set_value("Digit by digit").run()
    assert page.dataframe[0].value["label"].tolist()[-2:] == ["macro average", "weighted average"]
    assert {"CSV", "LaTeX", "Markdown"} <= {button.proto.label for button in page.get("download_button")}


# Other models


@pytest.mark.parametrize("file", ["card.json", "model.tflite", "evaluation.npz"])
def test_a_damaged_model_is_said_and_the_shipped_one_offered(page, bare, file):
    folder = bare / "models" / "damaged"
    shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, folder)
    (folder / file).write_bytes(b"nothing")
    page.session_state["model"] = "damaged"
    page.run()
    assert not page.exception
    assert "This model cannot be used" in page.error[0].value
    assert "<dd>" not in html(page)
    next(button for button in page.button if "came with the app" in button.label).click().run()
    assert not page.error
    assert "<dd>" in html(page)


def test_what_is_not_known_is_read_when_asked_for(page, monkeypatch):
    test = load_dataset("uci-digits").split("test")
    monkeypatch.setattr(resources, "stored_evaluation", lambda name, dataset: None)
    monkeypatch.setattr(resources, "has_images", lambda dataset: dataset != "mnist")
    monkeypatch.setattr(resources, "fresh_evaluation", lambda name, dataset, progress: _guessed(test, dataset))
    monkeypatch.setattr(resources, "test_images", lambda evaluation: test)
    page.run()
    assert not page.exception
    assert images(page).options[:2] == ["Pen strokes", "Coarse scans"]
    assert "has not read these images yet" in text(page)
    next(button for button in page.button if "Evaluate now" in button.label).click().run()
    assert not page.exception
    assert "<dd>" in html(page)
    assert not [button for button in page.button if "Evaluate now" in button.label]


def _guessed(test, dataset):
    """A model that always says 3."""
    probabilities = np.full((len(test), 10), 0.01, np.float32)
    probabilities[:, 3] = 0.91
    return Evaluation(
        probabilities, np.zeros(len(test), np.float32), labels=np.array(test.labels), model="0" * 64, dataset=dataset
    )


# The address


@pytest.fixture
def in_german(monkeypatch, tmp_path):
    """A visitor who reads German, and a catalogue with a part's name in it."""
    (tmp_path / "de.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
                                    'msgid "Mistakes"\nmsgstr "Fehler"\n', encoding="utf-8")  # fmt: skip
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    monkeypatch.setattr(language, "current", lambda: "de")


def test_an_address_in_english_opens_a_part_in_every_language(page, in_german):
    page.query_params[PART] = "Mistakes"
    page.run()
    assert not page.exception
    assert parts(page).value == "Mistakes"
    assert parts(page).options[2] == "Fehler"
    assert page.query_params[PART] in ("Mistakes", ["Mistakes"])


def test_what_is_chosen_is_named_in_the_address_in_english_and_the_first_part_is_not(page, in_german):
    page.run()
    assert PART not in page.query_params
    parts(page).set_value("Mistakes").run()
    assert page.query_params[PART] in ("Mistakes", ["Mistakes"])
    parts(page).set_value(PARTS[0]).run()
    assert PART not in page.query_params


def test_the_part_is_still_chosen_after_a_visit_to_another_page(page):
    page.query_params[PART] = "How sure"
    page.run()
    page.switch_page("pages/model.py").run()
    page.query_params.clear()
    page.switch_page(PAGE).run()
    assert parts(page).value == "How sure"
    assert page.query_params[PART] in ("How sure", ["How sure"])


# By writer

OF = np.repeat(np.arange(100, 160, dtype=np.int16), 30)[:1797]


@pytest.fixture
def written(coarse, monkeypatch):
    """The page on digits of which it is known who wrote them, and what follows from that."""
    page, known = coarse
    monkeypatch.setattr(writers, "writers_of", lambda _name: OF)
    return page, known, by_writer(known, writers.written_by(known))


def by_writer_part(page):
    parts(page).set_value("By writer").run()
    assert not page.exception
    assert not page.error
    return page


def hand(page):
    return next(json.loads(each.proto.json)[0] for each in page.get("bidi_component"))


def test_who_is_read_worst_is_looked_at_first(written):
    page, known, found = written
    by_writer_part(page)
    worst = worst_first(found.writers)[0]
    chooser = select(page, "Writer, those who are read worst first")
    assert chooser.value == worst.number
    assert chooser.options[0] == f"Writer {worst.number}: {worst.read.errors} of {worst.read.images} misread"
    assert "writer" not in page.query_params
    assert hand(page)["count"] == worst.read.images
    assert hand(page)["marks"].count("wrong") == worst.read.errors
    assert f"**{found.spread.flawless}** of {len(found.writers)} writers" in text(page)
    assert f"**{found.spread.worst}** of {known.accuracy.errors}" in text(page)


def test_a_writer_who_is_chosen_is_in_the_address_until_other_images_or_another_part_are(written):
    page, known, found = written
    by_writer_part(page)
    other = worst_first(found.writers)[-1].number
    select(page, "Writer, those who are read worst first").select(other).run()
    assert page.query_params["writer"] == str(other)
    mine = sorted(np.flatnonzero(writers.written_by(known) == other).tolist())
    told = [int(said.split(":")[0].removeprefix("Test image ").replace(",", "")) for said in hand(page)["spoken"]]
    assert sorted(told) == mine
    parts(page).set_value("Mistakes").run()
    assert "writer" not in page.query_params


@pytest.mark.parametrize("asked", ["nonsense", "99"])
def test_an_address_with_no_such_writer_shows_the_first(written, asked):
    page, _known, found = written
    page.query_params["writer"] = asked
    by_writer_part(page)
    assert select(page, "Writer, those who are read worst first").value == worst_first(found.writers)[0].number


def test_a_model_without_a_mistake_has_no_worst_tenth(written):
    page, known, _found = written
    perfect = Evaluation(
        np.eye(10, dtype=np.float32)[known.labels], known.novelty, labels=known.labels, model="", dataset=known.dataset
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mnist_ui.evaluate.evaluation.resources.evaluation", lambda *_asked: perfect)
        by_writer_part(page)
    assert "every single one right" in page.success[0].value
    assert "tenth" not in text(page)
    assert not page.get("plotly_chart")


def test_where_nobody_knows_who_wrote_what_it_says_where_it_is_known(coarse):
    page, _known = coarse
    by_writer_part(page)
    assert "not known here who wrote" in text(page)
    assert "MNIST test digits" in text(page)
    assert not page.get("plotly_chart")


def test_without_the_file_it_says_how_to_get_it(page):
    page.run()
    by_writer_part(page)
    assert "fetch` gets it" in text(page)
    assert not page.get("plotly_chart")
