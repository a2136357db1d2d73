"""Pictures of screens: one that stands still, or the film of a hand that draws a digit."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, expect
from scipy.interpolate import CubicSpline

from tests.browser.driver import Studio

# Screens, each with the milliseconds that it is shown for.
Frames = Sequence[tuple[Image.Image, int]]
Corners = Sequence[tuple[float, float]]

TIMEOUT_MS = 60_000
# A page that has all it has to show may still be moving its parts into place.
SETTLING_MS = 1200
# Above and below the part of a screen that is cut out.
MARGIN = 16
# In the place of what has not come yet.
SKELETON = "[data-testid=stSkeleton]"

FRAME_MS = 70
POINTS_A_FRAME = 4
BEFORE_MS, AFTER_MS = 600, 2200

# A pencil's parts, each a colour and corners; its tip is at 0, 0.
PENCIL: Sequence[tuple[str, Corners]] = [
    ("#f4d3a1", [(0, 0), (4, -17), (17, -4)]),
    ("#e8590c", [(4, -17), (17, -4), (62, -49), (49, -62)]),
    ("#9c3a06", [(10, -10), (17, -4), (62, -49), (56, -56)]),
    ("#17202c", [(0, 0), (1.5, -6), (6, -1.5)]),
]
PENCIL_SIDE = 80
# Drawn so much larger first, for smooth edges.
FINER = 4


def still(studio: Studio, first: Locator | None = None, last: Locator | None = None) -> Frames:
    """The screen of a visitor once nothing on it moves; all of it, or from the first element to the last one."""
    settle(studio)
    return [(_cut(_screen(studio), first, last), 0)]


def settle(studio: Studio) -> None:
    """Wait until all has come and nothing moves any more: what comes late would shift the pad under the pen."""
    expect(studio.page.locator(SKELETON)).to_have_count(0, timeout=TIMEOUT_MS)
    studio.page.wait_for_timeout(SETTLING_MS)


def drawing(studio: Studio, stroke: np.ndarray, last: Locator) -> Frames:
    """Draw a stroke and take pictures meanwhile, down to the last element.

    Screens are photographed without their pointer; a pencil stands where it was.
    """
    settle(studio)
    box = studio.paper.bounding_box()
    assert box
    places = np.array([box["x"], box["y"]]) + stroke * box["width"] / 400
    mouse = studio.page.mouse
    mouse.move(*places[0])
    frames = [(_with_pencil(_screen(studio), places[0]), BEFORE_MS)]
    mouse.down()
    for number, place in enumerate(places, 1):
        mouse.move(*place)
        if number % POINTS_A_FRAME == 0:
            studio.page.wait_for_timeout(FRAME_MS)  # the answer follows the pen
            frames.append((_with_pencil(_screen(studio), place), FRAME_MS))
    mouse.up()
    mouse.move(0, 0)
    studio.page.wait_for_timeout(SETTLING_MS)
    frames.append((_screen(studio), AFTER_MS))
    return [(_cut(screen, None, last), shown_ms) for screen, shown_ms in frames]


def along(corners: Corners, count: int = 160) -> np.ndarray:
    """So many points along a smooth line through some; a hand starts and ends slowly."""
    points = np.array(corners, float)
    ways = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0, 1, count)
    return np.asarray(CubicSpline(ways / ways[-1], points)(at - np.sin(2 * np.pi * at) / 14))


def _screen(studio: Studio) -> Image.Image:
    return Image.open(BytesIO(studio.page.screenshot())).convert("RGB")


def _cut(screen: Image.Image, first: Locator | None, last: Locator | None) -> Image.Image:
    """A screen from above the first element to below the last one."""
    top, bottom = 0.0, float(screen.height)
    if first and (box := first.bounding_box()):
        top = box["y"] - MARGIN
    if last and (box := last.bounding_box()):
        bottom = box["y"] + box["height"] + MARGIN
    return screen.crop((0, round(top), screen.width, round(bottom)))


def _with_pencil(screen: Image.Image, tip: np.ndarray) -> Image.Image:
    """A screen with a pencil whose tip is there."""
    side = PENCIL_SIDE * FINER
    pencil = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(pencil)
    for colour, corners in PENCIL:
        draw.polygon([(x * FINER, side + y * FINER) for x, y in corners], fill=colour)
    small = pencil.resize((PENCIL_SIDE, PENCIL_SIDE), Image.Resampling.LANCZOS)
    screen.paste(small, (round(tip[0]), round(tip[1]) - PENCIL_SIDE), small)
    return screen
