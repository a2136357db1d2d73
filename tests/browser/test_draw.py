"""The Draw page and its pad under a real mouse, finger, pen and keyboard."""

import json
import os
import signal

import numpy as np
import pytest

from mnist_core.model.doubt import NO_DIGIT
from mnist_core.types import MAX_POINTS
from tests.browser.driver import SIZES, Studio, on_canvas, serving, wait_until, wait_until_all_is_there
from tests.strokes import FOUR, SEVEN, THREE, TWO, ZERO

# Notes every answer that is shown.
WATCH = """
window.seen = [];
new MutationObserver(() => {
  const answer = document.querySelector(".answer").dataset.answer;
  if (answer && answer !== seen.at(-1)) seen.push(answer);
}).observe(document.querySelector(".pad-answer"), { subtree: true, attributes: true });
"""
CORNER = [[(395, 5), (380, 12), (360, 20), (330, 60)]]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "touch"), [("desktop", False), ("phone", True)])
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


@pytest.mark.parametrize("size", ["desktop", pytest.param("projector", marks=pytest.mark.slow), "phone"])
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_nothing_jumps_and_nothing_sticks_out(visit, size, scheme):
    studio = visit(size, scheme)

    def places():
        studio.page.wait_for_timeout(700)  # the strip follows the answer
        parts = (".pad-paper", ".answer", ".answer-digit", ".bars", ".pad-tools", ".st-key-examples", ".strip")
        return {part: studio.page.locator(part).bounding_box() for part in parts}

    before = places()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    assert places() == before
    studio.draw([[(60, 60), (340, 340)], [(340, 60), (60, 340)], [(60, 200), (340, 200)], [(200, 60), (200, 340)]])
    studio.page.locator(".answer").get_by_text(NO_DIGIT).wait_for()
    assert places() == before
    width = studio.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    for box in before.values():
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SIZES[size]["viewport"]["width"]


def test_the_strip_shows_four_pictures_and_undo_takes_back_the_last_stroke(visit):
    studio = visit()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    pictures = studio.page.locator(".strip img")
    assert pictures.count() == 4
    assert all(pictures.nth(i).evaluate("image => image.naturalWidth > 0") for i in range(4))
    assert all(text.strip().endswith(".") for text in studio.page.locator(".strip figcaption").all_inner_texts())
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


@pytest.mark.slow
def test_one_can_go_on_drawing_after_undo_and_clear(visit):
    studio = visit()
    studio.draw([*FOUR, *CORNER])
    studio.settled_answer()
    studio.press("Undo")
    studio.wait_for_answer("4")
    studio.clear()
    studio.draw(THREE)
    studio.wait_for_answer("3")


def test_the_drawing_survives_another_page_and_a_reload_and_what_is_cleared_does_not(visit):
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
    for pen in ("Thin", "Medium", "Thick"):
        studio.page.get_by_role("radio", name=pen).check(force=True)
    for scheme in ("dark", "light", "dark"):
        studio.page.emulate_media(color_scheme=scheme)
    for width, height in ((390, 844), (844, 390), (1440, 900)):  # a phone, turned, and back
        studio.page.set_viewport_size({"width": width, "height": height})
        studio.page.wait_for_timeout(100)
    assert studio.ink() == pytest.approx(before, rel=0.02)
    assert studio.answer() == "7"
    studio.draw([[(120, 205), (260, 205)]])  # its bar, with the thicker pen
    studio.page.wait_for_timeout(600)
    assert studio.ink() > before + 140 * 30
    assert studio.answer() == "7"
    studio.page.reload()
    studio.wait_for_answer("7")
    assert studio.page.get_by_role("radio", name="Thick").is_checked()


def test_two_visitors_do_not_see_each_other_and_a_phone_does_not_scroll_while_one_draws(visit):
    first, second = visit(), visit("phone")
    first.draw(SEVEN)
    # Streamlit's code for what is above the pad may come after it.
    second.page.get_by_role("radio", name="Draw", exact=True).wait_for()
    before = second.paper.bounding_box()
    second.draw(ZERO, touch=True)
    first.wait_for_answer("7")
    second.wait_for_answer("0")
    assert first.answer() == "7"
    assert second.paper.bounding_box() == before


