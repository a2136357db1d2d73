"""The picture of the network under a real pen, mouse, finger and keyboard."""

import re

import numpy as np
import pytest

from mnist_core import Drawing, ink
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder
from tests.browser.driver import Studio, wait_until, wait_until_all_is_there
from tests.litert import tensors
from tests.strokes import SEVEN, THREE

READY = "document.querySelector('.network')?.dataset.state === 'ready'"
# The strokes on the pad, and of the picture what is chosen, the layer's name and its number there.
CHOSEN = """() => {
  const { network } = document.querySelector(".network");
  const { number, place } = network.chosen;
  const layer = network.inside.layers[number];
  const strokes = document.querySelector(".pad").pad.strokes.map(({ points }) => points);
  const value = network.inside.valueAt(layer, place.row, place.column, place.channel);
  return { strokes, number, place, value, name: layer.name, shape: layer.shape };
}"""
# Whether the sum below is that of what is chosen.
SHOWN = f"Number([...document.querySelectorAll('.network-final')].at(-1)?.dataset.value) === ({CHOSEN})().value"
# The numbers of all patches and weights that are shown.
CELLS = """tables => tables.map((table) =>
  [...table.querySelectorAll("td")].map((cell) => Number(cell.innerText.replace("−", "-"))))"""
WIDER = """[...document.querySelectorAll("html, [data-testid=stMain]")]
  .map((each) => each.scrollWidth - each.clientWidth)"""
# Whether all that is drawn has been read, and the strongest come first.
RESTS = "!document.querySelector('.network').classList.contains('is-drawing')"


@pytest.fixture
def how(visit):
    """Open the page at a size, and wait until the network is there."""

    def opened(size="desktop", **more):
        studio = visit(size, path="/how", **more)
        wait_until(studio.page, READY)
        return studio

    return opened


def drawn(studio, strokes, **how):
    """The strokes on the pad, read by the picture."""
    studio.draw(strokes, **how)
    wait_until(studio.page, RESTS)
    wait_until_all_is_there(studio.page)
    return studio.page


def layer(page, number):
    """What one points at in a layer."""
    return page.locator(".network-layer").nth(number).locator("canvas, .network-digits")


def shown_number(page):
    """The number that the sum ends in, as it is written."""
    return page.locator(".network-final").last.inner_text().replace("−", "-")


def check_chosen(page):
    """What is chosen and shown is what LiteRT computes of the drawing."""
    wait_until(page, SHOWN)
    chosen = page.evaluate(CHOSEN)
    image = ink.digit_pixels(Drawing.from_strokes(chosen["strokes"], 20, (400, 400)))
    values = tensors((model_folder(SHIPPED) / GRAPH).read_bytes(), image)[chosen["name"]]
    place = chosen["place"]
    expected = values.reshape(chosen["shape"])[place["row"], place["column"], place["channel"]]
    assert chosen["value"] == pytest.approx(float(expected), abs=1e-4)
    assert float(shown_number(page)) == pytest.approx(float(expected), abs=0.006)
    return chosen


def test_what_is_drawn_is_read_and_a_place_that_is_pointed_at_shows_its_sum(how):
    page = drawn(how(), SEVEN)
    assert page.locator(".network-note").inner_text() == ""
    for _step in range(2):
        page.get_by_role("button", name="Next step").click()
    assert page.locator(".network-sentence").inner_text().startswith("Step 2 of 10")
    layer(page, 1).hover(position={"x": 22, "y": 60})
    wait_until(page, "document.querySelector('.network-sum').innerText.startsWith('Layer 1')")
    chosen = check_chosen(page)
    assert chosen["number"] == 1
    patch, weights = np.array(page.locator(".network-grid").evaluate_all(CELLS))
    text = page.locator(".network-sum").inner_text().replace("−", "-").replace("\n", " ")
    total = float(re.search(r"=\s*(-?[\d.]+)", text)[1])
    # Each of the numbers is rounded to two places.
    assert float(patch @ weights) == pytest.approx(total, abs=0.05)


