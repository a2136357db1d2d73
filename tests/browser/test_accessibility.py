"""What WCAG 2.2 AA asks, page by page, as far as a machine can see it; docs/accessibility.md tells the rest."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from mnist_core import paths
from tests.browser.driver import PAGE_TIMEOUT_MS, wait_until, wait_until_all_is_there
from tests.strokes import SEVEN, SIX, ZERO

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "how": "Step by step",
    "watch": "Knobs",
    "explore?part=Browse&dataset=uci-digits": "Filters",
    "map": "Every dot is one of",
    "train": "Choose a recipe",
    "tune": "What may change",
    "evaluate": "were read as",
    "model": "How it learned",
    "class": "For the teacher",
    "lessons?lesson=handwriting&step=squares": "How many squares?",
    "lessons?lesson=fool&show=teacher": "Where it fits",
    "challenge": "Start",
    "demo?demo=1": "Pause examples",
    "drawings": "Collected drawings",
}
# So many pages are looked at each time, the first of a kind each; all of them in both themes by the slow tests.
FEW = ("train", "class")
# 1280 CSS pixels at a zoom of 400 %.
NARROW = {"width": 320, "height": 640}
# Streamlit's own, on a phone: separators between the items of a list.
THEIRS = {"list", "listitem"}
FOCUS = """() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return [document.activeElement.innerText, outlineStyle !== "none" && outlineWidth !== "0px", boxShadow !== "none"];
}"""

# What a finger is to hit, and how high that is; Streamlit's question marks and what it lays over tables stay small.
TARGETS = """() => [
  ...document.querySelectorAll("[data-testid=stMain] :is(button, select, summary, label)"),
  ...document.querySelectorAll("[data-testid=stSelectbox] [role=group]"),
].filter((each) => each.offsetHeight)
  .filter((each) => !each.closest("[data-testid=stTooltipHoverTarget], [data-testid=stElementToolbar]"))
  .filter((each) => each.matches("label") ? each.querySelector("input") : !each.matches("[role=group] button"))
  .filter((each) => Math.round(each.getBoundingClientRect().height) < 44)
  .map((each) => `${each.innerText || each.getAttribute("aria-label")}: ${each.getBoundingClientRect().height}`)"""


def hindrances(page):
    """What axe-core finds, and where."""
    found = Axe().run(page, options={"runOnly": RULES})
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found.response["violations"]]


def opened(page, server, path):
    if page.url != f"{server}/{path}":
        page.goto(f"{server}/{path}")
    page.get_by_text(PAGES[path]).first.wait_for(timeout=PAGE_TIMEOUT_MS)
    wait_until_all_is_there(page)


def is_within(page):
    return page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".every(each => each.scrollWidth <= each.clientWidth)"
    )


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_nothing_keeps_anybody_out_of_a_drawing_and_its_reading(visit, scheme):
    studio = visit(scheme=scheme)
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.look_at_reasons()
    assert hindrances(studio.page) == []


@pytest.mark.parametrize(
    ("scheme", "names"),
    [
        ("light", FEW),
        pytest.param("light", tuple(PAGES), marks=pytest.mark.slow),
        pytest.param("dark", tuple(PAGES), marks=pytest.mark.slow),
    ],
)
def test_nothing_keeps_anybody_out_and_all_fits_a_zoom_of_400_percent(visit, server, scheme, names):
    page = visit(scheme=scheme, path=f"/{names[0]}", wait=False).page
    wide = page.viewport_size
    for path in names:
        page.set_viewport_size(wide)
        opened(page, server, path)
        assert hindrances(page) == [], path
        page.set_viewport_size(NARROW)
        page.wait_for_timeout(200)
        assert is_within(page), path


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out_of_what_opens_over_a_page(visit, shared_home, scheme):
    folder = shared_home / "models" / "over-a-page"
    shutil.copytree(paths.SHIPPED_MODELS / "default", folder)
    try:
        page = visit(scheme=scheme, path="/train", wait=False).page
        page.get_by_text("What has been trained").wait_for()
        wait_until_all_is_there(page)
        assert hindrances(page) == []  # models to compare are chosen, which the page has only where there are some
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete it").wait_for()
        page.wait_for_timeout(500)  # it fades in
        assert hindrances(page) == []
    finally:
        shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_with_a_phone_out(visit, server, scheme):
    page = visit("phone", scheme, path="/how", wait=False).page
    for path in PAGES:
        opened(page, server, path)
        assert [each for each in hindrances(page) if each[0] not in THEIRS] == [], path
        assert page.evaluate(TARGETS) == [], path


def test_the_keyboard_comes_by_all_of_the_pad_and_is_seen_where_it_is(visit):
    page = visit().page
    come_by = []
    for _ in range(19):
        page.keyboard.press("Tab")
        words, *seen = page.evaluate(FOCUS)
        role = page.evaluate("document.activeElement.getAttribute('role') ?? document.activeElement.tagName")
        if role not in ("MAIN", "INPUT"):
            assert any(seen), words
        come_by.append("pad" if role == "application" else "pen" if role == "INPUT" else words)
    assert come_by[:2] == ["Skip to main content", "Skip to the drawing area"]
    start = come_by.index("pad")
    assert come_by[start : start + 4] == ["pad", "pen", "Undo", "Clear"]
    page.get_by_role("link", name="Skip to the drawing area").press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "application"


def test_what_is_said_aloud_is_what_is_drawn_and_nothing_once_it_is_cleared(visit):
    studio = visit()
    said = studio.page.locator(".pad-said")
    studio.draw(SIX)
    expect(said).to_contain_text("6.")
    studio.press("Clear")
    expect(said).to_contain_text("Draw a digit")
    studio.draw(ZERO)
    expect(said).to_contain_text("0.")


def test_what_the_keyboard_comes_to_is_not_under_the_bar_at_the_top(visit):
    page = visit(path="/tune", wait=False).page
    page.get_by_text("What may change").first.wait_for()
    wait_until_all_is_there(page)
    page.get_by_role("button", name="Start the search").focus()
    bar = page.locator(".stAppHeader").bounding_box()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        page.wait_for_timeout(30)
        if page.evaluate("document.activeElement.closest('[data-testid=stMain]') !== null"):
            assert page.evaluate("document.activeElement.getBoundingClientRect().bottom") > bar["height"]


@pytest.mark.slow
def test_spaced_out_text_is_still_seen_whole(visit):
    page = visit(path="/explore?dataset=uci-digits", wait=False).page
    page.get_by_text("Compare with").wait_for()
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
        "p { margin-bottom: 2em !important; }"
    )
    choice = page.get_by_role("radio", name="Odd ones out")
    words = choice.get_by_text("Odd ones out").evaluate(
        "e => { const range = document.createRange(); range.selectNodeContents(e);"
        " const { top, bottom, left, right } = range.getBoundingClientRect(); return [left, top, right, bottom] }"
    )
    box = choice.bounding_box()
    assert box["x"] <= words[0] < words[2] <= box["x"] + box["width"]
    assert box["y"] <= words[1] < words[3] <= box["y"] + box["height"]


@pytest.mark.slow
def test_each_language_is_told_to_screen_readers(visit):
    for code, told in {"de": "de", "es": "es", "fr": "fr", "zh": "zh"}.items():
        page = visit(path=f"/?lang={code}").page
        wait_until(page, f"document.documentElement.lang.startsWith('{told}')")
        assert page.get_by_role("status").count() > 0