@pytest.mark.slow
def test_a_pages_own_address_opens_it_on_a_fresh_server(browser):
    with serving() as (url, _):
        page = browser.new_page()
        page.goto(f"{url}/model")
        page.get_by_text("How it learned").wait_for()
        assert page.get_by_role("link", name="Draw").first.is_visible()
        assert page.get_by_role("link", name="streamlit app").count() == 0
        page.close()


def test_a_finger_draws_takes_back_and_keeps_its_drawing_on_a_phone_that_is_turned(visit):
    studio = visit("phone")
    studio.draw([*SEVEN, *CORNER], touch=True)
    studio.press("Undo")
    studio.wait_for_answer("7")
    studio.page.set_viewport_size({"width": 844, "height": 390})
    studio.page.get_by_text("Why this answer?").wait_for()
    assert studio.answer() == "7"
    studio.page.reload()
    studio.wait_for_answer("7")
    studio.page.set_viewport_size({"width": 390, "height": 844})
    studio.page.get_by_test_id("stExpandSidebarButton").wait_for()
    studio.open("Model")
    studio.page.get_by_text("How it learned").wait_for()
    studio.open("Draw")
    studio.wait_for_answer("7")
    studio.wait_for_canvas()
    studio.draw([[(120, 205), (260, 205)]], touch=True)
    assert studio.settled_answer() == "7"
    studio.clear()


def test_the_answer_moves_while_the_pen_is_down_and_its_pressure_makes_the_line_wider(visit):
    studio = visit()
    wait_until_all_is_there(studio.page)
    studio.page.evaluate(WATCH)
    mouse, box = studio.page.mouse, studio.paper.bounding_box()
    mouse.move(box["x"] + 130, box["y"] + 100)
    mouse.down()
    for x, y in [*((130 + 5 * i, 100) for i in range(28)), *((270 - 3 * i, 100 + 7 * i) for i in range(30))]:
        mouse.move(box["x"] + x, box["y"] + y)
        studio.page.wait_for_timeout(10)
    studio.wait_for_answer("7")
    seen = studio.page.evaluate("seen")
    mouse.up()
    assert seen[0] != "7"  # the bar alone is none
    assert seen[-1] == "7"
    studio.clear()
    for y, force in ((100, 0.1), (300, 1.0)):
        studio.stylus([(x, y) for x in range(80, 330, 10)], force)
    light, strong = (
        studio.canvas.evaluate(
            "(c, y) => { const k = c.width / 400; return c.getContext('2d')"
            ".getImageData(200 * k, (y - 40) * k, 1, 80 * k).data.filter((v, i) => i % 4 == 3 && v).length }",
            y,
        )
        for y in (100, 300)
    )
    assert strong > 1.5 * light
    assert studio.settled_answer() != ""


def test_one_can_draw_and_clear_with_the_keyboard(visit):
    studio = visit()
    studio.canvas.focus()
    press = studio.page.keyboard.press

    def go(key, times):
        for _ in range(times):
            press(key)

    go("ArrowUp", 10)
    go("ArrowLeft", 6)
    press("Space")
    go("ArrowRight", 13)
    for _ in range(7):
        go("ArrowDown", 3)
        press("ArrowLeft")
    press("Space")
    studio.wait_for_answer("7")
    studio.page.get_by_role("status").get_by_text("7.").wait_for()
    press("Backspace")
    studio.wait_for_answer("")
    press("Space")
    press("Space")
    press("Delete")
    studio.wait_for_answer("")
    assert studio.ink() == 0
    press("Tab")  # and it can be left again
    assert studio.page.evaluate("document.activeElement.name") == "pad-pen"


def test_a_number_is_boxed_and_the_corner_seven_fails_without_centring_and_is_read_again_with_it(visit):
    studio = visit()
    studio.page.get_by_role("button", name="2026").click()
    studio.wait_for_answer("2026")
    assert studio.paper.locator(".boxes li").all_inner_texts() == ["2", "0", "2", "6"]
    studio.page.get_by_text("Which digit to look at closely").wait_for()
    studio.page.get_by_role("button", name="A 7 in the corner").click()
    studio.wait_for_answer("7")
    studio.page.get_by_text("Why this answer?").wait_for()
    studio.page.get_by_text("Centre by mass").click()
    studio.page.get_by_text("With everything on, it reads 7").wait_for()
    studio.page.get_by_role("button", name="All on").click()
    studio.page.get_by_text("With everything on").wait_for(state="detached")


