"""The pad reads by itself, and the visitor does not notice where it cannot."""

import json
import os
import signal

import numpy as np
import pytest

from tests.browser.driver import SIZES, Studio, serving
from tests.strokes import EIGHT, SEVEN

READER, ROUTE = "**/reader/**", "**/api/read"
# Reads again what is drawn, as a change of it would.
AGAIN = "document.querySelector('.pad').pad.changed()"
PLACED = [*((stroke, 20) for stroke in SEVEN), *((stroke, 180) for stroke in EIGHT)]
NUMBER = [[(x / 2 + left, y / 2 + 100) for x, y in stroke] for stroke, left in PLACED]
# Where there are more strokes than may be several digits, the server looks at them as a picture.
RNG = np.random.default_rng(2)
HATCHED = [(np.array([[0, 0], [3, 5]]) + RNG.uniform(20, 380, 2)).round().tolist() for _each in range(70)]


@pytest.fixture
def open_page(browser, server):
    """Open the Draw page as a new visitor with a drawing; give it, and a list of what the server is asked."""
    contexts = []

    def opened(strokes=(), *, pen=20, without="", script="", size="desktop"):
        contexts.append(browser.new_context(**SIZES[size]))
        context, asked = contexts[-1], []
        drawn = json.dumps([{"width": pen, "points": [list(point) for point in stroke]} for stroke in strokes])
        context.add_init_script(f"sessionStorage.setItem('mnist-studio-drawing', {json.dumps(drawn)}); {script}")
        if without:
            context.route(without, lambda route: route.abort())
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/api/read") else None)
        return Studio(page, server), asked

    yield opened
    for context in contexts:
        context.close()


def html(studio):
    return studio.page.locator(".answer").evaluate("answer => answer.outerHTML")


@pytest.mark.parametrize("size", ["desktop", pytest.param("phone", marks=pytest.mark.slow)])
def test_what_is_drawn_is_read_without_asking_the_server_and_said_the_same(open_page, size):
    studio, asked = open_page(size=size)
    studio.wait_until_it_reads()
    studio.draw(SEVEN, touch=size == "phone")
    studio.wait_for_answer("7")
    said = studio.page.locator(".pad-said").inner_text()
    assert said == studio.page.locator(".answer").get_attribute("aria-label")
    assert asked == []
    studio.clear()
    # On a machine that does much else, the server may be asked for some of the ways that this could be read.
    studio.draw(NUMBER)
    studio.wait_for_answer("78")
    assert studio.page.locator(".boxes .is-read").count() == 2


@pytest.mark.parametrize(
    "strokes", [pytest.param(SEVEN, id="digit", marks=pytest.mark.slow), pytest.param(NUMBER, id="number")]
)
def test_the_answer_is_the_same_wherever_it_is_read(open_page, strokes):
    by_server, asked = open_page(strokes, without=READER)
    by_server.page.locator('.answer:not([data-answer=""])').wait_for()
    assert asked
    assert by_server.page.locator(".pad").get_attribute("data-reads") is None
    here, _asked = open_page(strokes, without=ROUTE)
    here.wait_until_it_reads()
    here.page.evaluate(AGAIN)
    here.page.locator('.answer:not([data-answer=""])').wait_for()
    assert html(here) == html(by_server)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("delete globalThis.WebAssembly", marks=pytest.mark.slow),
        "WebAssembly.validate = () => false",
    ],
)
def test_where_the_browser_is_too_slow_the_server_reads(open_page, script):
    studio, asked = open_page(SEVEN, script=script)
    studio.wait_for_answer("7")
    studio.page.wait_for_load_state("networkidle")
    asked.clear()
    studio.page.evaluate(AGAIN)
    studio.wait_for_answer("7")
    assert asked
    assert studio.page.locator(".pad").get_attribute("data-reads") is None


def test_what_needs_the_server_is_asked_of_it(open_page):
    studio, asked = open_page(HATCHED, pen=2)
    studio.wait_until_it_reads()
    asked.clear()
    with studio.page.expect_response(ROUTE):
        studio.page.evaluate(AGAIN)
    assert len(asked) == 1


@pytest.mark.slow
def test_it_goes_on_reading_when_the_server_is_gone(browser):
    with serving() as (url, process):
        studio = Studio(browser.new_page(), url)
        studio.wait_until_it_reads()
        os.kill(process, signal.SIGKILL)
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.close()
