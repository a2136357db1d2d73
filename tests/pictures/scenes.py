"""What is on each picture: a visitor opens a page, does something there, and waits until all of it has come."""

from playwright.sync_api import expect

from tests.browser.driver import Studio, wait_until
from tests.pictures.film import TIMEOUT_MS, Frames, along, drawing, settle, still
from tests.pictures.stage import WIDTH, WORK_MS, Stage, wait_for_workers
from tests.strokes import DIGITS, FOUR

# On a canvas of 400 x 400 pixels. While it is drawn it is read as a zero, a one, a seven and a two before.
THREE = [(157, 96), (216, 89), (289, 94), (264, 157), (198, 181), (174, 186), (234, 200), (263, 226), (223, 282),
         (156, 311), (111, 277)]  # fmt: skip
# The map is turned by so many pixels of a mouse's way: from there no island hides another.
TURNED = 190
# Into an epoch.
BEGUN_MS = 2000
# A screen that shows all of a page.
TALL = 2600


def draw(stage: Stage) -> Frames:
    """A three, while it is drawn."""
    studio = stage.visit(width=1120, height=720)
    studio.wait_for_canvas()
    return drawing(studio, along(THREE), studio.page.locator(".pad-tools"))


def draw_dark(stage: Stage) -> Frames:
    """A three that has been drawn, in the dark."""
    studio = _drawn(stage, scheme="dark")
    return still(studio)


def phone(stage: Stage) -> Frames:
    """A four on a phone."""
    studio = stage.visit_by_phone()
    studio.wait_for_canvas()
    settle(studio)
    studio.draw(FOUR, touch=True)
    studio.wait_for_answer("4")
    return still(studio)


def steps(stage: Stage) -> Frames:
    """The steps from a drawing to what the network sees."""
    studio = _drawn(stage, height=TALL)
    return still(studio, studio.page.get_by_text("How it sees your drawing"), studio.page.locator(".strip"))


def why(stage: Stage) -> Frames:
    """Why a drawing is read as it is."""
    studio = _drawn(stage, height=TALL)
    page = studio.page
    page.get_by_text("Of MNIST's 60,000 training digits").wait_for(timeout=WORK_MS)
    return still(studio, page.get_by_text("Why this answer?"), page.get_by_role("radiogroup", name="What if it were"))


def how(stage: Stage) -> Frames:
    """How it works: all layers of the network at work on a drawing."""
    studio = _drawn(stage, height=960)
    studio.open("How it works")
    page = studio.page
    wait_until(page, "document.querySelector('.network')?.dataset.state === 'ready'")
    for _step in range(7):
        page.get_by_role("button", name="Next step").click()
    page.get_by_text("Step 7 of").wait_for()
    return still(studio)


def explore(stage: Stage) -> Frames:
    """The fours that are least like the average four."""
    studio = stage.visit("/explore?part=Browse&labels=4&sort=typicality", height=860)
    studio.page.get_by_text("Misread, and sure of it").wait_for()
    _wait_for_gallery(studio)
    return still(studio)


def map_of_digits(stage: Stage) -> Frames:
    """The test digits as the network sees them, a drawing among them."""
    return still(_map(stage, "light"))


def map_dark(stage: Stage) -> Frames:
    """The same in the dark."""
    return still(_map(stage, "dark"))


def recipes(stage: Stage) -> Frames:
    """The recipes for a network, once it is known how long each takes here."""
    wait_for_workers()
    studio = stage.visit("/train")
    studio.page.get_by_text("Time at most").wait_for()
    for missing in ("not measured yet", "Measuring how fast"):
        expect(studio.page.get_by_text(missing)).to_have_count(0, timeout=WORK_MS)
    return still(studio)


def train(stage: Stage) -> Frames:
    """A network that is learning."""
    studio = _drawn(stage, height=1120)
    studio.open("Train")
    studio.press("Start training")
    studio.page.get_by_text("Epoch 4 of 5").first.wait_for(timeout=WORK_MS)
    studio.page.wait_for_timeout(BEGUN_MS)
    frames = still(studio)
    studio.press("Cancel")
    wait_for_workers()
    return frames


def tune(stage: Stage) -> Frames:
    """A search that has ended."""
    return still(stage.searched)


