"""What CONTRIBUTING.md, the changelog and the templates point at is there; all other links are tested in tests/docs."""

import re

from tests.project.tables import ROOT


def text(name):
    """What a file of the checkout says."""
    return (ROOT / name).read_text("utf-8")


def test_tests_and_files_that_contributing_names():
    named = re.findall(r"`(?:\.venv/bin/pytest )?((?:tests|mnist_core|mnist_ui)/[\w/.*]+)`", text("CONTRIBUTING.md"))
    assert {"tests/maps/test_film.py", "mnist_core/languages/*.po"} <= set(named)
    assert all(list(ROOT.glob(name)) for name in named)


def test_links_of_the_changelog():
    addresses = re.findall(r"\]\((?!https?:)([^)\s]+)\)", text("CHANGELOG.md"))
    assert len(addresses) > 3
    assert all((ROOT / address).is_file() for address in addresses)


def test_pages_that_the_templates_name():
    said = "\n".join(path.read_text("utf-8") for path in (ROOT / ".github").rglob("*.*"))
    named = set(re.findall(r"\b[A-Z]+\.md\b", said))
    assert {"SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= named
    assert all((ROOT / name).is_file() for name in named)
