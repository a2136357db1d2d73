"""Corrections and teaching in a real browser: keys, consent, a reload, and two visitors at once."""

import json
import re

import pytest

from mnist_core import load_dataset, paths
from mnist_core.readings.readings import compute_readings
from tests.browser.driver import SIZES, Studio, serving, wait_until
from tests.strokes import ONE, SEVEN

STORED = "localStorage.getItem('mnist-studio-visitor')"
SECRET = re.compile(r"taught-[0-9a-f]{32}")


@pytest.fixture(scope="module")
def lesson_server(browser, tmp_path_factory):
    """The app in a data home of its own, where the model has read the digits that came with the app."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("lessons")))
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        compute_readings("default", load_dataset("uci-digits"))
        with serving() as (url, _):
            yield url


@pytest.fixture
def come(browser, lesson_server):
    """Open the Draw page in a browser of its own."""
    contexts = []

    def open_page(size="desktop", path=""):
        contexts.append(browser.new_context(**SIZES[size]))
        return Studio(contexts[-1].new_page(), lesson_server + path)

    yield open_page
    for context in contexts:
        context.close()


def say(studio, digit):
    """Press the key of a digit once the page asks for it."""
    studio.page.locator(".st-key-right-row").wait_for()
    studio.page.keyboard.press(digit)
    studio.page.get_by_text("Noted:").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_nothing_moves_when_it_is_asked_and_answered(come, size):
    studio = come(size)
    studio.page.get_by_text("Once you have drawn").wait_for()

    def places():
        tops = [studio.page.locator(part).bounding_box()["y"] for part in (".pad-paper", ".st-key-examples", ".strip")]
        return [top - tops[0] for top in tops]  # the page may have been scrolled to what is pressed

    def settled():
        last = None
        while (now := places()) != last:
            last = now
            studio.page.wait_for_timeout(700)
        return now

    before = settled()
    studio.draw(SEVEN, touch=size == "phone")
    studio.page.locator(".st-key-right-row").wait_for()
    assert settled() == before
    say(studio, "y")
    studio.page.get_by_role("button", name="Do not keep").click()
    studio.page.locator(".st-key-consent").wait_for(state="detached")
    assert settled() == before


def test_two_visitors_never_see_each_others_drawing_model_or_teaching(come):
    teacher, other = come(), come()
    for studio in (teacher, other):
        studio.draw(SEVEN)
        studio.wait_for_answer("7")
    say(teacher, "1")
    assert teacher.page.evaluate(STORED) is None
    teacher.press("Keep my drawings")
    teacher.page.get_by_text("May your drawings be kept").wait_for(state="detached")
    teacher.press("Teach it")
    teacher.page.get_by_text("It has learned from you").wait_for()
    assert teacher.page.locator(".before-after section").nth(1).get_attribute("data-sign") == "1"
    teacher.page.get_by_role("button", name="Keep", exact=True).click()
    teacher.wait_for_answer("1")
    kept = json.loads(teacher.page.evaluate(STORED))
    assert SECRET.fullmatch(kept["taught"])
    assert not SECRET.search(teacher.page.url + teacher.page.inner_text("body"))

    other.page.reload()
    other.wait_for_answer("7")
    assert other.page.evaluate(STORED) is None
    assert "Taught by you" not in other.page.inner_text("body")
    assert other.page.get_by_test_id("stPopoverButton").filter(has_text="My drawings").count() == 0
    third = come(path=f"/?model={kept['taught']}")
    third.draw(SEVEN)
    third.wait_for_answer("7")
    assert not SECRET.search(third.page.url + third.page.inner_text("body"))

    teacher.page.reload()
    teacher.wait_for_answer("1")
    teacher.page.get_by_text("Noted: 1").wait_for()  # what was said is known again
    teacher.open("Model")
    teacher.page.get_by_text("Taught by you").wait_for()
    assert not SECRET.search(teacher.page.url + teacher.page.inner_text("body"))


@pytest.mark.slow
def test_one_takes_it_home_and_deletes_it(come):
    studio = come()
    studio.draw(ONE)
    studio.wait_for_answer("1")
    say(studio, "7")
    studio.press("Keep my drawings")
    wait_until(studio.page, f"{STORED} !== null")
    studio.page.get_by_test_id("stPopoverButton").filter(has_text="My drawings").click()
    studio.page.get_by_text("1 drawing of yours is kept").wait_for()
    with studio.page.expect_download() as download:
        studio.press("Take it home")
    assert download.value.path().read_bytes()[:2] == b"PK"
    studio.page.get_by_text("Yes, delete all of it").click()
    studio.page.locator(".st-key-delete-own button:enabled").click()
    studio.page.get_by_text("Nothing of you is kept any more").wait_for()
    wait_until(studio.page, f"{STORED} === null")
    assert studio.page.get_by_test_id("stPopoverButton").filter(has_text="My drawings").count() == 0


def test_a_crafted_visitor_in_the_browser_is_refused(come, browser):
    studio = come()
    crafted = {"token": "../../etc", "keeps": True, "taught": "taught-x", "uses": True}
    studio.page.evaluate(f"localStorage.setItem('mnist-studio-visitor', {json.dumps(json.dumps(crafted))})")
    studio.page.reload()
    studio.wait_for_canvas()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    say(studio, "7")
    studio.press("Keep my drawings")
    wait_until(studio.page, f"/^[0-9a-f]{{32}}$/.test(JSON.parse({STORED}).token)")
