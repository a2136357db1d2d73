"""What CONTRIBUTING.md and the other pages at the top tell people to run or to read is there."""

import re

import pytest

from tests.project.tables import ROOT
from tests.project.test_github import targets

PAGES = ("CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md", "CHANGELOG.md", ".github/pull_request_template.md")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def anchors(page):
    """What the headings of a page are called in an address."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    for address in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, anchor = address.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), address
        assert not anchor or anchor in anchors(target.read_text("utf-8")), address


def test_targets_are_in_the_makefile():
    told = set(re.findall(r"`make ([a-z]+(?:-[a-z]+)*)", CONTRIBUTING))
    run = set(re.findall(r"^make ([a-z-]+)", CONTRIBUTING, re.MULTILINE))
    assert run == {"setup", "run", "help"}
    assert len(told) > 10
    assert (told | run) - {"bench"} <= targets()


def test_files_are_there():
    named = re.findall(r"`(?:\.venv/bin/pytest )?((?:tests|mnist_core|mnist_ui)/[\w/.*]+)`", CONTRIBUTING)
    assert len(named) >= 2
    assert all(list(ROOT.glob(name)) for name in named)


def test_templates_name_what_is_there():
    said = "\n".join(path.read_text("utf-8") for path in (ROOT / ".github").rglob("*.*"))
    named = set(re.findall(r"`?\b([A-Z]+\.md)\b", said))
    assert {"SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= named
    assert all((ROOT / name).is_file() for name in named)
