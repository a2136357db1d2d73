"""Text that becomes markup: whatever somebody called something or linked to, it is shown, and nothing else happens."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from mnist_core import paths
from mnist_ui.address import IMAGE, LANGUAGE, MODEL, PART
from mnist_ui.draw.sources import DRAW_ADDRESS
from mnist_ui.drawings.address import DRAWINGS_ADDRESS
from mnist_ui.evaluate.evaluation import EVALUATE_ADDRESS
from mnist_ui.explore.address import EXPLORE_ADDRESS
from mnist_ui.figures.landscape import sources
from mnist_ui.learner.address import WATCH
from tests.browser.driver import PAGE_TIMEOUT_MS, ROOT, SIZES, serving
from tests.faults import hostile_home
from tests.faults.hostile import ALL_AT_ONCE, AS_A_NAME, HOST
from tests.faults.hostile_home import HostileHome, marked, short
from tests.faults.literal_page import TEXTS

SCRIPT = Path(__file__).with_name("literal_page.py")
KEEPER_KEY = "k" * 20
# What the scripts of the pages may fetch from: their own server, and what they made themselves.
OWN_SCHEMES = ("data", "blob", "about", "chrome-error")

# The app itself leads to the papers whose figures it shows.
OWN_LINKS = re.findall(r"\((https://[^)]+)\)", sources())

# Every element of a page, those within components too, that could fetch or lead elsewhere; and whether a script ran.
LEADING_AWAY = """(own) => {
  const found = [];
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      for (const name of ["src", "href", "xlink:href", "action", "data", "poster", "srcset"]) {
        const value = element.getAttribute(name);
        if (value === null) continue;
        const url = new URL(value, document.baseURI);
        const isOwn = url.host === location.host || ["data:", "blob:"].includes(url.protocol) || own.includes(value);
        if (!isOwn) found.push(element.outerHTML.slice(0, 300));
      }
    }
  };
  look(document);
  if (window.hacked) found.push("a script ran");
  return found;
}"""
# By the key of a part of the page of texts: what is read there, and of which elements it is made.
AS_SHOWN = """() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-"]')].map((part) => {
  const key = [...part.classList].find((name) => name.startsWith("st-key-")).slice("st-key-".length);
  const shown = part.querySelector('[data-testid="stMarkdownContainer"]');
  const text = shown.innerText.replaceAll("\\u2060", "").split(/\\s+/).filter(Boolean).join(" ");
  return [key, [text, [...new Set([...shown.querySelectorAll("*")].map((each) => each.tagName))].sort()]];
}))"""
SHOWN = """() => {
  const texts = [];
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) look(element.shadowRoot);
    texts.push(root === document ? document.body.innerText : root.textContent);
    for (const field of root.querySelectorAll("input, textarea")) texts.push(field.value);
  };
  look(document);
  return texts.join("\\n");
}"""


EXPLORE_PARTS = ("Overview", "Odd ones out", "Wrong labels?", "Shape of the data")
EVALUATE_PARTS = ("What it confuses", "Mistakes", "How robust", "How it learned", "Two models", "Size and speed")
# What the walk has to come by; what stands in tables is drawn on a canvas, where nobody can look for it.
PLACES = (
    *("run", "run-error", "wanted", "used", "lost-run", "lost-run-error", "log", "cancelled-run", "waiting-run"),
    *("search", "lost-search", "lost-search-error", "waiting-search"),
    *("map", "other-map", "making", "stage", "card", "score", "reading-error"),
    "class",
)
ADDRESSES: dict[str, tuple[list[str], list[dict[str, str]]]] = {
    "": ([*(DRAW_ADDRESS.names or ()), MODEL, LANGUAGE], []),
    "how": ([MODEL, LANGUAGE], []),
    "watch": ([*(WATCH.names or ())], []),
    "explore": (
        [name for name in EXPLORE_ADDRESS.names or () if name not in (PART, IMAGE)],
        [{IMAGE: ALL_AT_ONCE}, {PART: ALL_AT_ONCE}, *({PART: part, "with": ALL_AT_ONCE} for part in EXPLORE_PARTS)],
    ),
    "map": (["map", "view"], [{"image": ALL_AT_ONCE}, {"image": ALL_AT_ONCE, "dataset": ALL_AT_ONCE}]),
    "train": (["preset", "name", "epochs"], [{"run": ALL_AT_ONCE}, {"preset": "quick", "data": ALL_AT_ONCE}]),
    "tune": (["search", MODEL], []),
    "evaluate": ([*(EVALUATE_ADDRESS.names or ()), MODEL], [{PART: ALL_AT_ONCE}, {"dataset": ALL_AT_ONCE}]),
    "model": ([MODEL], []),
    "class": (["join", MODEL], []),
    "drawings": ([name for name in DRAWINGS_ADDRESS.names or () if name != "drawing"], [{"drawing": ALL_AT_ONCE}]),
}


@dataclass
class Walk:
    """A visitor who goes from page to page, and what became of that.

    Attributes
    ----------
    url
        Of the app.
    asked
        What was asked of other hosts.
    found
        Elements that lead elsewhere.
    seen
        Everything that was shown.
    """

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    seen: str = ""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PAGE_TIMEOUT_MS)
        self.page.context.on("request", self._note)

    def open(self, path: str, **parameters: str) -> None:
        """Open a page, and everything on it that opens."""
        self.page.goto(f"{self.url}/{path}?{urlencode(parameters)}")
        self.look()
        self.page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach((each) => each.click())")
        for number in range(self.page.get_by_test_id("stPopoverButton").count()):
            button = self.page.get_by_test_id("stPopoverButton").nth(number)
            if button.is_visible() and button.is_enabled():
                button.click()
                self.look()
                self.page.keyboard.press("Escape")

    def look(self) -> None:
        """Wait until the page is there, and look at what it shows."""
        self.page.locator("h1, [data-testid='stMarkdownContainer']").first.wait_for(state="attached")
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_timeout(300)
        self.found += self.page.evaluate(LEADING_AWAY, OWN_LINKS)
        self.seen += self.page.evaluate(SHOWN)

    def _note(self, request: Request) -> None:
        """Note what is asked of another host."""
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and parts.netloc != urlsplit(self.url).netloc:
            self.asked.append(request.url)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[HostileHome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("hostile")))
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        patch.setenv("MNIST_STUDIO_KEEPER_KEY", KEEPER_KEY)
        yield hostile_home.fill(patch)


@pytest.fixture(scope="module")
def address(browser: Browser, home: HostileHome) -> Iterator[str]:
    with serving() as (url, _):
        yield url


@pytest.fixture
def walk(browser: Browser, address: str, home: HostileHome) -> Iterator[Walk]:
    """A visitor whose browser has the key of the class and what was drawn in it."""
    with browser.new_context(**SIZES["desktop"]) as context:
        _remember(context, {"visitor": home.visitor, "classes": {home.code: home.key}})
        yield Walk(context.new_page(), address)


def _remember(context: BrowserContext, items: dict[str, Any]) -> None:
    """Have a browser begin with what it keeps."""
    kept = {f"mnist-studio-{name}": json.dumps(value) for name, value in items.items()}
    script = f"for (const [name, value] of Object.entries({json.dumps(kept)})) localStorage.setItem(name, value)"
    context.add_init_script(f"try {{ {script} }} catch {{}}")


def unseen(walk: Walk, places: Sequence[str]) -> list[str]:
    """Places whose text was not shown: a walk that does not come by there tells nothing."""
    return [place for place in places if not re.search(rf"in-{place}\b", walk.seen)]


@pytest.mark.slow
def test_what_is_stored_is_shown_and_does_nothing(walk: Walk, home: HostileHome):
    pages: list[tuple[str, dict[str, str]]] = [
        ("train", {}),
        ("train", {"run": home.run}),
        ("train", {"run": home.lost_run}),
        ("tune", {}),
        ("tune", {"search": home.search}),
        ("tune", {"search": home.lost_search}),
        ("map", {"map": home.map}),
        ("map", {"map": home.map, "image": "test-3"}),
        ("map", {"view": "Make a map"}),
        ("map", {"view": "Through training"}),
        ("model", {"model": AS_A_NAME}),
        ("how", {"model": AS_A_NAME}),
        *(("evaluate", {"model": AS_A_NAME, "part": part}) for part in EVALUATE_PARTS),
        ("explore", {"part": "Browse"}),
        ("explore", {"part": "Browse", "model": AS_A_NAME}),
        ("drawings", {}),
        ("drawings", {"of": home.code}),
        ("drawings", {"drawing": home.drawing, "model": AS_A_NAME}),
        ("class", {}),
        ("class", {"join": home.code}),
        ("demo", {"demo": "1", "model": AS_A_NAME}),
        ("challenge", {}),
    ]
    for path, parameters in pages:
        walk.open(path, **parameters)
    assert (walk.asked, walk.found) == ([], [])
    assert unseen(walk, PLACES) == []


@pytest.mark.slow
@pytest.mark.parametrize("page", ADDRESSES)
def test_what_an_address_says_does_nothing(walk: Walk, page: str):
    """All parameters of a page at once, and alone those that hide the others."""
    names, alone = ADDRESSES[page]
    walk.open(page, **dict.fromkeys(names, ALL_AT_ONCE))
    for parameters in alone:
        walk.open(page, **parameters)
    assert (walk.asked, walk.found) == ([], [])
    assert page == "class" or HOST in walk.seen  # of a class's code a page repeats nothing


@pytest.mark.slow
def test_what_somebody_types_or_uploads_does_nothing(walk: Walk):
    page, file = walk.page, {"name": f"{AS_A_NAME} ![x](;;{HOST}) <img src=x>.png", "mimeType": "image/png"}
    walk.open("", source="Photo")
    page.locator("input[type=file]").set_input_files({**file, "buffer": b"no picture"})
    page.get_by_text("cannot be read").wait_for()
    walk.look()
    walk.open("explore", part="Browse")
    page.get_by_placeholder("Go to test-47").fill(marked("go-to"))
    page.get_by_placeholder("Go to test-47").press("Enter")
    page.get_by_test_id("stToast").wait_for()
    walk.look()
    walk.open("class")
    page.get_by_role("button", name="Other classes").click()
    page.get_by_label("Name of the class").fill(short("typed"))
    page.get_by_role("button", name="Open the class").click()
    page.get_by_text("in-typed").first.wait_for()
    walk.look()
    assert (walk.asked, walk.found) == ([], [])
    assert unseen(walk, ["go-to", "typed"]) == []


@pytest.mark.slow
def test_a_text_from_outside_is_shown_literally_wherever_it_stands(browser: Browser):
    with serving((str(SCRIPT.relative_to(ROOT)),)) as (url, _), browser.new_context() as context:
        walk = Walk(context.new_page(), url)
        walk.open("")
        walk.page.wait_for_selector(f".st-key-text-{len(TEXTS) - 1} p")
        found = walk.page.evaluate(AS_SHOWN)
        assert {key: each for key, each in _expected().items() if found.get(key) != each} == {}
        walk.open("show_places")
        walk.open("show_charts")
        assert (walk.asked, walk.found) == ([], [])


def _expected() -> dict[str, list[Any]]:
    """What each part of the page of texts is to show, and the elements that it may have for that."""
    expected: dict[str, list[Any]] = {}
    for number, text in enumerate(TEXTS):
        shown = " ".join(text.split())
        expected[f"text-{number}"] = [shown, ["BR", "P"] if "\n" in text else ["P"]]
        if "\n" not in text:
            expected[f"bold-{number}"] = [f"模型{shown}有 {shown} x", ["P", "STRONG"]]
            expected[f"cell-{number}"] = [f"a {shown}", ["TABLE", "TBODY", "TD", "TH", "THEAD", "TR"]]
    return expected