@pytest.mark.slow
def test_an_example_is_drawn_stroke_by_stroke_and_can_be_gone_on_with(visit):
    studio = visit()
    studio.draw([*SEVEN, *CORNER])
    studio.page.evaluate(WATCH)
    studio.page.get_by_role("button", name="A slashed 0").click()
    studio.wait_for_answer("0")
    studio.page.get_by_text("Why this answer?").wait_for()
    assert len(studio.page.evaluate("seen")) >= 2
    before = studio.ink()
    studio.draw(CORNER)
    studio.page.wait_for_timeout(300)
    studio.press("Undo")
    assert studio.ink() == pytest.approx(before, rel=0.02)
    studio.press("Clear")
    studio.wait_for_answer("")


@pytest.mark.slow
def test_a_stroke_in_the_middle_of_a_replay_finishes_it(visit):
    studio = visit()
    studio.page.get_by_role("button", name="A scribble").click()
    wait_until(studio.page, "document.querySelector('.answer').dataset.answer !== ''")
    studio.draw([[(20, 380), (60, 380)]])
    studio.page.wait_for_timeout(300)
    first = studio.ink()
    studio.press("Undo")
    assert 0 < studio.ink() < first


@pytest.mark.slow
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_why_is_said_once_one_scrolls_to_it_and_moves_nothing(visit, size):
    studio = visit(size)
    studio.draw(TWO)
    studio.wait_for_answer("2")
    title, page = studio.page.get_by_text("Why this answer?"), studio.page
    title.wait_for()
    page.wait_for_timeout(700)
    assert page.locator(".heatmap").count() == 0
    studio.look_at_reasons()
    there, height = title.bounding_box(), "document.querySelector('[data-testid=stMain]').scrollHeight"
    before = page.evaluate(height)
    page.get_by_text("What would change its mind?").wait_for()
    assert title.bounding_box() == there
    title.evaluate("title => title.closest('[data-testid=stMain]').scrollTo(0, 0)")
    page.wait_for_timeout(1500)  # it says that it has left
    studio.clear()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    page.wait_for_timeout(700)
    assert page.locator(".heatmap").count() == 0
    assert page.evaluate(height) == pytest.approx(before, abs=60)
    studio.look_at_reasons()
    assert page.locator(".heatmap").first.get_attribute("data-digit") == "7"


@pytest.mark.slow
def test_erasing_the_marked_piece_changes_the_answer(visit):
    studio = visit()
    studio.draw(FOUR)
    studio.wait_for_answer("4")
    studio.look_at_reasons()
    promise = studio.page.get_by_text("of the ink it would read")
    promise.wait_for()
    digit = promise.inner_text().rstrip(".")[-1]
    studio.page.get_by_role("button", name="Erase it").click()
    wait_until(studio.page, "document.querySelector('.answer').dataset.answer !== '4'")
    assert studio.settled_answer() in (digit, "?")


@pytest.mark.slow
def test_the_answer_comes_back_when_the_server_does(browser):
    page = browser.new_page()
    page.route("**/reader/**", lambda route: route.abort())  # only the server reads
    with serving() as (url, process):
        studio = Studio(page, url)
        os.kill(process, signal.SIGKILL)
    studio.draw(SEVEN)
    studio.page.wait_for_timeout(500)
    assert studio.answer() == ""
    with serving(port=int(url.rsplit(":")[-1])):
        studio.wait_for_answer("7")
    studio.page.close()


def test_a_drawing_of_more_points_than_the_server_reads_is_read_with_fewer(visit):
    studio = visit()
    at = np.linspace(0, 1, 9_000)
    corners = np.array(SEVEN[0], float)
    stroke = np.stack([np.interp(at, np.linspace(0, 1, len(corners)), axis) for axis in corners.T], axis=1)
    drawn = [{"width": 20, "points": stroke.round(2).tolist()}]
    studio.page.evaluate("drawn => sessionStorage.setItem('mnist-studio-drawing', JSON.stringify(drawn))", drawn)
    asked = []
    studio.page.on("request", lambda request: asked.append(request) if request.url.endswith("/api/read") else None)
    studio.page.reload()
    studio.wait_for_answer("7")
    told = json.loads(asked[-1].post_data)["strokes"]
    assert 2_000 < sum(len(each["points"]) for each in told) <= MAX_POINTS
    studio.page.get_by_text("Why this answer?").wait_for()  # the page has read it, too
