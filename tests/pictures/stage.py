"""The app in a data home of its own, and visitors whose screens are photographed."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from unittest.mock import patch

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from mnist_core import jobs, load_dataset, paths
from mnist_core.owners import KEEPER
from mnist_ui.classroom.address import VARIABLE as ADDRESS_VARIABLE
from tests.browser.driver import SIZES, Strokes, Studio, chromium, launch, serving
from tests.pictures.film import TIMEOUT_MS
from tests.strokes import DIGITS

WIDTH = 1280
# What a worker does takes as long as it takes.
WORK_MS = 400_000
# A school that does not exist: the code on its wall leads nowhere, least of all to the machine that took the picture.
ADDRESS = "http://studio.school.example"
DIGITS_OF_EACH_PHONE = 9


class Stage:
    """A server, and browsers of visitors who look at it.

    Attributes
    ----------
    browser
        Chromium.
    url
        The server's address.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url

    def visit(self, path: str = "", *, height: int = 800, width: int = WIDTH, scheme: str = "light") -> Studio:
        """A new visitor at a desk, who opens this path."""
        return self._opened(path, {"viewport": {"width": width, "height": height}, "color_scheme": scheme})

    def visit_by_phone(self, path: str = "") -> Studio:
        """A new visitor with a phone, who opens this path."""
        return self._opened(path, SIZES["phone"])

    def _opened(self, path: str, screen: Mapping[str, Any]) -> Studio:
        page = self.browser.new_context(**screen, locale="en-GB", reduced_motion="reduce").new_page()
        studio = Studio(page, self.url + path, wait=False)
        page.set_default_timeout(TIMEOUT_MS)
        return studio

    @cached_property
    def lesson(self) -> tuple[Studio, Studio]:
        """A teacher's screen on which the digits of two phones have come in, and one of the phones."""
        teacher = self.visit("/class", height=870)
        teacher.page.get_by_label("Name of the class").fill("4b")
        teacher.press("Open the class")
        code = teacher.page.locator(".join-code strong").inner_text()
        phones = [self.visit_by_phone(f"/class?join={code}") for _ in range(2)]
        for phone in phones:
            phone.press("Agree and join")
            phone.wait_for_canvas()
        hand = np.random.default_rng(4)
        for count in range(1, DIGITS_OF_EACH_PHONE + 1):
            for phone in phones:
                _draw_what_is_called(phone, hand)
                phone.press("Send it")
                phone.page.get_by_text(f"{count} sent so far").wait_for()
        _draw_what_is_called(phones[0], hand)
        return teacher, phones[0]

    @cached_property
    def searched(self) -> Studio:
        """A screen with a search that has ended."""
        studio = self.visit("/tune", height=1040)
        studio.press("Quick example")
        studio.page.get_by_text("All trials are done").wait_for(timeout=WORK_MS)
        return studio


def _draw_what_is_called(phone: Studio, hand: np.random.Generator) -> None:
    digit = int(phone.page.locator(".call").get_attribute("data-called") or 0)
    phone.draw(by_hand(DIGITS[digit], hand), touch=True)


def by_hand(strokes: Strokes, hand: np.random.Generator) -> list[Any]:
    """Strokes on a canvas of 400 x 400 pixels, slanted, stretched and bent a little."""
    slant, wide, high = hand.uniform(-0.05, 0.3), hand.uniform(0.8, 1.25), hand.uniform(0.85, 1.15)
    bend = hand.normal(0, 7, (2, 2))
    bent = []
    for stroke in strokes:
        x, y = (np.asarray(stroke, float) - 200).T
        waves = bend @ np.stack([np.sin(y / 60), np.cos(x / 60)])
        bent.append(np.stack([wide * x - slant * y, high * y], axis=1) + waves.T + 200)
    return bent


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Serve the app from an empty data home, with MNIST, while pictures are taken.

    Raises
    ------
    MnistError
        If MNIST is neither on this machine nor to be had.
    RuntimeError
        If there is no Chromium.
    """
    if not chromium():
        raise RuntimeError("Pictures are taken with Chromium: install it (Debian: apt-get install chromium).")
    load_dataset("mnist")
    data = os.environ.get(paths.DATA_VARIABLE) or str(paths.downloads_folder())
    with tempfile.TemporaryDirectory(prefix="mnist-studio-") as home:
        surroundings = {paths.HOME_VARIABLE: home, paths.DATA_VARIABLE: data, ADDRESS_VARIABLE: ADDRESS}
        with patch.dict(os.environ, surroundings), sync_playwright() as playwright:
            try:
                with serving() as (url, _), launch(playwright) as browser:
                    yield Stage(browser, url)
            finally:
                _end_jobs()


def wait_for_workers() -> None:
    """Wait until no job goes on or waits."""
    while any(job.is_active for job in jobs.all_jobs()):
        time.sleep(0.5)


def _end_jobs() -> None:
    """End the workers, which would go on without the server."""
    while active := [job for job in jobs.all_jobs() if job.is_active]:
        for job in active:
            jobs.cancel(job.id, KEEPER, at_once=True)
        time.sleep(0.1)
