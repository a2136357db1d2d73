"""The page of collected drawings in a real browser: two visitors, choosing several, files, and the keeper's key."""

import json

import numpy as np
import pytest

from mnist_core import load_recognizer, paths
from mnist_core.collection import Filter, open_collection
from mnist_core.owners import new_token
from mnist_core.types import Drawing
from mnist_ui.drawings.keeper import VARIABLE
from tests.browser.driver import PAGE_TIMEOUT_MS, SIZES, serving
from tests.strokes import DIGITS

KEY = "a long enough key"
OWNER, OTHER = new_token(), new_token()


@pytest.fixture(scope="module")
def collection_server(browser, tmp_path_factory):
    """The app with 62 drawings of one visitor and 3 of another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("collection")))
        patch.setenv(VARIABLE, KEY)
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        recognizer = load_recognizer()
        for owner, count in ((OWNER, 62), (OTHER, 3)):
            for index in range(count):
                strokes = [np.array(each) for each in DIGITS[index % 10]]
                drawing = Drawing.from_strokes(strokes, pen_width=20, size=(400, 400))
                open_collection().drawings.add(drawing, recognizer.predict(drawing), "default", owner, label=index % 10)
        with serving() as (url, _):
            yield url


@pytest.fixture
def come(browser, collection_server):
    """Open the page as a visitor whom the browser knows."""
    contexts = []

    def open_page(owner, path="/drawings", size="desktop"):
        context = browser.new_context(**SIZES[size])
        contexts.append(context)
        known = json.dumps({"token": owner, "keeps": True, "taught": "", "uses": False})
        context.add_init_script(f"localStorage.setItem('mnist-studio-visitor', {json.dumps(known)})")
        page = context.new_page()
        page.set_default_timeout(PAGE_TIMEOUT_MS)
        page.goto(collection_server + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def pick(page, place):
    page.locator(".gallery-canvas").click(position={"x": 40 + 100 * place, "y": 40})


@pytest.mark.slow
def test_one_corrects_takes_away_and_deletes_and_nobody_else_sees_any_of_it(come):
    page = come(OWNER)
    page.get_by_text("62 drawings").wait_for()
    pick(page, 0)
    page.get_by_text("As it was drawn").wait_for()
    address = page.url
    page.keyboard.press("5")
    page.locator(".st-key-drawing-label-5 button[kind=primary]").wait_for()
    assert open_collection().drawings.entries(Filter(owner=OWNER), 1)[0].label == 5
    assert OWNER not in page.url + page.inner_text("body")

    other = come(OTHER, address[address.index("/drawings") :])
    other.get_by_text("somebody else's").wait_for()
    assert other.locator("img.strokes").count() == 0
    other.get_by_role("button", name="Back").click()
    other.get_by_text("3 drawings").wait_for()

    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="NPZ").click()
    assert len(np.load(download.value.path())["labels"]) == 62
    page.keyboard.press("Escape")
    page.get_by_text("Choose several").click()
    page.get_by_role("button", name="This page").wait_for()
    pick(page, 1)
    page.get_by_role("button", name="Delete 1 drawing").wait_for()
    pick(page, 2)
    page.get_by_role("button", name="Delete 2 drawings").click()
    page.get_by_role("button", name="Yes, delete").click()
    page.get_by_text("60 drawings", exact=True).wait_for()
    assert open_collection().drawings.count(Filter(owner=OWNER)) == 60
    assert open_collection().drawings.count(Filter(owner=OTHER)) == 3
    page.get_by_text("A test set of these").click()
    page.get_by_text("95 % interval").wait_for()


@pytest.mark.slow
def test_the_keeper_enters_with_the_key_alone(come):
    page = come(OTHER)
    for key, told in (("not the key at all", "This is not the key"), (KEY, "Leave as keeper")):
        if not page.get_by_label("Key", exact=True).is_visible():
            page.get_by_role("button", name="Keeper").click()
        page.get_by_label("Key", exact=True).fill(key)
        page.get_by_role("button", name="Enter", exact=True).click()
        page.get_by_text(told).first.wait_for()
    assert KEY not in page.content() + page.url
    page.reload()
    page.get_by_text("for who runs this app").wait_for()
