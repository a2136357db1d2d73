"""The Evaluate page in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.confusions import in_cell
from mnist_core.readings.evaluation import Evaluation, fresh_evaluation
from tests.browser.driver import PAGE_TIMEOUT_MS, wait_until

ADDRESS = "/evaluate?dataset=Coarse+scans"


@pytest.fixture(scope="module")
def known() -> Evaluation:
    return fresh_evaluation(SHIPPED, "uci-digits")


@pytest.fixture
def page(visit) -> Page:
    page: Page = visit(path=ADDRESS, wait=False).page
    page.locator(".st-key-confusion .heatmaplayer").wait_for()
    return page


def click(page: Page, label: int, read: int) -> None:
    """Click the middle of a cell of the matrix."""
    area = page.locator(".st-key-confusion .nsewdrag")
    expect(area).to_have_count(1)  # while the matrix is drawn anew, both are there for a moment
    plot = area.bounding_box()
    assert plot
    page.mouse.click(plot["x"] + plot["width"] * (read + 0.5) / 10, plot["y"] + plot["height"] * (label + 0.5) / 10)


def expect_images(page: Page, known: Evaluation, label: int, read: int) -> None:
    """Exactly the images of this cell are shown, those that it found hardest first."""
    wanted = in_cell(known, label, read)
    expect(page.get_by_text(f"{len(wanted)} of the {label}s were read as {read}")).to_be_visible()
    if not len(wanted):
        expect(page.locator(".gallery")).to_have_count(0)
        return
    names = [f"Test image {index}" for index in wanted[:60].tolist()]
    wait_until(
        page,
        "names => `${document.querySelector('.gallery')?.gallery?.data?.spoken.map((said) => said.split(':')[0])}`"
        " === `${names}`",
        arg=names,
    )


def test_a_click_on_a_cell_shows_exactly_its_images(page, known):
    mistake = known.mistakes[0]
    cells = [(4, 4), (int(known.labels[mistake]), int(known.digits[mistake])), (0, 9)]
    for label, read in cells:
        click(page, label, read)
        expect_images(page, known, label, read)
    # The same cell again, after the boxes beside it have named another one.
    page.get_by_role("combobox", name="Read as").click()
    page.get_by_role("option", name="0", exact=True).click()
    expect_images(page, known, 0, 0)
    click(page, 0, 9)
    expect_images(page, known, 0, 9)


@pytest.mark.slow
def test_a_click_on_an_image_shows_it_on_the_explore_page(page, known):
    label, read = 4, 4
    click(page, label, read)
    expect_images(page, known, label, read)
    page.locator(".gallery-canvas").click(position={"x": 20, "y": 20})
    expect(page.get_by_role("heading", name=f"Test image {in_cell(known, label, read)[0]}", exact=True)).to_be_visible(
        timeout=PAGE_TIMEOUT_MS
    )
    assert "/explore?" in page.url
