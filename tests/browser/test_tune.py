"""The page for searches in a browser: what AppTest cannot see, its charts and a click on a row."""

import pytest
from playwright.sync_api import expect

from mnist_core import jobs
from mnist_core.owners import KEEPER
from tests.browser.driver import PAGE_TIMEOUT_MS, SIZES, wait_until_all_is_there
from tests.searches import ended

BEST = "mine: 97.50 % at best"
OTHER_SIZES = [size for size in SIZES if size != "desktop"]


@pytest.fixture
def open_search(visit, shared_home, without_workers):
    """Open a search that has ended on a screen of one of the sizes."""

    def open_page(size):
        page = visit(size, path=f"/tune?search={job.id}", wait=False).page
        page.get_by_role("heading", name=BEST).wait_for()
        return page

    job = ended()
    yield open_page
    jobs.remove(job.id, KEEPER)


@pytest.mark.parametrize("size", ["desktop", *(pytest.param(each, marks=pytest.mark.slow) for each in OTHER_SIZES)])
def test_all_of_an_ended_search_fits_the_screen(open_search, size):
    page = open_search(size)
    expect(page.locator(".parallel .axis-title")).to_have_count(5, timeout=PAGE_TIMEOUT_MS)
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_lines_outside_of_a_range_fade_until_a_click_on_its_axis(open_search):
    page = open_search("desktop")
    lines, faded = page.locator(".parallel-line"), page.locator(".parallel-line.is-faded")
    expect(lines).to_have_count(3, timeout=PAGE_TIMEOUT_MS)
    wait_until_all_is_there(page)
    score = page.locator(".parallel-reach").last
    score.hover()  # once it stands still, and in sight
    box = score.bounding_box()
    middle, top = box["x"] + box["width"] / 2, box["y"]
    page.mouse.move(middle, top + 2)
    page.mouse.down()
    page.mouse.move(middle, top + 20, steps=4)  # the best alone passes there
    page.mouse.up()
    expect(faded).to_have_count(2)
    expect(faded.first).to_have_css("opacity", "0.15")
    page.mouse.click(middle, top + 60)
    expect(faded).to_have_count(0)


def test_a_click_in_a_row_shows_its_curves(open_search):
    page = open_search("desktop")
    grid = page.get_by_test_id("stDataFrame").locator(".dvn-scroller")  # lies over the canvas and takes clicks
    for x, row, chosen in (
        (300, 2, "Trial 4 (95.00 %)"),
        (15, 1, "Trial 2 (97.50 %)"),  # the box before the row
        (500, 3, "Trial 1 (90.00 %)"),
    ):
        grid.click(position={"x": x, "y": 35 * row + 17})
        page.get_by_text(chosen).wait_for()
    grid.click(position={"x": 15, "y": 35 * 3 + 17})
    page.get_by_text("Trial 1 (90.00 %)").wait_for(state="detached")
    page.reload()
    page.get_by_role("heading", name=BEST).wait_for()
    assert "search=" in page.url
