"""The picture of the network while the pen moves: how often its maps change, beside a page with the pad alone."""

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.table import Row
from tests.browser.driver import SIZES, launch, serving, wait_until, wait_until_all_is_there

# Size of each screen, how many times slower its processor is than this one, and the most milliseconds between pictures.
SCREENS = {"desktop": ("desktop", 1, 1000 / 15), "phone": ("phone", 4, 1000 / 8)}
SECONDS = 4
READY = "document.querySelector('.network')?.dataset.state === 'ready'"

# A pen that goes in circles and tells 120 times a second where it is: gives milliseconds between two pictures of the
# network, each of another drawing, and between two frames of the browser.
DRAW = """(seconds) => new Promise((resolve) => {
  const [pad, network] = [document.querySelector(".pad").pad, document.querySelector(".network")];
  const painted = () => Number(network.dataset.painted);
  const [begun, before] = [performance.now(), painted()];
  let frames = 0;
  const count = () => { frames += 1; if (performance.now() - begun < 1000 * seconds) requestAnimationFrame(count); };
  requestAnimationFrame(count);
  pad.clear();
  pad.begin([320, 200]);
  const pen = setInterval(() => {
    const time = performance.now() - begun;
    pad.extend([200 + 120 * Math.cos(time / 300), 200 + 120 * Math.sin(time / 470)]);
    pad.changed();
    if (time < 1000 * seconds) return;
    clearInterval(pen);
    pad.lift();
    resolve([time / (painted() - before), time / frames]);
  }, 1000 / 120);
})"""
# The page without the picture: nothing hears of the pen but the pad.
ALONE = """() => {
  const root = document.querySelector(".network");
  document.removeEventListener("mnist-studio-drawn", root.network.hear);
  root.hidden = true;
  root.style.display = "none";
}"""


def rows() -> list[Row]:
    """Milliseconds between two pictures, step by step and with everything lit."""
    with serving() as (url, _process), sync_playwright() as playwright:
        browser = launch(playwright)
        found = [row for name in SCREENS for row in _of_screen(browser, url, name)]
        browser.close()
    return found


def _of_screen(browser: Browser, url: str, name: str) -> list[Row]:
    """Both ways of looking at the picture on one screen."""
    size, slower, target = SCREENS[name]
    with browser.new_context(**SIZES[size]) as context:
        page = context.new_page()
        page.goto(f"{url}/how")
        wait_until(page, READY)
        wait_until_all_is_there(page)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        by_step = _pictures(page, "Step by step")
        whole = _pictures(page, "Everything")
        page.evaluate(ALONE)
        _pictures_alone, alone = page.evaluate(DRAW, SECONDS)
    slow = f", {slower} times slower" if slower > 1 else ""
    return [
        Row(f"{name}{slow}, {way}", between, "a frame with the pad alone", alone, "ms", target)
        for way, between in (("step by step", by_step), ("everything", whole))
    ]


def _pictures(page: Page, pace: str) -> float:
    """Milliseconds between two pictures while the pen moves; the first drawing is not counted."""
    page.get_by_role("radio", name=pace).check()
    if pace == "Step by step":
        for _step in range(6):
            page.get_by_role("button", name="Next step").click()
    page.evaluate(DRAW, 1)
    between: float = page.evaluate(DRAW, SECONDS)[0]
    return between
