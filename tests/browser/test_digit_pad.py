"""The example page of docs/build/digit-pad.md, as a page of another site: the element reads there, and only there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.browser.reader_server import running, serving
from tests.browser.test_reader_page import draw, expect_answer
from tests.docs.pages import DOCS
from tests.docs.pages import Page as DocsPage
from tests.strokes import SEVEN

SERVER = "https://digits.example.org/"
EVENTS = """() => {
  globalThis.told = [];
  for (const name of ["change", "answer", "ready"]) addEventListener(name, ({ type }) => told.push(type));
}"""


@pytest.fixture(scope="module")
def school() -> Iterator[str]:
    """The address of the example, on a server of its own."""
    with serving() as url:
        [example] = [block.text for block in DocsPage(DOCS / "build/digit-pad.md").blocks if block.language == "html"]
        assert SERVER in example
        html = example.replace(SERVER, url)
        page = Starlette(routes=[Route("/", lambda _request: HTMLResponse(html))])
        with running(page) as other:
            yield other


@pytest.fixture
def page(browser, school) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(school)
        yield page


def test_the_example_reads_in_a_page_of_another_site(page):
    page.evaluate(EVENTS)
    draw(page, SEVEN)
    expect(page.locator("#drawn")).to_have_text("7")
    assert page.evaluate("told.filter((each) => each === 'change').length") > 3
    assert "answer" in page.evaluate("told")
    [probabilities] = page.evaluate("pad.reading.probabilities.map((each) => [...each])")
    assert probabilities[7] > 0.99
    assert page.evaluate("[pad.reading.digits, pad.strokes.length, pad.reading.pixels[0].length]") == [[7], 1, 784]
    page.evaluate("pad.clear()")
    expect(page.locator("#drawn")).to_have_text("nothing yet")
    page.evaluate("pad.setAttribute('language', 'fr')")
    page.evaluate(f"pad.strokes = {SEVEN}".replace("(", "[").replace(")", "]"))
    expect(page.locator("digit-pad .answer-sentence strong")).to_have_text("Presque certain")


@pytest.mark.slow
def test_in_a_page_of_another_site_it_says_so_where_the_browser_cannot_read(browser, school):
    with browser.new_context() as context:
        page = context.new_page()
        page.route(
            "**/*.tflite", lambda route: route.fulfill(body=b"damaged", headers={"Access-Control-Allow-Origin": "*"})
        )
        page.goto(school)
        draw(page, SEVEN)
        expect(page.locator("digit-pad").get_by_role("alert")).to_contain_text("The network's file is damaged")
        expect_answer(page, "")
        assert page.evaluate("pad.strokes.length") == 1
