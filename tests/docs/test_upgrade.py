"""What the page on upgrading says of going on from version 0.6.1, and back, as far as that can be seen from here."""

import json
import tomllib

import pytest

from mnist_core.collection import tables
from mnist_core.jobs import pruning
from mnist_core.model.bundle import SHIPPED, model_folder, read_card
from tests.compatibility import opening
from tests.docs.pages import DOCS, ROOT, Page

PAGE = Page(DOCS / "run/upgrade.md")
BACK = PAGE.section("Going back")


@pytest.fixture(scope="module")
def former(tmp_path_factory):
    """The home that version 0.6.1 wrote."""
    return opening.unpack(tmp_path_factory.mktemp("version-0.6.1"))


def test_the_app_answers_this_computer_alone():
    assert "**The app answers this computer alone.**" in PAGE.text
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"


def test_ended_jobs_go_after_the_days_that_are_told():
    assert f"ended jobs go after {pruning.DAYS} days" in PAGE.text


def test_the_collection_is_of_the_version_that_0_6_1_reads():
    assert opening.KNOWN["collection"]["version"] == tables.VERSION, f"{PAGE} says that 0.6.1 reads drawings of now"


def test_cards_have_what_0_6_1_wrote_into_them(former):
    """That version refuses a card of a newer kind, and one that lacks something."""
    known = json.loads((former / "models" / "tiny" / "card.json").read_text("utf-8"))
    card = json.loads((model_folder(SHIPPED) / "card.json").read_text("utf-8"))
    assert read_card(model_folder(SHIPPED)).version == known["version"]
    assert set(known) <= set(card)


def test_a_home_of_0_6_1_is_opened_by_tests_of_its_own():
    assert list((ROOT / "tests" / "compatibility").glob("test_*.py"))
    assert "Tests hold that with a data home that version 0.6.1 wrote" in PAGE.text.replace("\n", " ")
