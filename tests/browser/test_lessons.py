"""Lessons in a real browser: their tasks are really done, and worksheets are printed."""

import re

import pytest

from mnist_core.language import languages, spoken
from mnist_core.lessons.library import lesson, lesson_names
from mnist_core.lessons.sheets import MARGIN_MM, PAPERS, notes, worksheet
from tests.browser.driver import SETTLED_S, Studio, wait_until_all_is_there
from tests.strokes import SEVEN

PX_PER_MM = 96 / 25.4
# A one; with a dash at the top it is a seven.
ONE = [[(220, 80), (210, 200), (200, 330)]]
DASH = [[(110, 90), (160, 85), (222, 80)]]
STAR = [
    [(200, 60), (200, 340)],
    [(60, 200), (340, 200)],
    [(100, 100), (300, 300)],
    [(300, 100), (100, 300)],
]
# A seven whose top is so short that it is read as a one.
SHORT_SEVEN = [[(185, 100), (215, 92), (190, 320)]]


class Pupil:
    """Somebody who takes a lesson."""

    def __init__(self, studio: Studio, server: str) -> None:
        self.studio, self.page, self.server = studio, studio.page, server

    def open_step(self, name: str, step: str) -> None:
        self.page.goto(f"{self.server}/lessons?lesson={name}&step={step}")
        self.page.locator(".st-key-lesson-step").wait_for()
        wait_until_all_is_there(self.page)

    def go(self, page: str) -> None:
        self.page.get_by_role("button", name=f"Open {page}", exact=True).click()
        self.page.locator(".st-key-lesson-bar").wait_for()
        if page == "Draw":
            self.studio.wait_for_canvas()

    def check(self) -> None:
        wait_until_all_is_there(self.page)  # the drawing is told to the server after the answer is there
        self.page.wait_for_timeout(SETTLED_S * 1000)
        self.page.get_by_role("button", name="Check it").click()

    def is_told_done(self) -> None:
        self.page.get_by_text("Done.", exact=True).wait_for()

    def press_digit(self, digit: int) -> None:
        self.page.locator(f".st-key-right-{digit} button").click()
        self.page.get_by_text(f"Noted: it is a {digit}").or_(self.page.get_by_text(f"Noted: {digit}")).first.wait_for()


@pytest.fixture
def pupil(visit, server):
    return Pupil(visit(path="/lessons", wait=False), server)


def test_a_task_is_not_done_before_it_is_and_the_browser_remembers_it(pupil):
    pupil.open_step("handwriting", "guess")
    pupil.go("Draw")
    pupil.check()
    pupil.page.get_by_text("Nothing is drawn yet.").wait_for()
    pupil.studio.draw(SEVEN)
    pupil.studio.wait_for_answer("7")
    pupil.check()
    pupil.is_told_done()
    pupil.page.get_by_role("button", name="Back to the lesson").click()
    pupil.page.get_by_text("1 ✓").wait_for()
    pupil.page.reload()
    pupil.page.get_by_text("1 ✓").wait_for()


def test_a_question_is_answered_wrong_and_right(pupil):
    pupil.open_step("handwriting", "squares")
    pupil.page.get_by_text("56", exact=True).click()
    pupil.page.get_by_text("Not quite.").wait_for()
    pupil.page.get_by_text("784", exact=True).click()
    pupil.page.get_by_text("28 rows of 28 squares each are 784.").wait_for()
    pupil.page.get_by_text("3 ✓").wait_for()


@pytest.mark.slow
def test_one_stroke_makes_a_seven_of_a_one(pupil):
    pupil.open_step("fool", "stroke")
    pupil.go("Draw")
    pupil.studio.draw(ONE)
    pupil.studio.wait_for_answer("1")
    pupil.check()
    pupil.page.get_by_text("There is one stroke so far.").wait_for()
    pupil.studio.draw(DASH)
    pupil.studio.wait_for_answer("7")
    pupil.check()
    pupil.is_told_done()


@pytest.mark.slow
def test_a_seven_is_read_as_a_one_and_a_star_as_no_digit(pupil):
    pupil.open_step("wrong", "seven")
    pupil.go("Draw")
    pupil.studio.draw(SHORT_SEVEN)
    pupil.studio.wait_for_answer("1")
    pupil.press_digit(7)
    pupil.check()
    pupil.is_told_done()
    pupil.open_step("wrong", "nodigit")
    pupil.go("Draw")
    pupil.studio.clear()
    pupil.studio.draw(STAR)
    pupil.studio.wait_for_answer("?")
    pupil.check()
    pupil.is_told_done()


@pytest.mark.slow
def test_two_misread_digits_are_named(pupil):
    pupil.open_step("teach", "wrong")
    pupil.go("Draw")
    for strokes, read in ((SHORT_SEVEN, "1"), ([*SHORT_SEVEN[:-1], [(180, 95), (215, 90), (188, 330)]], "1")):
        pupil.studio.draw(strokes)
        pupil.studio.wait_for_answer(read)
        pupil.press_digit(7)
        pupil.studio.clear()
    pupil.check()
    pupil.is_told_done()


@pytest.mark.slow
def test_all_worksheets_and_notes_fit_their_paper_without_a_cut(browser):
    page = browser.new_page()
    for language in languages():
        with spoken(language):
            for name in lesson_names():
                for paper in PAPERS:
                    for made in (worksheet, notes):
                        assert_fits(page, made(lesson(name), paper), paper)
    page.close()


def test_a_worksheet_is_printed_on_its_paper_without_a_cut(browser):
    page = browser.new_page()
    for paper, size in PAPERS.items():
        assert_fits(page, worksheet(lesson("handwriting"), paper), paper)
        boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
        assert boxes
        for box in boxes:
            for points, millimetres in zip(box, size, strict=True):
                assert float(points) == pytest.approx(millimetres / 25.4 * 72, abs=1)
    page.close()


def assert_fits(page, html, paper):
    """No block is taller than a page or may be parted, nothing is wider, and all is black on white."""
    width, height = PAPERS[paper]
    page.set_viewport_size({"width": round((width - 2 * MARGIN_MM) * PX_PER_MM), "height": 800})
    page.set_content(html)
    page.emulate_media(media="print")
    tall = page.evaluate(
        "room => [...document.querySelectorAll('section, header')]"
        ".filter(each => each.offsetHeight > room || getComputedStyle(each).breakInside !== 'avoid')"
        ".map(each => each.innerText.slice(0, 60))",
        (height - 2 * MARGIN_MM) * PX_PER_MM,
    )
    assert tall == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    colours = page.evaluate(
        "[...new Set([...document.querySelectorAll('body, body *')].flatMap(each => "
        "[getComputedStyle(each).color, getComputedStyle(each).backgroundColor]))]"
    )
    assert set(colours) <= {"rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
