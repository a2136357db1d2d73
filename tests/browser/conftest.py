import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from mnist_core import jobs, paths
from mnist_core.owners import KEEPER
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import write_speeds
from tests.browser.driver import CHROMIUM_VARIABLE, PAGE_TIMEOUT_MS, SIZES, Studio, chromium, launch, serving

REQUIRED_VARIABLE = "MNIST_STUDIO_REQUIRE_BROWSER"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not chromium():
        reason = f"needs Chromium: install it (Debian: apt-get install chromium) or name it in {CHROMIUM_VARIABLE}"
        pytest.fail(reason) if os.environ.get(REQUIRED_VARIABLE) else pytest.skip(reason)
    expect.set_options(timeout=PAGE_TIMEOUT_MS)  # the machine may be busy
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(browser) -> Iterator[str]:
    """The address of the app; started only where there is a browser for it."""
    with serving() as (url, _):
        yield url


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data home of its own on a machine that has been measured; its workers end with the test."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
    write_speeds(dict.fromkeys(PRESETS, 0.001))
    yield tmp_path
    while active := [job for job in jobs.all_jobs() if job.is_active]:
        for job in active:
            jobs.cancel(job.id, KEEPER, at_once=True)
        time.sleep(0.1)


@pytest.fixture
def visit(browser, server) -> Iterator:
    """Open the Draw page as a new visitor, on a screen of one of the sizes."""
    contexts = []

    def open_page(size: str = "desktop", scheme: str = "light", path: str = "", **how: bool) -> Studio:
        contexts.append(browser.new_context(**SIZES[size], color_scheme=scheme))
        return Studio(contexts[-1].new_page(), server + path, **how)

    yield open_page
    for context in contexts:
        context.close()
