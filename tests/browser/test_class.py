"""A class in real browsers: the teacher's screen, and phones that scan its code."""

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driver import PAGE_TIMEOUT_MS, SIZES, Studio
from tests.browser.test_accessibility import hindrances
from tests.strokes import DIGITS

PROJECTOR = {"viewport": {"width": 1920, "height": 1080}, "color_scheme": "dark"}


@pytest.fixture
def people(browser, server):
    """Browsers of several people, each of whom opens an address."""
    contexts = []

    def come(path, how):
        contexts.append(browser.new_context(**how))
        page = contexts[-1].new_page()
        page.goto(path if path.startswith("http") else server + path)
        return page

    yield come
    for context in contexts:
        context.close()


def scanned(page):
    """What a camera that sees the screen reads in its code."""
    picture = page.locator(".join-sign").first.screenshot()
    return cv2.QRCodeDetector().detectAndDecode(cv2.imdecode(np.frombuffer(picture, np.uint8), 1))[0]


def opened(people, name):
    teacher = people("/class", PROJECTOR)
    teacher.get_by_label("Name of the class").fill(name)
    teacher.get_by_role("button", name="Open the class").click()
    teacher.locator(".join-code strong").wait_for()
    return teacher


def phone(people, url):
    page = people(url, SIZES["phone"])
    page.get_by_role("button", name="Agree and join").click()
    studio = Studio.__new__(Studio)
    studio.page, studio.url, studio.plain = page, url, False
    studio.wait_for_canvas()
    return studio


def send(studio, count):
    """Draw what is called and send it; say which digit that was."""
    digit = int(studio.page.locator(".call").get_attribute("data-called"))
    studio.draw(DIGITS[digit], touch=True)
    studio.page.get_by_role("button", name="Send it").click()
    studio.page.get_by_text(f"{count} sent so far").wait_for()
    return digit


def one_need_not_scroll(page):
    """Call, pad and button are on the phone's screen."""
    assert not page.locator(".stAppHeader").is_visible()
    for part in (page.locator(".call"), page.locator(".pad-paper"), page.get_by_role("button", name="Send it")):
        box = part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844
        assert box["x"] + box["width"] <= 390


def fills_the_screen(teacher):
    """What is around the class goes away and comes back, and the code grows."""
    header, code = teacher.locator(".stAppHeader"), teacher.locator(".join-sign img")
    small = code.bounding_box()["width"]
    teacher.get_by_role("button", name="Fill the screen").click()
    expect(header).not_to_be_visible()
    assert code.bounding_box()["width"] > small
    teacher.get_by_role("button", name="Leave the full screen").click()
    expect(header).to_be_visible()
    teacher.evaluate("void (document.documentElement.requestFullscreen = () => Promise.reject(new Error('refused')))")
    teacher.get_by_role("button", name="Fill the screen").click()
    expect(header).not_to_be_visible()
    teacher.keyboard.press("Escape")
    expect(header).to_be_visible()


def test_phones_scan_draw_and_the_wall_shows_it(people, server):
    teacher = opened(people, "4b <b>Turing</b>")
    code = teacher.locator(".join-code strong").inner_text()
    url = scanned(teacher)
    assert url.endswith(f"/class?join={code}")
    url = f"{server}/class?join={code}"  # the server of the tests answers its own machine alone
    phones = [phone(people, url), phone(people, url)]
    one_need_not_scroll(phones[0].page)
    names = {each.page.locator(".call small").inner_text() for each in phones}
    assert len(names) == 2
    drawn = [send(phones[0], 1), send(phones[1], 1), send(phones[0], 2)]
    tiles = teacher.locator(".wall-tiles b")
    expect(tiles).to_have_text([f"{digit} ✓" for digit in reversed(drawn)], timeout=PAGE_TIMEOUT_MS)
    first = teacher.locator(".wall-tiles li").last
    first.evaluate("item => item.isTheSame = true")
    send(phones[1], 2)
    expect(tiles).to_have_count(4, timeout=PAGE_TIMEOUT_MS)
    assert first.evaluate("item => item.isTheSame")  # nothing was painted anew
    name = phones[0].page.locator(".call small").inner_text()
    phones[0].page.reload()
    expect(phones[0].page.locator(".call small")).to_have_text(name, timeout=PAGE_TIMEOUT_MS)
    phones[0].page.get_by_text("2 sent so far").wait_for()
    teacher.reload()  # the browser has the key
    expect(teacher.locator(".class-counts")).to_contain_text("2 phones here", timeout=PAGE_TIMEOUT_MS)
    assert hindrances(teacher) == []
    fills_the_screen(teacher)
    teacher.get_by_role("button", name="End the collecting").click()
    teacher.get_by_role("button", name="Yes, end it").click()
    teacher.get_by_text("Our class's test set").wait_for()
    phones[1].page.get_by_text("Thank you").wait_for()  # nobody has touched it
    assert code not in teacher.url
    assert teacher.evaluate("document.documentElement.outerHTML").count("<b>Turing</b>") == 0
