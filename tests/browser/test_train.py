"""The Train page in a real browser, with real workers."""

import os
import signal
import zipfile

import pytest
from playwright.sync_api import expect

from mnist_core.model.bundle import model_names, verify_bundle
from tests.browser.driver import PAGE_TIMEOUT_MS, SIZES, Studio, serving
from tests.strokes import ZERO

RUN_TIMEOUT_MS = 120_000
LESSON = "/train?preset=quick&data=uci-digits&batch_size=32&epochs={epochs}"


@pytest.fixture
def studio(browser, home):
    """The Draw page of a server with that home."""
    with serving() as (url, _):
        page = browser.new_page()
        yield Studio(page, url)
        page.close()


def go_to(studio, path):
    studio.page.goto(studio.url + path)
    studio.page.get_by_text("Teach a network").wait_for()


@pytest.mark.slow
def test_a_visitor_starts_reloads_watches_and_draws_with_the_new_model(studio):
    page = studio.page
    studio.draw(ZERO)
    studio.wait_for_answer("0")
    page.wait_for_timeout(300)  # the browser keeps the drawing a moment later
    go_to(studio, LESSON.format(epochs=8))
    studio.press("Start training")
    page.get_by_text("quick: learning").wait_for()
    page.reload()
    page.get_by_text("quick: learning").wait_for()
    page.locator(".digits .is-right").first.wait_for(timeout=RUN_TIMEOUT_MS)
    page.get_by_text("quick has learned to read").wait_for(timeout=RUN_TIMEOUT_MS)
    assert int(page.locator(".digits[data-right]").get_attribute("data-right") or 0) >= 10
    expect(page.get_by_role("slider", name="After epoch")).to_have_value("8", timeout=PAGE_TIMEOUT_MS)
    page.locator(".st-key-run").get_by_role("button", name="Use this model for drawing").click()
    studio.wait_for_canvas()
    assert "model=quick" in page.url
    studio.clear()
    studio.draw(ZERO)
    page.locator('.answer:not([data-answer=""])').wait_for()
    assert studio.settled_answer() in ("0", "?")  # it has seen no more than a thousand digits


@pytest.mark.slow
def test_a_run_outlives_the_server_and_can_be_stopped_from_the_next_one(browser, home):
    with serving() as (url, server):
        page = browser.new_page()
        page.goto(url + LESSON.format(epochs=500))
        page.get_by_role("button", name="Start training").click()
        page.locator(".digits .is-right").first.wait_for(timeout=RUN_TIMEOUT_MS)
        os.kill(server, signal.SIGKILL)
    with serving(port=int(url.rsplit(":")[-1])):
        page.goto(url + "/train")
        page.get_by_role("button", name="Watch").click()
        page.get_by_text("quick: learning").wait_for()
        page.get_by_role("button", name="Stop and keep").click()
        page.get_by_text("Somebody stopped it; the best epoch until then was kept.").wait_for(timeout=RUN_TIMEOUT_MS)
    assert verify_bundle(home / "models" / "quick").ending == "stopped"
    page.close()


@pytest.mark.slow
def test_a_model_can_be_downloaded(studio, home):
    go_to(studio, "/train")
    with studio.page.expect_download(timeout=RUN_TIMEOUT_MS) as download:
        studio.press("Download as zip")
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert {"default/model.keras", "default/model.tflite", "default/card.md", "default/history.csv"} <= set(names)
    assert "default/saved_model/saved_model.pb" in names
    assert model_names() == ["default"]


@pytest.mark.slow
def test_nothing_sticks_out_at_any_size(browser, studio):
    for size in SIZES.values():
        page = browser.new_context(**size).new_page()
        page.goto(studio.url + "/train?preset=vgg")
        page.get_by_text("Modify the network").click()
        for tab in ("Network", "Learning", "Data", "Augmentation"):
            page.get_by_role("tab", name=tab).click()
            page.wait_for_timeout(200)
            width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width[0] <= width[1]
        page.context.close()
