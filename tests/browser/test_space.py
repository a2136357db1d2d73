"""The map in a real browser: on a small page of its own, with MNIST's or else UCI's digits in known places."""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import ROOT, SIZES, serving, wait_until

SCRIPT = Path(__file__).with_name("space_page.py")
COUNT = 1200


@pytest.fixture(scope="module")
def address(browser) -> Iterator[str]:
    with serving((str(SCRIPT.relative_to(ROOT)),)) as (url, _):
        yield url


@pytest.fixture
def open_map(browser: Browser, address: str) -> Iterator:
    """Open the page with a map on it, which stands still, as a new visitor."""
    with contextlib.ExitStack() as stack:

        def open_page(query: str = "", size: str = "desktop", script: str = "", **how) -> Page:
            context = browser.new_context(**SIZES[size], **{"reduced_motion": "reduce", **how})
            page = stack.enter_context(context).new_page()
            page.add_init_script(script)
            page.set_default_timeout(30_000)
            page.goto(f"{address}/?{query}")
            page.wait_for_selector(".space[data-frames]")
            page.wait_for_timeout(400)  # until the picture is a smooth one
            return page

        yield open_page


def places(page: Page, panel: int = 0) -> np.ndarray:
    """Where the points are on the screen, as the map says: x and y within the panel and the distance, (n, 3)."""
    values = page.evaluate(f"Array.from(document.querySelector('.space').space.panels[{panel}].all())")
    return np.array(values).reshape(-1, 3)


def expected_places(coordinates: np.ndarray, width: float, height: float) -> np.ndarray:
    """Where a flat layout has to be on the screen, by the camera's own geometry."""
    middle = np.quantile(coordinates, [0.005, 0.995], axis=0).mean(axis=0)
    radius = np.quantile(np.linalg.norm(coordinates - middle, axis=1), 0.99)
    scale = height / 2 / np.tan(np.pi / 9) / 2.8 * min(1, width / height) / radius
    return np.stack(
        [width / 2 + (coordinates[:, 0] - middle[0]) * scale, height / 2 - (coordinates[:, 1] - middle[1]) * scale],
        axis=1,
    )


def coordinates() -> np.ndarray:
    """The flat layout of the page."""
    return np.random.default_rng(1).normal(size=(COUNT, 2)).astype(np.float32)


