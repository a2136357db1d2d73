"""The page on settings and the code agree: the same settings, with the same values where nothing is set."""

import ast
import re
from collections.abc import Iterator

import pytest

from mnist_core import trash
from mnist_core.collection import classes, drawings
from mnist_core.datasets.own import shelf
from mnist_core.jobs import bounds, pruning
from mnist_core.model import bundle
from mnist_core.teaching import taught
from mnist_ui import turns
from mnist_ui.classroom import classroom
from mnist_ui.correction import teaching
from mnist_ui.demo import rounds
from mnist_ui.drawings import keeper
from mnist_ui.server import headers, patience, uploads
from mnist_ui.state import answers, membership, starts
from tests.docs.pages import DOCS, ROOT, Page, all_pages

PAGE = Page(DOCS / "run/settings.md")
OF_TOOLS = "For whoever works on the code"
SETTING = re.compile(r"MNIST_STUDIO_[A-Z_]+[A-Z]")

DEFAULTS = {
    "JOBS": 1,
    "OPEN": 0,
    "MODEL": f"`{bundle.SHIPPED}`",
    "FRAME_ANCESTORS": f"`{headers.SELF}`",
    "PATIENCE": patience.DEFAULT_S,
    "READINGS": turns.DEFAULT_MOST,
    "UPLOADS_MB": uploads.DEFAULT_ALL_MB,
    "UPLOADS_SESSION_MB": uploads.DEFAULT_SESSION_MB,
    "VISITOR_EPOCHS": bounds.EPOCHS,
    "VISITOR_TRIALS": bounds.TRIALS,
    "VISITOR_MINUTES": bounds.MINUTES,
    "VISITOR_DISK_MB": bounds.VISITORS_DISK_MB,
    "MOST_DISK_MB": bounds.MOST_DISK_MB,
    "SCARCE_MB": trash.SCARCE_MB,
    "ENDED_DAYS": pruning.DAYS,
    "MOST_ENDED": pruning.MOST,
    "VISITOR_ENDED": pruning.VISITORS,
    "MOST_TAUGHT": taught.MOST_TAUGHT,
    "MOST_DRAWINGS": drawings.MOST,
    "MOST_CLASSES": classes.MOST_CLASSES,
    "CLIENT_JOBS": starts.ACTIVE,
    "CLIENT_STARTS_AN_HOUR": starts.starts_of_client.most,
    "CLIENT_DRAWINGS_A_DAY": answers.stored_of_client.most,
    "CLIENT_CLASS_DRAWINGS_A_DAY": membership.MOST_SENT_OF_CLIENT,
    "CLIENT_ATTEMPTS_A_DAY": rounds.attempts_of_client.most,
    "CLIENT_CLASSES_A_DAY": classroom.opened_of_client.most,
    "CLIENT_JOINS_A_MINUTE": membership.MOST_JOINS_OF_CLIENT,
    "CLIENT_WRONG_CODES_A_MINUTE": membership.MOST_WRONG_CODES_OF_CLIENT,
    "CLIENT_WRONG_KEYS_A_MINUTE": keeper.wrong_keys.most,
    "CLIENT_TEACHINGS_AN_HOUR": teaching.taught_of_client.most,
    "CLIENT_TAUGHT_A_DAY": teaching.kept_of_client.most,
}
BOUNDS = [*bounds.WORK.values(), bounds.QUESTIONS, bounds.MODELS, bounds.MAPS, shelf.BOUND]
DEFAULTS |= {each.visitors_variable.removeprefix("MNIST_STUDIO_"): each.visitors for each in BOUNDS}
DEFAULTS |= {each.most_variable.removeprefix("MNIST_STUDIO_"): each.most for each in BOUNDS}
# What the page says in words, or what depends on the machine.
IN_WORDS = {
    "HOME",
    "DATA",
    "DATABASE_URL",
    "KEEPER_KEY",
    "ADDRESS",
    "HOSTS",
    "PROXIES",
    "MEMORY_MB",
    "WORKERS",
    "STORE",
}


def named_in(*places: str) -> set[str]:
    """The settings in texts that are values in files and folders of code; what documents it says nothing here."""
    files = [path for place in places for path in (ROOT / place, *(ROOT / place).rglob("*.py")) if path.is_file()]
    return {name for path in files for text in texts_of(path) for name in SETTING.findall(text)}


def texts_of(path) -> Iterator[str]:
    """Every text that is a value in a file."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def settings_in(section: str) -> set[str]:
    """The settings in the first column of the tables of a part of the page."""
    return {row[0].strip("`") for row in PAGE.tables(section)}


KNOWN = named_in("mnist_core", "mnist_ui", "mnist_studio", "pages", "streamlit_app.py")
OF_TESTS = settings_in(OF_TOOLS)


def test_the_page_names_every_setting_of_the_code_once():
    told = [row[0].strip("`") for row in PAGE.tables()]
    missing = KNOWN - set(told)
    assert not missing, f"{PAGE} does not tell of {', '.join(sorted(missing))}: add a row."
    assert len(told) == len(set(told))


def test_the_page_names_no_setting_that_the_code_does_not_know():
    gone = settings_in("Settings") - KNOWN - OF_TESTS
    assert not gone, f"{PAGE} tells of {', '.join(sorted(gone))}, which nothing in the code reads."


def test_what_is_for_tests_alone_is_read_by_tests_alone():
    texts = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py") if path.parent.name != "docs")
    assert set(SETTING.findall(texts)) >= OF_TESTS
    assert OF_TESTS.isdisjoint(KNOWN)


@pytest.mark.parametrize("page", all_pages(), ids=repr)
def test_no_page_names_a_setting_that_there_is_not(page):
    unknown = set(SETTING.findall(page.text)) - KNOWN - OF_TESTS
    assert not unknown, f"{page} names {', '.join(sorted(unknown))}, which nothing in the code reads."


def test_every_default_is_compared():
    assert {f"MNIST_STUDIO_{name}" for name in {*DEFAULTS, *IN_WORDS}} == KNOWN


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_setting_that_is_not_set_is_what_the_page_says(name):
    (said,) = (row[1] for row in PAGE.tables() if row[0] == f"`MNIST_STUDIO_{name}`")
    value = DEFAULTS[name]
    expected = f"{value:,}" if isinstance(value, int) else value
    assert said.split(", ")[0] == expected, (
        f"{PAGE}: {name} is {expected} where it is not set, and the page says {said!r}"
    )
