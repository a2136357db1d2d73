"""The one file that is taken home, opened from a disk: it reads as Python does, and says what is wrong with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from mnist_core.model.bundle import SHIPPED
from mnist_core.reader.page.home import home_page
from tests.browser.driver import wait_until
from tests.browser.test_reader_page import draw, expect_answer
from tests.reader import fixtures
from tests.strokes import TWO

# Of the fixtures one of every so many is read.
EVERY = 40
READ = """async (drawings) => {
  const pad = document.querySelector("digit-pad");
  return drawings.map(({ strokes, pen }) => {
    const { probabilities, verdict } = pad.reader.read(strokes, pen);
    return { probabilities: probabilities.map((each) => [...each]), sign: verdict.sign };
  });
}"""


@pytest.fixture
def opened(browser, tmp_path) -> Iterator:
    """Open a text as a file, without a network and on a phone."""
    contexts = []

    def open_file(text: str, **how) -> Page:
        (tmp_path / "reader.html").write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(offline=True, viewport={"width": 390, "height": 844}, **how))
        page = contexts[-1].new_page()
        page.goto(Path(tmp_path / "reader.html").as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()


def test_it_reads_as_python_does(opened):
    page = opened(home_page(SHIPPED))
    wait_until(page, "Boolean(document.querySelector('digit-pad').reader)")
    kept = list(fixtures.read())[::EVERY]
    drawings = [{"strokes": [(stroke / 100).tolist() for stroke in each.strokes], "pen": each.pen} for each in kept]
    for answer, expected in zip(page.evaluate(READ, drawings), kept, strict=True):
        np.testing.assert_allclose(answer["probabilities"], expected.probabilities, rtol=0, atol=1e-5)
        assert answer["sign"] == expected.verdict[0]
    draw(page, TWO)
    expect_answer(page, "2")
    expect(page.locator("#about")).to_contain_text("MNIST test digits: 99.55 % of 10,000 read right.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_it_speaks_the_language_of_whoever_opens_it(opened):
    page = opened(home_page(SHIPPED), locale="es-MX")
    expect(page.get_by_role("button", name="Borrar")).to_be_visible()
    page.get_by_role("combobox").select_option("zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    draw(page, TWO)
    expect_answer(page, "2")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh")


@pytest.mark.parametrize(
    "lost",
    [
        lambda page: page[:-50_000],
        lambda page: page.replace('application/octet-stream">', 'application/octet-stream">AAAA'),
    ],
    ids=["its end", "what is packed"],
)
def test_a_file_that_is_damaged_says_so(opened, lost):
    page = opened(lost(home_page(SHIPPED)))
    said = page.get_by_text(re.compile("file is damaged, so nothing is read|does not run in this browser"))
    expect(said.filter(visible=True)).to_have_count(1)


@pytest.mark.slow
def test_a_browser_that_is_too_old_says_so(opened):
    text = home_page(SHIPPED).replace("<head>", "<head><script>delete globalThis.DecompressionStream</script>", 1)
    expect(opened(text).get_by_text("does not run in this browser")).to_be_visible()


@pytest.mark.slow
def test_a_preview_without_scripts_says_so(opened):
    page = opened(home_page(SHIPPED), java_script_enabled=False)
    expect(page.get_by_text("with JavaScript, which does not run here")).to_be_visible()