def is_within(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Whether points (n, 2) lie within a polygon (m, 2): the angles at which its corners are seen add up to a turn."""
    seen = line[None] - points[:, None]
    angles = np.arctan2(seen[..., 1], seen[..., 0])
    turns = np.diff(np.concatenate([angles, angles[:, :1]], axis=1), axis=1)
    return np.abs(((turns + np.pi) % (2 * np.pi) - np.pi).sum(axis=1)) > np.pi


def panel_box(page: Page, panel: int = 0) -> dict[str, float]:
    box = page.locator(".space-panel").nth(panel).bounding_box()
    assert box
    return box


def pixels(page: Page, panel: int = 0) -> np.ndarray:
    """What is painted of the points, uint8 (h, w, 3)."""
    values = page.evaluate(
        "(number) => { const { canvas } = document.querySelector('.space').space.panels[number];"
        "const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });"
        "document.querySelector('.space').space.panels[number].paint(false);"
        "const context = copy.getContext('2d'); context.drawImage(canvas, 0, 0);"
        "const { data } = context.getImageData(0, 0, copy.width, copy.height);"
        "let text = ''; for (let at = 0; at < data.length; at += 4) "
        "text += String.fromCharCode(data[at], data[at + 1], data[at + 2]);"
        "return [copy.width, copy.height, text]; }",
        panel,
    )
    width, height, text = values
    return np.frombuffer(text.encode("latin-1"), np.uint8).reshape(height, width, 3)


def drag(page: Page, line: np.ndarray) -> None:
    page.mouse.move(*line[0])
    page.mouse.down()
    for point in line[1:]:
        page.mouse.move(*point)
    page.mouse.up()


def shown(page: Page, text: str) -> None:
    expect(page.get_by_test_id("stMarkdown").filter(has_text=text)).to_be_visible()


def alone(place: np.ndarray, room: float = 14.0) -> int:
    """A point near the middle of the picture that has no other near it on the screen."""
    apart = np.linalg.norm(place[:, None, :2] - place[None, :, :2], axis=2) + np.eye(len(place)) * 1e6
    lonely = np.flatnonzero(apart.min(axis=1) > room)
    return int(lonely[np.argmin(np.linalg.norm(place[lonely, :2] - np.median(place[:, :2], axis=0), axis=1))])


def test_points_are_where_they_say_and_are_named_and_hidden_without_streamlit(open_map):
    page = open_map()
    place, box = places(page, 1), panel_box(page, 1)
    assert np.abs(place[:, :2] - expected_places(coordinates(), box["width"], box["height"])).max() < 0.5
    index = alone(place)
    page.mouse.move(box["x"] + place[index, 0] + 1, box["y"] + place[index, 1] + 1)
    tip = page.locator(".space-tip")
    expect(tip).to_be_visible()
    expect(tip).to_have_attribute("data-index", str(index))
    expect(tip).to_contain_text(f"Training image {index}")
    expect(tip).to_contain_text(f"True digit: {index % 10}")
    wait_until(page, "document.querySelector('.space-tip img').naturalWidth == 28")
    # A hidden digit is not painted and not picked.
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    before = pixels(page, 1)
    page.get_by_role("button", name=f"Show the digit {index % 10}").click()
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name=f"Show the digit {index % 10}")).to_have_attribute("aria-pressed", "false")
    after = pixels(page, 1)
    assert (after != before).any()
    x, y = place[index, :2].astype(int)
    assert after[y, x].tolist() == [255, 255, 255] != before[y, x].tolist()
    page.mouse.move(box["x"] + place[index, 0], box["y"] + place[index, 1])
    page.wait_for_timeout(300)
    expect(tip).to_be_hidden()
    shown(page, "runs=1")


@pytest.mark.parametrize(("painter", "scheme"), [("plain", "light"), ("webgl", "dark")])
def test_something_is_painted_in_every_colour(open_map, painter, scheme):
    page = open_map(f"painter={painter}", color_scheme=scheme)
    picture = pixels(page).reshape(-1, 3)
    paper = (255, 255, 255) if scheme == "light" else (16, 21, 28)
    painted = (np.abs(picture.astype(int) - paper).max(axis=1) > 8).mean()
    assert 0.005 < painted < 0.5
    # The plain colours of the ten digits are there, but for what is far away.
    assert len({tuple(colour) for colour in (picture // 64).tolist()}) > 8


@pytest.mark.slow  # test_map clicks and draws a lasso, too
def test_a_click_tells_streamlit_which_point(open_map):
    page = open_map()
    place, box = places(page, 1), panel_box(page, 1)
    index = alone(place)
    page.mouse.click(box["x"] + place[index, 0], box["y"] + place[index, 1])
    shown(page, f"point={index}")
    page.get_by_role("button", name="Rerun").click()
    shown(page, "runs=3")
    shown(page, f"point={index}")


@pytest.mark.slow
def test_a_lasso_selects_what_lies_within_it(open_map):
    page = open_map()
    place, box = places(page, 1), panel_box(page, 1)
    angle = np.linspace(0, 2 * np.pi, 40)
    radius = 70 + 40 * np.sin(5 * angle)  # a star, so that a box around it would be wrong
    line = np.stack([150 + radius * np.cos(angle), 250 + radius * np.sin(angle)], axis=1)
    page.get_by_role("button", name="Lasso").click()
    drag(page, line + np.array([box["x"], box["y"]]))
    expected = np.flatnonzero(is_within(place[:, :2], line))
    assert 20 < len(expected) < COUNT / 2
    shown(page, f"selected={len(expected)} sum={expected.sum()}")
    # It stands out in both panels, and goes away.
    states = "Array.from(document.querySelector('.space').space.points.colours.filter((_, at) => at % 4 == 3))"
    assert np.flatnonzero(np.array(page.evaluate(states)) == 3).tolist() == expected.tolist()
    page.get_by_role("button", name="Clear selection").click()
    shown(page, "selected=0")


@pytest.mark.slow
def test_a_box_selects_in_three_dimensions_too_and_shift_adds(open_map):
    page = open_map()
    box = panel_box(page)
    page.get_by_role("button", name="Box").click()
    place = places(page)
    middle = np.array([box["width"], box["height"]]) / 2
    inside = np.zeros(COUNT, bool)
    for shift, (start, end) in zip((False, True), ((middle - 60, middle + 20), (middle + 5, middle + 70)), strict=True):
        if shift:
            page.keyboard.down("Shift")
        drag(page, np.array([start, (start + end) / 2, end]) + np.array([box["x"], box["y"]]))
        inside |= ((place[:, :2] > start) & (place[:, :2] < end)).all(axis=1)
        shown(page, f"selected={inside.sum()} sum={np.flatnonzero(inside).sum()}")
    page.keyboard.up("Shift")


@pytest.mark.slow
def test_keys_turn_zoom_and_reset(open_map):
    page = open_map()
    surface = page.locator(".space-marks").first
    surface.focus()
    first = places(page)
    seen = [first]
    for key in ("ArrowRight", "ArrowUp", "+"):
        surface.press(key)
        page.wait_for_timeout(250)
        seen.append(places(page))
    assert all(np.abs(a - b).max() > 1 for a, b in itertools.pairwise(seen))
    surface.press("Home")
    page.wait_for_timeout(250)
    assert np.abs(places(page) - first).max() < 1e-3


def test_buttons_zoom_in_and_out_for_who_cannot_pinch(open_map):
    page = open_map()
    first = places(page)
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(250)
    away = [np.ptp(each, axis=0)[:2].max() for each in (first, places(page))]
    assert away[1] > 1.1 * away[0]
    page.get_by_role("button", name="Zoom out").click()
    page.wait_for_timeout(250)
    assert np.abs(places(page) - first).max() < 0.1


@pytest.mark.slow
def test_the_camera_outlives_reruns_a_theme_switch_and_a_reload(open_map):
    page = open_map()
    box = panel_box(page)
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    drag(page, np.linspace(middle, middle + np.array([90, 30]), 6))
    page.wait_for_timeout(600)
    turned = places(page)
    page.get_by_role("button", name="Rerun").click()
    shown(page, "runs=2")
    page.emulate_media(color_scheme="dark")
    wait_until(page, "document.querySelector('.space').space.background[0] < 100")
    assert (pixels(page)[0, 0] < 100).all()
    assert np.abs(places(page) - turned).max() < 1e-3
    page.reload()
    page.wait_for_selector(".space[data-frames]")
    page.wait_for_timeout(500)
    assert np.abs(places(page) - turned).max() < 1e-3


@pytest.mark.slow
def test_points_travel_to_another_layout(open_map):
    page = open_map(reduced_motion="no-preference")
    page.get_by_role("button", name="Pause the slow rotation").click()
    first = places(page)
    page.get_by_role("button", name="Second").click()
    page.wait_for_timeout(800)
    midway = places(page)
    page.wait_for_timeout(2500)
    last = places(page)
    way = np.linalg.norm((midway - first)[:, :2], axis=1) / np.linalg.norm((last - first)[:, :2], axis=1)
    assert 0.02 < np.median(way) < 0.98


@pytest.mark.slow
def test_a_film_shows_what_lies_between_two_steps(open_map):
    page = open_map("film=1")
    slider = page.locator(".space-film input")
    seen = []
    for value in ("0", "0.5", "1"):
        slider.fill(value)
        page.wait_for_timeout(300)
        seen.append(places(page))
    # Flat layouts are projected linearly: half way in time is half way on the screen.
    assert np.abs((seen[0] + seen[2]) / 2 - seen[1]).max() < 0.01
    assert np.abs(seen[2] - seen[0]).max() > 5


def test_a_drawing_appears_without_moving_the_camera(open_map):
    page = open_map()
    before = places(page)
    surface = page.locator(".space-marks").first
    read = (
        "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter(v => v).length"
    )
    bare = surface.evaluate(read)
    page.get_by_role("button", name="Draw").click()
    shown(page, "runs=2")
    page.wait_for_timeout(600)
    assert surface.evaluate(read) > bare + 5000
    assert np.abs(places(page) - before).max() < 1e-3


@pytest.mark.slow
def test_a_rerun_sends_no_points(open_map):
    page = open_map()
    page.evaluate("performance.clearResourceTimings()")
    page.get_by_role("button", name="Draw").click()
    shown(page, "runs=2")
    page.wait_for_timeout(500)
    fetched = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in fetched if "/api/arrays/" in name]


def test_a_finger_scrolls_the_page_or_turns_the_map(open_map):
    page = open_map(size="phone")
    box = panel_box(page)
    session = page.context.new_cdp_session(page)

    def swipe(way: np.ndarray) -> None:
        start = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
        for kind, share in [("touchStart", 0.0), *(("touchMove", at) for at in np.linspace(0.1, 1, 8))]:
            x, y = start + way * share
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            page.wait_for_timeout(16)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(400)

    first = places(page)
    swipe(np.array([0.0, -120.0]))
    assert np.abs(places(page) - first).max() < 5  # the page's
    swipe(np.array([100.0, 0.0]))
    assert np.abs(places(page) - first).max() > 20


def test_without_webgl_there_is_a_map(open_map):
    gone = "const plain = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext = "
    gone += "function (kind, ...all) { return kind.startsWith('webgl') ? null : plain.call(this, kind, ...all); }"
    page = open_map("painter=webgl", script=gone)
    assert page.locator(".space-panel").first.get_attribute("data-painter") == "plain canvas"
    assert pixels(page).std() > 5


@pytest.mark.slow
def test_the_picture_can_be_saved(open_map, tmp_path):
    page = open_map()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    path = tmp_path / "map.png"
    download.value.save_as(path)
    import cv2

    picture = cv2.imread(str(path))
    assert picture.shape[1] > 600
    assert picture.std() > 5