def tune_lines(stage: Stage) -> Frames:
    """Its trials as lines, and what mattered."""
    studio = stage.searched
    studio.page.set_viewport_size({"width": WIDTH, "height": TALL})
    studio.page.locator(".parallel .axis-title").first.wait_for()
    first = studio.page.get_by_text("Which values go with a good score")
    return still(studio, first, studio.page.get_by_text("permutation importance"))


def evaluate(stage: Stage) -> Frames:
    """What the network confuses."""
    studio = stage.visit("/evaluate", height=1040)
    studio.page.get_by_text("were read as").wait_for()
    _wait_for_gallery(studio)
    _wait_for_charts(studio)
    return still(studio)


def model(stage: Stage) -> Frames:
    """What the network is and how often it is right."""
    studio = stage.visit("/model")
    studio.page.get_by_text("How it learned").wait_for()
    _wait_for_charts(studio)
    return still(studio)


def classroom(stage: Stage) -> Frames:
    """The wall of a class."""
    teacher, _phone = stage.lesson
    return still(teacher)


def class_phone(stage: Stage) -> Frames:
    """The phone of somebody in the class."""
    _teacher, phone = stage.lesson
    return still(phone)


def drawings(stage: Stage) -> Frames:
    """What the class has drawn, in the teacher's browser."""
    teacher, _phone = stage.lesson
    code = teacher.page.locator(".join-code strong").inner_text()
    studio = Studio(teacher.page.context.new_page(), f"{stage.url}/drawings?of={code}", wait=False)
    _wait_for_gallery(studio)
    return still(studio)


def challenge(stage: Stage) -> Frames:
    """A challenge in which three digits have been drawn."""
    studio = stage.visit("/challenge")
    studio.press("Start")
    studio.wait_for_canvas()
    for count in range(2, 6):
        studio.draw(DIGITS[_called(studio)])
        studio.page.get_by_text(f"{count} of 10").wait_for()
    strokes = DIGITS[_called(studio)]
    studio.draw([strokes[0][: max(2, len(strokes[0]) // 3)]])
    return still(studio)


def demo(stage: Stage) -> Frames:
    """The demo on a projector, which draws by itself."""
    studio = stage.visit("/?demo=1", height=720)
    studio.wait_for_canvas()
    studio.press("Next example")
    studio.wait_for_answer("3")
    return still(studio)


def _drawn(stage: Stage, scheme: str = "light", height: int = 800) -> Studio:
    """The Draw page with a three that was read and explained."""
    studio = stage.visit(scheme=scheme, height=height)
    studio.wait_for_canvas()
    settle(studio)
    studio.draw([along(THREE).tolist()])
    studio.wait_for_answer("3")
    studio.page.get_by_text("Why this answer?").wait_for()
    return studio


def _map(stage: Stage, scheme: str) -> Studio:
    """The map, with a drawing among its islands."""
    studio = stage.visit("/map", scheme=scheme, height=820)
    studio.page.locator(".space-panel[data-count]").first.wait_for()
    studio.press("Options")
    studio.page.get_by_text("Flat map beside it").click()
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator(".space-panel")).to_have_count(1)
    studio.press("Network")
    settle(studio)
    studio.draw([along(THREE).tolist()])
    wait_until(studio.page, "document.querySelector('.space').space.data.you !== null", timeout_ms=TIMEOUT_MS)
    studio.page.get_by_text("The 8 digits most like it").wait_for()
    panel = studio.page.locator(".space-panel").bounding_box()
    assert panel
    mouse = studio.page.mouse
    mouse.move(panel["x"] + panel["width"] / 2, panel["y"] + panel["height"] / 2)
    mouse.down()
    mouse.move(panel["x"] + panel["width"] / 2 + TURNED, panel["y"] + panel["height"] / 2, steps=10)
    mouse.up()
    mouse.move(0, 0)
    return studio


def _called(studio: Studio) -> int:
    return int(studio.page.locator(".call").get_attribute("data-called") or 0)


def _wait_for_gallery(studio: Studio) -> None:
    """Wait until digits are shown."""
    studio.page.locator(".gallery").first.wait_for()
    wait_until(studio.page, "document.querySelector('.gallery').gallery?.image", timeout_ms=TIMEOUT_MS)


def _wait_for_charts(studio: Studio) -> None:
    studio.page.locator(".js-plotly-plot .main-svg").first.wait_for()
