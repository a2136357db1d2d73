"""The Draw page under a real mouse and a real finger."""

import os
import signal

import numpy as np
import pytest

from tests.browser.conftest import SIZES
from tests.browser.driver import Studio, on_canvas, serving
from tests.strokes import FOUR, SEVEN, THREE, ZERO

CORNER = [[(395, 5), (380, 12), (360, 20), (330, 60)]]


@pytest.mark.parametrize(("size", "touch"), [("desktop", False), pytest.param("phone", True, marks=pytest.mark.slow)])
def test_other_peoples_digits_are_read(visit, pen_strokes, size, touch):
    studio = visit(size)
    chosen = np.random.default_rng(20).choice(np.flatnonzero(pen_strokes.is_test), 30, replace=False)
    right = 0
    for index in chosen:
        studio.draw(on_canvas(pen_strokes.strokes(index)), touch=touch)
        studio.page.locator('.answer:not([data-answer=""])').wait_for()
        right += studio.settled_answer() == str(pen_strokes.labels[index])
        studio.clear()
    assert right >= 28


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_jumps_and_nothing_sticks_out(visit, size, scheme):
    studio = visit(size, scheme)

    def places():
        parts = (".st-key-paper", ".answer", ".answer-digit", ".bars", ".strip", ".st-key-tools")
        return {part: studio.page.locator(part).bounding_box() for part in parts}

    before = places()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    assert places() == before
    studio.draw([[(60, 60), (340, 340)], [(340, 60), (60, 340)], [(60, 200), (340, 200)], [(200, 60), (200, 340)]])
    studio.page.get_by_text("Unlike any digit").wait_for()
    assert places() == before
    width = studio.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    for box in before.values():
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SIZES[size]["viewport"]["width"]


def test_the_strip_shows_four_pictures_with_a_sentence_each(visit):
    studio = visit()
    studio.draw(ZERO)
    studio.wait_for_answer("0")
    pictures = studio.page.locator(".strip img")
    assert pictures.count() == 4
    assert all(pictures.nth(i).evaluate("image => image.naturalWidth > 0") for i in range(4))
    assert all(text.strip().endswith(".") for text in studio.page.locator(".strip figcaption").all_inner_texts())


@pytest.mark.parametrize(("size", "touch"), [("desktop", False), ("phone", True)])
def test_the_top_right_corner_draws_and_wipes_nothing(visit, size, touch):
    studio = visit(size)
    studio.draw(SEVEN, touch=touch)
    studio.wait_for_answer("7")
    before = studio.ink()
    studio.draw(CORNER, touch=touch)
    studio.page.wait_for_timeout(600)
    assert studio.ink() > before + 500
    for x in (399, 395, 380, 340, 300, 270):
        for y in (1, 8, 16, 24):
            box = studio.paper.bounding_box()
            scale = box["width"] / 400
            at = box["x"] + x * scale, box["y"] + y * scale
            (studio.page.touchscreen.tap if touch else studio.page.mouse.click)(*at)
    studio.page.wait_for_timeout(600)
    assert studio.ink() > before
    assert studio.answer() != ""


def test_undo_takes_back_the_last_stroke(visit):
    studio = visit()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    before = studio.ink()
    studio.draw(CORNER)
    studio.page.wait_for_timeout(600)
    studio.press("Undo")
    studio.wait_for_answer("7")
    studio.page.wait_for_timeout(300)
    assert studio.ink() == pytest.approx(before, rel=0.02)
    studio.press("Undo")
    studio.wait_for_answer("")
    assert studio.ink() == 0


def test_one_can_go_on_drawing_after_undo_and_clear(visit):
    studio = visit()
    studio.draw([*FOUR, *CORNER])
    studio.settled_answer()
    studio.press("Undo")
    studio.wait_for_answer("4")
    studio.clear()
    studio.draw(THREE)
    studio.wait_for_answer("3")


