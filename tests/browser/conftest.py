import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.driver import CHROMIUM_VARIABLE, SIZES, Studio, chromium, launch, serving

REQUIRED_VARIABLE = "MNIST_STUDIO_REQUIRE_BROWSER"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not chromium():
        reason = f"needs Chromium: install it (Debian: apt-get install chromium) or name it in {CHROMIUM_VARIABLE}"
        pytest.fail(reason) if os.environ.get(REQUIRED_VARIABLE) else pytest.skip(reason)
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
def visit(browser, server) -> Iterator:
    """Open the Draw page as a new visitor, on a screen of one of the sizes."""
    contexts = []

    def open_page(size: str = "desktop", scheme: str = "light", path: str = "", **how: bool) -> Studio:
        contexts.append(browser.new_context(**SIZES[size], color_scheme=scheme))
        return Studio(contexts[-1].new_page(), server + path, **how)

    yield open_page
    for context in contexts:
        context.close()
