"""The page /reader/ in a real browser: it reads, speaks, is kept, and says why where it cannot."""

import contextlib
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.driver import wait_until
from tests.browser.reader_server import app_of, running
from tests.browser.test_accessibility import RULES
from tests.strokes import SEVEN, TWO

MOST_BYTES = 350_000
# Bytes that the server has sent.
SENT = {"bytes": 0}


async def counted(scope, receive, send):
    """The app, with a count of what it sends."""

    async def count(message):
        SENT["bytes"] += len(message.get("body", b""))
        await send(message)

    await APP(scope, receive, count)


APP = app_of()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(counted) as url:
        yield f"{url}reader/"


@pytest.fixture
def opened(browser, address) -> Iterator:
    """Open the page as somebody new."""
    with contextlib.ExitStack() as stack:

        def open_page(path="", script="", **how) -> Page:
            context = stack.enter_context(browser.new_context(**how))
            if script:
                context.add_init_script(script)
            page = context.new_page()
            page.goto(address + path)
            return page

        yield open_page


def draw(page, strokes=SEVEN):
    box = page.locator("digit-pad canvas").first.bounding_box()
    scale = box["width"] / 400
    for stroke in strokes:
        for index, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * scale, box["y"] + y * scale, steps=5 if index else 1)
            if not index:
                page.mouse.down()
        page.mouse.up()


def expect_answer(page, sign):
    expect(page.locator("digit-pad .answer")).to_have_attribute("data-answer", sign)


def read(page):
    """What was read: the digits and their probabilities."""
    return page.evaluate(
        "(({ sign, probabilities }) => [sign, ...probabilities[0]])(document.querySelector('digit-pad').reading)"
    )


def test_it_reads_is_kept_and_goes_on_without_a_network(opened):
    SENT["bytes"] = 0
    page = opened()
    expect(page.locator("#offline")).to_contain_text("also works without a connection")
    assert 250_000 < SENT["bytes"] < MOST_BYTES
    draw(page)
    expect_answer(page, "7")
    before = read(page)
    page.context.set_offline(True)
    page.reload()
    expect_answer(page, "7")  # the drawing is there, and is read again
    assert read(page) == before
    page.get_by_role("button", name="Clear").click()
    draw(page, TWO)
    expect_answer(page, "2")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zeichne eine Ziffer, und sie wird gelesen")
    expect(page.locator("digit-pad .answer-sentence strong")).to_have_text("So gut wie gewiss")
    page.reload()
    expect(page.get_by_role("button", name="Leeren")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(opened, scheme):
    page = opened(color_scheme=scheme, viewport={"width": 390, "height": 844}, service_workers="block")
    draw(page)
    expect_answer(page, "7")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    buttons = "document.querySelector('digit-pad').shadowRoot.querySelectorAll('button')"
    sizes = page.evaluate(f"Array.from({buttons}, (each) => each.offsetHeight)")
    assert min(sizes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_a_digit_is_drawn_with_the_keyboard_and_said(opened):
    page = opened(service_workers="block")
    expect(page.locator("#about p").first).to_contain_text("comes with MNIST Studio")
    page.locator("digit-pad canvas").first.focus()
    page.keyboard.press("Space")
    for _step in range(14):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect_answer(page, "1")
    expect(page.locator("digit-pad .said")).to_contain_text("1. ")
    page.keyboard.press("Backspace")
    expect_answer(page, "")


@pytest.mark.slow
def test_without_webassembly_it_reads_here_all_the_same(opened):
    page = opened(script="delete globalThis.WebAssembly", service_workers="block")
    draw(page)
    expect_answer(page, "7")
    expect(page.locator("#where")).to_contain_text("It reads in this browser")


def test_without_the_network_it_asks_the_server(opened):
    page = opened(service_workers="block")
    page.route("**/*.tflite", lambda route: route.fulfill(body=b"damaged"))
    page.reload()
    draw(page, TWO)
    expect_answer(page, "2")
    expect(page.locator("#where")).to_contain_text("so the server reads")


def test_where_nothing_reads_it_says_so_and_reads_the_drawing_later(opened):
    page = opened(service_workers="block")
    for address in ("**/*.tflite", "**/api/read"):
        page.route(address, lambda route: route.abort())
    page.reload()
    draw(page)
    expect(page.locator("digit-pad").get_by_role("alert")).to_have_text(
        "Nothing can be read at the moment. Your drawing stays. Check the connection and draw on."
    )
    for address in ("**/*.tflite", "**/api/read"):
        page.unroute(address)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_answer(page, "7")
    expect(page.locator("digit-pad").get_by_role("alert")).to_be_hidden()


@pytest.mark.slow
def test_a_browser_that_keeps_nothing_reads_and_says_that_the_page_will_not_be_there(opened):
    forbidden = "{ get() { throw new DOMException('no', 'SecurityError') } }"
    page = opened(
        script=f"Object.defineProperty(window, 'sessionStorage', {forbidden});"
        f"Object.defineProperty(Document.prototype, 'cookie', {forbidden});"
        "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })"
    )
    draw(page)
    expect_answer(page, "7")
    expect(page.locator("#offline")).to_contain_text("does not keep the page")


@pytest.mark.slow
def test_without_https_it_says_that_it_is_not_kept(opened):
    page = opened(script="Object.defineProperty(window, 'isSecureContext', { get: () => false })")
    expect(page.locator("#offline")).to_contain_text("only if it comes by HTTPS")


@pytest.mark.slow
def test_a_damaged_copy_that_is_kept_is_fetched_anew(opened):
    page = opened()
    expect(page.locator("#offline")).to_contain_text("also works")
    page.evaluate(
        """async () => {
          const store = await caches.open((await caches.keys())[0]);
          const kept = (await store.keys()).find(({ url }) => url.endsWith(".tflite"));
          await store.put(kept, new Response("damaged"));
        }"""
    )
    page.reload()
    draw(page)
    wait_until(page, "Boolean(document.querySelector('digit-pad').reader)")
    expect_answer(page, "7")