@pytest.mark.slow
def test_the_answer_is_drawn_from_the_same_network_as_the_pads(how):
    page = drawn(how(), SEVEN)
    page.get_by_role("radio", name="Everything").check()
    assert page.locator(".network-digit.is-answer strong").inner_text() == "7"
    layer(page, 9).locator("[data-digit='7']").click()
    wait_until(page, "document.querySelector('.network-sum').innerText.startsWith('Layer 9')")
    check_chosen(page)
    rows = page.locator(".network-list tr")
    assert rows.count() == 8
    assert rows.first.inner_text().startswith("Feature ")


@pytest.mark.slow
def test_the_keyboard_goes_to_every_place_and_a_reader_is_told(how):
    page = drawn(how(), SEVEN)
    target = layer(page, 2)
    target.focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate(CHOSEN)
    assert first["number"] == 2
    for key, row, column in (("ArrowDown", 1, 0), ("ArrowUp", 0, 0), ("ArrowRight", 0, 1), ("ArrowLeft", 0, 0)):
        page.keyboard.press(key)
        now = page.evaluate(CHOSEN)["place"]
        assert now["row"] - first["place"]["row"] in (row, row - 12)
        assert now["column"] - first["place"]["column"] in (column, column - 12)
    place = page.evaluate(CHOSEN)["place"]
    said = page.locator(".network-said").inner_text()
    assert said.startswith(f"Map {place['channel'] + 1}, row {place['row'] + 1}, column {place['column'] + 1}: ")
    page.keyboard.press("Shift+ArrowDown")
    assert page.evaluate(CHOSEN)["place"]["channel"] != place["channel"]
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('.network').network.chosen.isOwn")


@pytest.mark.parametrize("size", ["desktop", pytest.param("phone", marks=pytest.mark.slow)])
def test_the_maps_move_while_the_pen_does_and_a_reload_keeps_the_drawing(how, size):
    studio = how(size)
    page = studio.page
    assert "example" in page.locator(".network-note").inner_text()
    before = page.evaluate("Number(document.querySelector('.network').dataset.painted)")
    drawn(studio, THREE, touch=size == "phone")
    after = page.evaluate("Number(document.querySelector('.network').dataset.painted)")
    assert after - before >= 5
    strokes = page.evaluate(CHOSEN)["strokes"]
    page.reload()
    wait_until(page, READY)
    wait_until(page, "document.querySelector('.pad').pad.strokes.length > 0")
    assert page.evaluate(CHOSEN)["strokes"] == strokes
    wait_until(page, f"{RESTS} && document.querySelector('.network-note').innerText === ''")


@pytest.mark.slow
def test_all_maps_of_a_layer_are_shown_on_request(how):
    page = drawn(how(), SEVEN)
    shown = "document.querySelector('.network').network.views[2].shown.length"
    assert page.evaluate(shown) == 6
    page.get_by_role("button", name="convolution 4×4: All 32").click()
    assert page.evaluate(shown) == 32
    page.get_by_role("button", name="convolution 4×4: Fewer").click()
    assert page.evaluate(shown) == 6


@pytest.mark.slow
def test_the_way_leads_from_the_answer_on_the_first_page_with_the_drawing(visit):
    studio: Studio = visit()
    studio.draw(SEVEN)
    studio.wait_for_answer("7")
    studio.page.wait_for_timeout(500)  # the page hears of a stroke 200 ms after it, and the hand is on its way
    wait_until_all_is_there(studio.page)
    studio.page.get_by_role("link", name="Look inside").click()
    wait_until(studio.page, READY)
    wait_until(studio.page, "document.querySelector('.pad').pad.strokes.length === 1")
    wait_until(studio.page, "document.querySelector('.network-digit.is-answer strong')?.innerText === '7'")


@pytest.mark.slow
@pytest.mark.parametrize("size", ["desktop", "projector", "phone"])
def test_nothing_sticks_out(how, size):
    page = drawn(how(size), SEVEN, touch=size == "phone")
    for whole in (False, True):
        if whole:
            page.get_by_role("radio", name="Everything").check()
        assert max(page.evaluate(WIDER)) <= 0
