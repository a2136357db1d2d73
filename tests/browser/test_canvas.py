"""The plain canvas, streamlit-drawable-canvas, under a real mouse and a real finger."""

import pytest

from tests.strokes import SEVEN

CORNER = [[(395, 5), (380, 12), (360, 20), (330, 60)]]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "touch"), [("desktop", False), ("phone", True)])
def test_the_top_right_corner_draws_and_wipes_nothing(visit, size, touch):
    studio = visit(size, plain=True)
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


def test_the_drawing_goes_from_the_pad_to_the_canvas_and_back(visit):
    studio = visit()
    studio.draw([*SEVEN, *CORNER])
    studio.settled_answer()
    studio.choose("Plain canvas")
    studio.page.wait_for_timeout(600)
    assert studio.ink() > 1000
    studio.press("Undo")
    studio.wait_for_answer("7")
    studio.page.wait_for_timeout(600)
    studio.choose("Draw")
    studio.wait_for_answer("7")
    before = studio.ink()
    studio.press("Undo")
    studio.wait_for_answer("")
    assert before > 1000


@pytest.mark.slow
def test_the_canvas_stays_the_canvas_after_a_reload_and_another_page(visit):
    studio = visit(plain=True)
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.wait_for_timeout(300)
    studio.page.reload()
    studio.wait_for_answer("7")
    studio.wait_for_canvas()
    assert studio.ink() > 1000
    studio.open("Model")
    studio.page.get_by_text("How it learned").wait_for()
    studio.open("Draw")
    studio.wait_for_canvas()
    studio.page.wait_for_timeout(400)
    assert studio.ink() > 1000
    studio.clear()
    assert studio.ink() == 0


@pytest.mark.slow
def test_the_pen_does_not_wipe_the_canvas(visit):
    studio = visit(plain=True)
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    before = studio.ink()
    for pen in ("Thin", "Medium", "Thin", "Thick"):
        studio.page.get_by_role("radio", name=pen).click()
    studio.page.wait_for_timeout(2500)  # four runs of the page
    studio.wait_for_canvas()
    assert studio.ink() == pytest.approx(before, rel=0.02)
    studio.draw([[(120, 205), (260, 205)]])
    studio.page.wait_for_timeout(600)
    assert studio.ink() > before
