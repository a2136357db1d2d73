"""The demo and the challenge in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import SIZES, Studio, wait_until
from tests.strokes import DIGITS, SEVEN, ZERO

SIZES_SHOWN = {"hall": {"viewport": {"width": 1920, "height": 1080}}, **SIZES}


@pytest.fixture
def show(browser, server):
    """Open an address; its clock can be turned on, and what it asks of other servers is refused and noted."""
    contexts = []

    def open_page(path: str, size: str = "projector", *, has_clock: bool = False) -> Studio:
        contexts.append(browser.new_context(**SIZES_SHOWN[size]))
        page = contexts[-1].new_page()
        page.asked_elsewhere = []

        def answer(route):
            if route.request.url.startswith(server):
                route.continue_()
            else:
                page.asked_elsewhere.append(route.request.url)
                route.abort()

        page.route("**/*", answer)
        if has_clock:
            page.clock.install()
        return Studio(page, server + path)

    yield open_page
    for context in contexts:
        context.close()


def pass_time(studio, seconds):
    """Turn the page's clock on, with room for the server in between."""
    studio.page.wait_for_timeout(300)
    studio.page.clock.fast_forward(round(1000 * seconds))


def called(studio):
    return int(studio.page.locator(".call").get_attribute("data-called"))


def test_without_internet_all_of_it_works_and_a_file_from_elsewhere_is_noticed(show):
    studio = show("/?demo=1")
    expect(studio.page.locator(".stAppHeader")).to_be_hidden()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.get_by_text("Offline: ready").click()
    assert studio.page.locator(".kiosk-offline li").count() == 5
    assert studio.page.locator(".kiosk-offline li.is-missing").count() == 0
    assert studio.page.asked_elsewhere == []
    studio.page.evaluate("new Image().src = 'https://example.org/a.png'")
    studio.page.get_by_text("Offline: not ready").wait_for()
    studio.page.get_by_text("example.org").wait_for()


@pytest.mark.slow
def test_a_paper_that_clears_itself_while_the_page_changes_does_not_empty_the_other_page(show):
    studio = show("/?demo=1")
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.evaluate(
        """() => {
          const pad = document.querySelector(".pad").pad;
          [...document.querySelectorAll(".kiosk-places button")].at(-1).click();
          pad.wipe();
        }"""
    )
    start = studio.page.get_by_role("button", name="Start")
    start.wait_for()
    studio.page.wait_for_timeout(3000)
    assert start.is_visible()


def test_the_pad_clears_itself_and_a_new_stroke_stops_that(show):
    studio = show("/?demo=1", has_clock=True)
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.locator(".pad-clearing").wait_for()
    pass_time(studio, 2)
    studio.draw([[(120, 205), (260, 205)]])
    assert studio.page.locator(".pad-clearing").is_hidden()
    studio.page.locator(".pad-clearing").wait_for()
    pass_time(studio, 2)
    assert studio.ink() > 1000
    pass_time(studio, 1.5)
    studio.wait_for_answer("")
    assert studio.ink() == 0


def test_examples_are_drawn_while_nobody_draws_and_give_way_at_once(show):
    studio = show("/?demo=1", has_clock=True)
    pass_time(studio, 7)
    studio.page.get_by_text("Example: A neat 3").wait_for()
    studio.draw([[(20, 380), (60, 380)]])
    assert studio.page.locator(".pad-example").is_hidden()
    studio.page.wait_for_timeout(300)
    assert 0 < studio.ink() < 6000  # the visitor's own stroke alone
    studio.press("Clear")
    studio.press("Next example")
    studio.page.get_by_text("Example: A 7 in the corner").wait_for()
    studio.wait_for_answer("7")
    studio.press("Pause examples")
    pass_time(studio, 60)
    assert studio.answer() == "7"


def test_after_five_minutes_the_next_visitor_finds_the_start(show):
    studio = show("/?demo=1", has_clock=True)
    studio.press("Challenge")
    studio.page.get_by_role("button", name="Start").click()
    studio.page.locator(".call").wait_for()
    pass_time(studio, 310)
    studio.page.wait_for_url("**/demo?demo=1")
    studio.page.get_by_role("button", name="Pause examples").wait_for()


def test_escape_leaves_the_demo(show):
    studio = show("/demo")
    studio.page.wait_for_url("**/demo?demo=1")
    studio.page.keyboard.press("Escape")
    studio.page.get_by_role("link", name="How it works").wait_for()
    assert "demo" not in studio.page.url


def test_who_leaves_with_the_last_stroke_leaves_too(show):
    studio = show("/demo")
    studio.page.wait_for_url("**/demo?demo=1")
    studio.draw(SEVEN)
    studio.press("Leave the demo")
    studio.page.get_by_role("link", name="How it works").wait_for()
    assert studio.page.evaluate("location.pathname + location.search") == "/"


def test_pad_and_answer_fill_the_screen_without_scrolling(show):
    studio = show("/?demo=1", "hall")
    for size in ("hall", "projector"):
        viewport = SIZES_SHOWN[size]["viewport"]
        studio.page.set_viewport_size(viewport)
        width, height = viewport.values()
        # The pad takes its new size a moment after the window.
        wait_until(
            studio.page,
            "([w, h]) => { const { right, bottom } = document.querySelector('.pad-paper').getBoundingClientRect();"
            " return innerWidth === w && right <= w && bottom <= h }",
            arg=[width, height],
        )
        for part in (".pad-paper", ".answer", ".pad-tools", ".kiosk"):
            box = studio.page.locator(part).bounding_box()
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
        assert studio.page.locator(".pad-paper").bounding_box()["height"] > 0.55 * height


def test_a_challenge_goes_from_digit_to_digit(visit):
    studio = visit("projector", path="/challenge", wait=False)
    studio.page.get_by_role("button", name="Start").click()
    studio.wait_for_canvas()
    first = called(studio)
    studio.page.get_by_role("status").get_by_text(f"Draw the digit {first}").wait_for()
    studio.draw(DIGITS[first])
    studio.page.get_by_text("2 of 10").wait_for()
    assert studio.page.locator(".attempts .is-right").count() == 1
    second = called(studio)
    assert second != first
    studio.draw(ZERO if second != 0 else SEVEN)
    studio.page.locator(".pad-clearing").wait_for()
    assert called(studio) == second  # one can try again
    studio.page.get_by_role("button", name="Skip it").click()
    studio.page.get_by_text("3 of 10").wait_for()
    assert studio.page.locator(".attempts .is-wrong").count() == 1