def test_the_drawing_survives_another_page_and_goes_on(visit):
    studio = visit()
    studio.draw([FOUR[0]])
    studio.settled_answer()
    studio.open("Model")
    studio.page.get_by_text("How it learned").wait_for()
    studio.open("Draw")
    studio.wait_for_canvas()
    studio.page.wait_for_timeout(400)
    assert studio.ink() > 1000
    studio.draw([FOUR[1]])
    studio.wait_for_answer("4")
    studio.press("Undo")
    studio.press("Undo")
    studio.wait_for_answer("")


def test_the_drawing_survives_a_reload_and_what_is_cleared_does_not(visit):
    studio = visit()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.wait_for_timeout(300)
    studio.page.reload()
    studio.wait_for_answer("7")
    studio.wait_for_canvas()
    assert studio.ink() > 1000
    studio.clear()
    studio.page.wait_for_timeout(300)
    studio.page.reload()
    studio.wait_for_canvas()
    studio.page.wait_for_timeout(800)
    assert studio.answer() == ""
    assert studio.ink() == 0


def test_the_drawing_survives_a_killed_server(browser):
    with serving() as (url, process):
        studio = Studio(browser.new_page(), url)
        studio.draw([*SEVEN, *CORNER])
        studio.settled_answer()
        studio.press("Undo")
        studio.wait_for_answer("7")
        studio.page.wait_for_timeout(300)
        os.kill(process, signal.SIGKILL)
    with serving(port=int(url.rsplit(":")[-1])):
        studio.page.wait_for_timeout(1000)
        studio.wait_for_answer("7")
        studio.draw([[(120, 205), (260, 205)]])  # one can go on
        studio.page.wait_for_timeout(800)
        assert studio.answer() == "7"
        assert studio.ink() > 1000
    studio.page.close()


def test_the_pen_the_theme_and_the_window_do_not_wipe_the_drawing(visit):
    studio = visit()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    before = studio.ink()
    for pen in ("Thin pen", "Medium", "Thin pen", "Thick"):
        studio.page.get_by_text(pen, exact=True).click()
    for scheme in ("dark", "light", "dark"):
        studio.page.emulate_media(color_scheme=scheme)
    studio.page.set_viewport_size({"width": 390, "height": 844})
    studio.page.wait_for_timeout(800)
    assert studio.ink() == before
    assert studio.answer() == "7"
    studio.draw([[(120, 205), (260, 205)]])  # its bar, with the thicker pen
    studio.page.wait_for_timeout(600)
    assert studio.ink() > before
    assert studio.answer() == "7"


def test_two_visitors_do_not_see_each_other(visit):
    first, second = visit(), visit("phone")
    first.draw(SEVEN)
    second.draw(ZERO, touch=True)
    first.wait_for_answer("7")
    second.wait_for_answer("0")
    assert first.answer() == "7"


def test_a_phone_does_not_scroll_while_one_draws(visit):
    studio = visit("phone")
    before = studio.paper.bounding_box()
    studio.draw(SEVEN, touch=True)
    studio.wait_for_answer("7")
    assert studio.paper.bounding_box() == before


def test_a_pages_own_address_opens_it_on_a_fresh_server(browser):
    with serving() as (url, _):
        page = browser.new_page()
        page.goto(f"{url}/model")
        page.get_by_text("How it learned").wait_for()
        assert page.get_by_role("link", name="Draw").first.is_visible()
        assert page.get_by_role("link", name="streamlit app").count() == 0
        page.close()


def test_what_a_screen_reader_needs_is_there(visit):
    studio = visit()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    assert studio.page.get_by_role("status", name="I read a 7").count() == 1
    assert studio.page.get_by_role("heading", name="Draw a digit").count() == 1
    for name in ("Undo", "Clear"):
        studio.page.get_by_role("button", name=name).focus()
    assert studio.page.locator(".strip img:not([alt])").count() == 0
