"""The Map page in a real browser; what the map itself does is tested in test_space.py."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from mnist_core import load_dataset
from mnist_core.maps.embedding import Embedding, MapConfig
from mnist_core.maps.job import make_map
from mnist_core.maps.library import save_map
from tests.browser.driver import Studio, wait_until
from tests.strokes import SEVEN

PANEL = ".space-panel[data-count]"
# The component's own drawing surface says where a point is; a test asks it as a hand would look for it.
PLACE = """index => {
  const panel = document.querySelector('.space').space.panels[0];
  const [x, y] = panel.placeOf(index);
  const box = panel.surface.getBoundingClientRect();
  return [box.left + x, box.top + y];
}"""
IS_SHOWN = """index => {
  const panel = document.querySelector('.space').space.panels[0];
  const [x, y] = panel.placeOf(index);
  return panel.at(x, y) === index;
}"""
MARK = "() => document.querySelector('.space').space.data.you?.name ?? null"


@pytest.fixture(scope="module")
def made(shared_home) -> tuple[str, Embedding]:
    """A map of the digits that came with the app, in the data home that the server has."""
    config = MapConfig(source="features", dataset="uci-digits", method="pca", dimensions=3)
    embedding = make_map(config, load_dataset("uci-digits"))
    return save_map(embedding, "Small"), embedding


@pytest.fixture
def studio(made, visit) -> Studio:
    """The page with that map, standing still."""
    studio: Studio = visit(path=f"/map?map={made[0]}", wait=False)
    page = studio.page
    page.locator(PANEL).first.wait_for()
    still = page.get_by_role("button", name="Pause the slow rotation")
    if still.count():
        still.click()
    return studio


@pytest.fixture
def page(studio) -> Page:
    return studio.page


def foremost(page: Page, embedding: Embedding) -> int:
    """A point that no other one hides."""
    rows = range(len(embedding))
    return next(row for row in rows if page.evaluate(IS_SHOWN, row))


def test_a_digit_is_shown_when_pointed_at_and_opened_when_clicked(page, made):
    _, embedding = made
    row = foremost(page, embedding)
    x, y = page.evaluate(PLACE, row)
    page.mouse.move(x, y)
    expect(page.locator(".space-tip")).to_contain_text(str(embedding.labels[row]))
    page.mouse.click(x, y)
    number = int(embedding.indices[row]) - 1438
    expect(page.get_by_text(f"Test image {number:,}, labelled {embedding.labels[row]}")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('&')[0]}&image=test-{number}")
    link = page.get_by_role("link", name="All about it")
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", name=f"Test image {number:,}")).to_be_visible()


def test_a_lasso_shows_exactly_the_digits_within_it(page, made):
    _, embedding = made
    page.get_by_role("button", name="Lasso").click()
    box = page.locator(PANEL).first.bounding_box()
    assert box
    left, top = box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"]
    corners = [(left, top), (left + 160, top), (left + 160, top + 160), (left, top + 160)]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in [*corners[1:], corners[0]]:
        page.mouse.move(*corner, steps=6)
    page.mouse.up()
    places = np.array([page.evaluate(PLACE, row) for row in range(len(embedding))])
    inside = ((places > (left, top)) & (places < (left + 160, top + 160))).all(axis=1)
    assert inside.sum() > 3
    expect(page.get_by_text(f"{inside.sum():,} digits are selected")).to_be_visible()
    expect(page.get_by_role("button", name="Table of these")).to_be_visible()


def test_a_drawing_appears_with_the_digits_most_like_it(studio, tmp_path):
    page = studio.page
    assert page.evaluate(MARK) is None
    before = page.locator(PANEL).first.screenshot()
    studio.draw(SEVEN)
    wait_until(page, f"({MARK})() === 'Your drawing'")
    expect(page.get_by_text("The 8 digits most like it")).to_be_visible()
    assert page.locator(PANEL).first.screenshot(path=tmp_path / "you-are-here.png") != before
    page.get_by_role("button", name="Clear", exact=True).click()
    wait_until(page, f"({MARK})() === null")


def test_a_drawing_of_the_draw_page_is_on_the_map_already(made, visit):
    studio = visit()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.wait_for_timeout(500)  # the page hears of a stroke once the pen has rested
    studio.open("Map")
    studio.page.locator(PANEL).first.wait_for()
    wait_until(studio.page, f"({MARK})() === 'Your drawing'")


@pytest.mark.slow
def test_an_image_in_explore_has_its_place_on_the_map(made, visit):
    page = visit(path="/explore?dataset=uci-digits&image=test-5", wait=False).page
    page.get_by_role("link", name="Its place on the map").click()
    page.locator(PANEL).first.wait_for()
    wait_until(page, f"({MARK})()?.startsWith('Test image 5')")


@pytest.mark.slow
def test_a_digit_stays_open_when_the_page_is_loaded_again_with_a_drawing_on_the_pad(studio, made):
    page = studio.page
    studio.draw(SEVEN)
    wait_until(page, f"({MARK})() === 'Your drawing'")
    page.mouse.click(*page.evaluate(PLACE, foremost(page, made[1])))
    wait_until(page, f"({MARK})()?.startsWith('Test image')")
    opened = page.evaluate(MARK)
    page.reload()
    wait_until(page, "document.querySelector('.pad')?.pad?.strokes.length > 0")
    page.wait_for_timeout(500)  # the page hears of the drawing that was kept
    wait_until(page, f"({MARK})() === '{opened}'")


@pytest.mark.parametrize("size", ["desktop", "projector", "phone"])
def test_nothing_is_wider_than_the_screen_and_the_map_begins_on_the_first(made, visit, size):
    page = visit(size, path=f"/map?map={made[0]}", wait=False).page
    page.locator(PANEL).first.wait_for()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    for element in page.locator(".space, .pad-paper").all():
        box = element.bounding_box()
        assert box
        assert 0 <= box["x"] <= box["x"] + box["width"] <= page.viewport_size["width"]
    panel = page.locator(PANEL).first.bounding_box()
    assert panel
    assert panel["y"] + 0.8 * panel["height"] < page.viewport_size["height"]
