"""The Explore page as Streamlit runs it, on the digits that came with the app."""

import json
import shutil

import numpy as np
import pytest

from mnist_core import load_dataset, paths
from mnist_core.catalogue.catalogue import open_catalogue
from mnist_core.catalogue.query import Query
from mnist_core.jobs import queue
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.readings import compute_readings, load_readings
from mnist_ui.explore.browsing import IN_PAGE
from mnist_ui.explore.tiles import sentence
from tests.pages import html

PAGE = "pages/explore.py"
TEST_IMAGES = 1797 - 1438


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data home with the digits and what the shipped model makes of them, made once."""
    home = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(home))
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        digits = load_dataset("uci-digits")
        open_catalogue(digits, compute_readings(SHIPPED, digits))
    return home


@pytest.fixture
def bare(fresh_home, made, unremembered):
    """A machine with nothing but the app on it."""
    shutil.copytree(made / "cache", fresh_home / "cache")
    return fresh_home


@pytest.fixture
def page(app, bare, idle_workers):
    """The page as it is opened after the first one, to browse."""
    app.run()
    app.switch_page(PAGE)
    app.query_params["part"] = "Browse"
    return app


@pytest.fixture
def known(bare, made):
    """What is known of the digits, once the shipped model has read them."""
    shutil.copytree(made / "readings", bare / "readings")
    digits = load_dataset("uci-digits")
    return open_catalogue(digits, load_readings(SHIPPED, digits))


def gallery(page):
    return json.loads(page.get("bidi_component")[0].proto.json)[0]


def select(page, kind, label):
    return next(each for each in page.get(kind) if each.label == label)


def address(page):
    """The parameters of the address."""
    return {name: value[-1] if isinstance(value, list) else value for name, value in page.query_params.items()}


def text(page):
    return " ".join(each.value for kind in (page.markdown, page.caption, page.info, page.warning) for each in kind)


def shown(page, catalogue, query):
    """Whether the gallery shows the first page of what a question is for, in its order."""
    wanted = catalogue.find(query)
    assert f"**{len(wanted):,}** images" in text(page)
    return gallery(page)["spoken"] == [sentence(catalogue, index) for index in wanted[:IN_PAGE].tolist()]


# The first visit


def test_a_first_visit_shows_images_at_once_and_says_what_is_still_coming(page):
    page.run()
    assert not page.exception
    assert not page.error
    assert "**1,797** images" in text(page)
    assert gallery(page)["count"] == IN_PAGE
    assert gallery(page)["spoken"][0] == "Training image 0: labelled 0."
    assert "is reading all 1,797 images" in text(page)
    assert [job.kind for job in queue.all_jobs()] == ["read"]


def test_what_needs_the_model_waits_for_it(page):
    page.run()
    assert select(page, "button_group", "Read as").disabled
    assert not select(page, "button_group", "Labelled as").disabled
    assert select(page, "button_group", "Show me").options == ["The least typical", "The most typical"]
    assert not any("sure" in order for order in select(page, "selectbox", "In what order").options)


def test_an_address_that_asks_for_what_is_not_known_is_answered_in_part(page):
    page.query_params.update({"labels": "4", "right": "no"})
    page.run()
    assert not page.exception
    assert "has to wait, because the model has not read" in text(page)
    assert shown(page, open_catalogue(load_dataset("uci-digits")), Query(labels=(4,)))


# Filters


def test_filters_combine_and_the_address_says_so(page, known):
    page.run()
    select(page, "button_group", "Labelled as").set_value([1, 8]).run()
    select(page, "button_group", "Split").set_value("test").run()
    select(page, "button_group", "The model reads them").set_value("Wrong").run()
    assert not page.exception
    assert shown(page, known, Query(split="test", labels=(1, 8), right=False))
    assert address(page) == {
        "dataset": "uci-digits",
        "part": "Browse",
        "labels": "1,8",
        "split": "test",
        "right": "no",
    }


def test_the_address_alone_shows_the_same(page, known):
    page.query_params.update({"probability": "0.2,0.6", "sort": "novelty", "order": "descending"})
    page.run()
    assert shown(page, known, Query(probability=(0.2, 0.6), sort="novelty", descending=True))
    assert select(page, "slider", "How sure it is (%)").value == (20, 60)
    assert select(page, "selectbox", "In what order").value == ("novelty", True)


def test_a_shortcut_keeps_the_digit(page, known):
    page.query_params["labels"] = "4"
    page.run()
    select(page, "button_group", "Show me").set_value("The least typical").run()
    assert shown(page, known, Query(labels=(4,), sort="typicality"))
    # Without it, the images lie as they did.
    select(page, "button_group", "Show me").set_value(None).run()
    assert shown(page, known, Query(labels=(4,)))


def test_pages_are_turned_and_begin_anew_with_another_question(page, known):
    page.run()
    page.get("pagination")[0].set_value(30).run()
    assert gallery(page)["count"] == 1797 - 29 * IN_PAGE
    assert address(page)["page"] == "30"
    select(page, "button_group", "Labelled as").set_value([0]).run()
    assert "page" not in address(page)
    assert shown(page, known, Query(labels=(0,)))


def test_misread_images_are_marked_in_words_and_by_their_frame(page, known):
    page.query_params["right"] = "no"
    page.run()
    sent = gallery(page)
    assert set(sent["marks"]) == {"wrong"}
    assert all(" → " in caption for caption in sent["captions"])
    page.query_params["right"] = "yes"
    page.run()
    assert set(gallery(page)["marks"]) == {""}


def test_nothing_found_is_said(page, known):
    page.query_params.update({"labels": "1", "read": "0", "right": "yes"})
    page.run()
    assert not page.exception
    assert "No image is like that" in text(page)
    assert not page.get("download_button")


# One image


def test_one_image_is_shown_with_all_that_is_known_of_it(page, known):
    index = int(known.find(Query(right=False))[0])
    page.query_params["image"] = known.name(index)
    page.run()
    assert not page.exception
    assert f"image {known.place(index)[1]:,}" in page.subheader[0].value
    label, read = known.dataset.labels[index], known.columns["read"][index]
    assert f"labelled **{label}**, but the model reads **{read}**" in text(page)
    near = known.neighbours(index).indices.tolist()
    assert gallery(page)["spoken"] == [sentence(known, each) for each in near]
    assert html(page).count('class="bar-name"') == 10


def test_the_next_image_is_the_next_of_those_found(page, known):
    found = known.find(Query(right=False, sort="loss", descending=True))
    page.query_params.update({"right": "no", "sort": "loss", "order": "descending", "image": known.name(int(found[0]))})
    page.run()
    assert select(page, "button", "Previous").disabled
    select(page, "button", "Next").click().run()
    assert address(page)["image"] == known.name(int(found[1]))
    assert f"number 2 of {len(found)}" in text(page)
    select(page, "button", "Back").click().run()
    assert "image" not in address(page)
    assert shown(page, known, Query(right=False, sort="loss", descending=True))


def test_all_images_by_likeness_begin_with_the_image_itself(page, known):
    page.query_params["image"] = "test-7"
    page.run()
    select(page, "button", "All images by likeness").click().run()
    assert not page.exception
    assert gallery(page)["spoken"][0].startswith("Test image 7:")
    assert shown(page, known, Query(sort="likeness", like=1438 + 7))


def test_an_image_is_gone_to_by_its_name_and_nonsense_is_said(page, known):
    page.run()
    select(page, "text_input", "Go to image").set_value("Test 12").run()
    assert address(page)["image"] == "test-12"
    select(page, "button", "Back").click().run()
    select(page, "text_input", "Go to image").set_value("test-99999").run()
    assert not page.exception
    assert "test-0 to test-358" in page.toast[0].value
    assert "image" not in address(page)


def test_pixels_are_shown_on_demand(page, known):
    page.query_params["image"] = "test-0"
    page.run()
    assert not page.get("plotly_chart")
    select(page, "toggle", "Pixel values").set_value(True).run()
    assert not page.exception
    assert page.get("plotly_chart")


def test_without_readings_likeness_is_that_of_pixels(page):
    page.query_params["image"] = "train-3"
    page.run()
    assert not page.exception
    assert "whose pixels are most like it" in text(page)
    assert "has not read it yet" in text(page)


# Nonsense


def test_an_address_of_no_image_is_said_and_leads_back(page):
    for image in (f"test-{TEST_IMAGES}", "test--1", "nowhere-3", "x" * 5000, "test-1e9", "train-٣"):
        page.query_params["image"] = image
        page.run()
        assert not page.exception
        assert "test-0 to test-358" in page.warning[0].value
        select(page, "button", "Back").click().run()
        assert not page.warning
        assert gallery(page)["count"] == IN_PAGE


def test_nonsense_in_an_address_is_said_and_left_out(page, known):
    for parameters in (
        {"labels": "four"},
        {"probability": "1,0"},
        {"sort": "beauty"},
        {"split": "validation"},
        {"sort": "likeness"},
        {"like": "test-99999", "sort": "likeness"},
        {"right": "maybe"},
    ):
        page.query_params.clear()
        page.query_params.update({"part": "Browse", "labels": "3", **parameters})
        page.run()
        assert not page.exception
        assert "Part of the address is left out" in text(page)
        assert shown(page, known, Query(labels=() if "labels" in parameters else (3,)))


def test_a_page_that_there_is_not_is_the_nearest_one(page):
    for number, shows in {"0": 1, "-1": 1, "999": 30, "two": 1, "9" * 400: 1, "2": 2, "": 1}.items():
        page.query_params["page"] = number
        page.run()
        assert not page.exception
        assert page.get("pagination")[0].value == shows


def test_a_dataset_that_is_not_here_is_said(page):
    for name, words in {"mnist": "not on this machine", "cats" * 99: "nobody knows"}.items():
        page.query_params["dataset"] = name
        page.run()
        assert not page.exception
        assert words in text(page)
        assert "**1,797** images" in text(page)


def test_an_address_with_no_such_part_shows_the_first(page):
    for part in ("nonsense", "x" * 5000):
        page.query_params["part"] = part
        page.run()
        assert not page.exception
        assert select(page, "button_group", "What to look at").value == "Overview"


# Away and back


def test_what_was_asked_is_still_asked_after_a_visit_to_another_page(page, known):
    page.run()
    select(page, "button_group", "Labelled as").set_value([7]).run()
    page.switch_page("pages/model.py").run()
    page.query_params.clear()
    page.switch_page(PAGE).run()
    assert shown(page, known, Query(labels=(7,)))
    assert address(page)["labels"] == "7"


def test_an_address_that_is_opened_later_counts(page, known):
    page.run()
    select(page, "button_group", "Labelled as").set_value([7]).run()
    page.query_params["labels"] = "2"
    page.run()
    assert shown(page, known, Query(labels=(2,)))


def test_files_are_offered_of_what_was_found(page, known):
    page.query_params["labels"] = "5"
    page.run()
    assert len(page.get("download_button")) == 3
    assert np.count_nonzero(known.dataset.labels == 5) < 2500
    assert "The 182 images that were found" in text(page)
