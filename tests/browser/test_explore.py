"""The Explore page in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core import load_dataset
from mnist_core.catalogue.catalogue import open_catalogue
from mnist_core.catalogue.query import Query
from tests.browser.driver import PAGE_TIMEOUT_MS

ADDRESS = "/explore?dataset=uci-digits&part=Browse"
GRID = ".st-key-explore-grid .gallery"
# A picture of the grid of 60 digits on a wide screen; it is of few colours and compresses well.
MOST_BYTES = 60_000
# Of what stands between the parts of the page and the grid, so that a phone shows digits without scrolling.
HIGHEST_CONTROLS_PX = 250


@pytest.fixture(scope="module")
def known():
    return open_catalogue(load_dataset("uci-digits"))


def opened(visit, path: str = ADDRESS, **how: str) -> Page:
    """The page in a new visitor's browser, with its grid painted."""
    page: Page = visit(path=path, wait=False, **how).page
    page.locator(f"{GRID}[data-painted]").wait_for()
    return page


def spoken(page: Page) -> list[str]:
    """What is said of each digit of the grid."""
    said: list[str] = page.locator(GRID).evaluate("root => root.gallery.data.spoken.map((said) => said.split(':')[0])")
    return said


def middle_of(page: Page, position: int) -> dict[str, float]:
    """Where a digit is on the canvas."""
    x, y = page.locator(GRID).evaluate("(root, at) => root.gallery.place(at)", position)
    half = page.locator(GRID).evaluate("root => root.gallery.tile / 2")
    return {"x": x + half, "y": y + half}


def expect_image(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PAGE_TIMEOUT_MS)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_click_opens_exactly_the_digit_that_was_clicked(visit, size):
    page = opened(visit, size=size)
    names = spoken(page)
    assert len(names) == 60
    for position in (0, 17, 59):
        page.locator(f"{GRID} .gallery-canvas").click(position=middle_of(page, position))
        expect_image(page, names[position])
        page.get_by_role("button", name="Back", exact=True).click()
        expect(page.locator(".gallery[data-painted]")).to_have_count(1, timeout=PAGE_TIMEOUT_MS)
        page.locator(f"{GRID}[data-painted]").wait_for()


@pytest.mark.slow
def test_a_click_between_the_digits_opens_nothing(visit):
    page = opened(visit)
    at = middle_of(page, 0)
    box = page.locator(f"{GRID} .gallery-canvas").bounding_box()
    assert box
    page.locator(f"{GRID} .gallery-canvas").click(position={"x": box["width"] - 1, "y": box["height"] - 1})
    page.locator(f"{GRID} .gallery-canvas").click(position=at)
    expect_image(page, "Training image 0")


def test_the_keyboard_reaches_and_opens_a_digit(visit):
    page = opened(visit)
    names, columns = spoken(page), page.locator(GRID).evaluate("root => root.gallery.columns")
    grid = page.locator(".gallery-grid")
    page.get_by_role("textbox", name="Go to image").focus()
    while not grid.evaluate("grid => grid === document.activeElement"):
        page.keyboard.press("Tab")
    option = page.get_by_role("option")
    expect(option).to_contain_text(names[0])
    for key, reached in [
        ("ArrowRight", 1),
        ("ArrowDown", 1 + columns),
        ("End", 59),
        ("ArrowRight", 59),
        ("ArrowUp", 59 - columns),
    ]:
        page.keyboard.press(key)
        expect(option).to_contain_text(f"{names[reached]}:")
    assert grid.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    expect_image(page, names[59 - columns])


def test_the_browser_goes_back_to_what_was_found(visit, known):
    page = opened(visit, f"{ADDRESS}&labels=4&sort=typicality")
    wanted = known.find(Query(labels=(4,), sort="typicality"))[:60].tolist()
    numbers = [int(name.split()[-1].replace(",", "")) for name in spoken(page)]
    assert numbers == [known.place(index)[1] for index in wanted]
    page.locator(f"{GRID} .gallery-canvas").click(position=middle_of(page, 3))
    page.wait_for_url(re.compile("image="))
    page.go_back()
    page.wait_for_url(lambda url: "image=" not in url)
    page.locator(f"{GRID}[data-painted]").wait_for()
    assert [int(name.split()[-1].replace(",", "")) for name in spoken(page)] == numbers


def test_one_image_leads_on_to_those_most_like_it(visit):
    page: Page = visit(path="/explore?dataset=uci-digits&image=test-7", wait=False).page
    expect_image(page, "Test image 7")
    near = page.locator(".st-key-explore-near .gallery[data-painted='10']")
    first = near.evaluate("root => root.gallery.data.spoken[0].split(':')[0]")
    near.locator(".gallery-canvas").click(position={"x": 30, "y": 30})
    expect_image(page, first)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "columns"), [("desktop", 10), ("phone", 5)])
def test_the_grid_fits_the_screen_and_its_picture_is_small(visit, size, columns, tmp_path):
    page = opened(visit, size=size)
    grid = page.locator(GRID)
    assert grid.evaluate("root => root.gallery.columns") == columns
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [page.locator(f".st-key-explore-{part}").bounding_box() for part in ("shortcut", "controls", "found")]
    assert sum(box["height"] for box in boxes if box) < HIGHEST_CONTROLS_PX
    picture = grid.screenshot(path=str(tmp_path / f"grid-{size}.png"))
    assert 5_000 < len(picture) < MOST_BYTES * (2 if size == "phone" else 1)
