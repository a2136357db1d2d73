"""Two visitors who know nothing of each other, in real browsers on one real server."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from mnist_core import jobs, paths
from mnist_core.jobs.job import Job
from mnist_core.model.bundle import model_names
from mnist_core.owners import KEEPERS
from tests.browser.driver import PAGE_TIMEOUT_MS, serving

TRIES = 6
LESSON = "/train?preset=quick&data=uci-digits&epochs=200"


@pytest.fixture
def older(home: Path) -> str:
    """The name of a model from before there were owners."""
    shutil.copytree(paths.SHIPPED_MODELS / "default", home / "models" / "older")
    return "older"


@pytest.fixture
def visitor(browser: Browser, home: Path) -> Iterator[Callable[[str], Page]]:
    """Opens a page as somebody who was never here before."""
    contexts = []
    with serving() as (url, _process):

        def come(path: str, **headers: str) -> Page:
            context = browser.new_context(extra_http_headers=headers)
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(PAGE_TIMEOUT_MS)
            page.goto(url + path)
            page.get_by_role("heading", name="Teach a network").wait_for()
            return page

        yield come
        for context in contexts:
            context.close()


def ends(page: Page) -> list[str]:
    """The ways to end a run that a page offers."""
    names = ("Stop and keep", "Cancel")
    return [name for name in names if page.get_by_role("button", name=name).count()]


def the_run() -> Job:
    (run,) = [job for job in jobs.all_jobs() if job.kind == "train"]
    return run


def choose_model(page: Page, name: str) -> None:
    """Choose one in the list of models, which closes if the page is made anew meanwhile."""
    page.get_by_text("What has been trained").wait_for()
    option = page.get_by_role("option", name=name)
    for _again in range(TRIES):
        page.get_by_role("combobox", name="Model", exact=True).click()
        with contextlib.suppress(PlaywrightTimeoutError):
            option.click(timeout=PAGE_TIMEOUT_MS / TRIES)
            return
        page.keyboard.press("Escape")
    raise AssertionError(f"{name} could not be chosen")


@pytest.mark.slow
def test_a_stranger_watches_a_run_and_cannot_end_it(visitor: Callable[..., Page]) -> None:
    owner = visitor(LESSON)
    owner.get_by_role("button", name="Start training").click()
    owner.get_by_role("button", name="Cancel").wait_for()
    assert the_run().owner != KEEPERS
    stranger = visitor(f"/train?run={the_run().id}")
    stranger.get_by_text("Somebody else's").wait_for()
    assert ends(stranger) == []
    owner.reload()
    owner.get_by_role("button", name="Cancel").wait_for()
    assert ends(owner) == ["Stop and keep", "Cancel"]
    owner.get_by_role("button", name="Cancel").click()
    expect(owner.get_by_text("was cancelled; nothing was kept")).to_be_visible(timeout=PAGE_TIMEOUT_MS)
    stranger.goto(stranger.url.split("?")[0])
    stranger.get_by_text("Runs that gave no model").click()
    stranger.get_by_text("was cancelled; nothing was kept").wait_for()
    assert stranger.get_by_role("button", name="Remove from the list").count() == 0


@pytest.mark.slow
def test_what_is_older_than_owners_is_for_who_sits_at_the_machine(older: str, visitor: Callable[..., Page]) -> None:
    forwarded = visitor("/train", **{"X-Forwarded-For": "203.0.113.7"})
    choose_model(forwarded, older)
    forwarded.get_by_role("button", name="Use this model for drawing").wait_for()
    assert forwarded.get_by_role("button", name="Delete", exact=False).count() == 0
    at_home = visitor("/train")
    choose_model(at_home, older)
    at_home.get_by_role("button", name="Delete").click()
    at_home.get_by_role("button", name="Delete it").click()
    at_home.get_by_role("button", name="Deleted models").click()
    assert model_names() == ["default"]
    at_home.get_by_role("button", name="Bring back").click()
    expect(at_home.get_by_role("button", name="Deleted models")).to_have_count(0)
    assert model_names() == ["default", older]
