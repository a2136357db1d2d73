"""The site is built without a warning, asks nothing of other hosts, and says of each page which language it speaks."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec

import pytest

from tests.docs.pages import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("mkdocs") is None, reason="needs MkDocs: `make docs` installs it"),
]
# What a browser fetches by itself: everything but links that are followed by a click.
FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
NOT_FETCHED = {"canonical", "next", "prev", "alternate"}


class Fetched(HTMLParser):
    """Collects what a page has a browser fetch, and what it says of its language and title."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.language = ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag in FETCHED and given.get("rel") not in NOT_FETCHED and given.get(FETCHED[tag]):
            self.addresses.append(given[FETCHED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder


def pages(site):
    """Each page of the site, with what a browser makes of it."""
    for path in sorted(site.rglob("*.html")):
        page = Fetched()
        page.feed(path.read_text("utf-8"))
        yield path.relative_to(site).as_posix(), page


def test_no_page_has_a_browser_ask_another_host(site):
    elsewhere = [
        (name, each) for name, page in pages(site) for each in page.addresses if re.match(r"(https?:)?//", each)
    ]
    assert not elsewhere
    styles = "\n".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert not re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)\"']+", styles)


def test_every_page_says_its_language(site):
    for name, page in pages(site):
        folder = name.split("/")[0]
        assert page.language == (folder if folder in ("de", "es", "fr", "zh") else "en"), name


def test_the_titles_of_pages_tell_them_apart(site):
    titles = {
        name: re.search(r"<title>(.*?)</title>", (site / name).read_text("utf-8"))[1] for name, _page in pages(site)
    }
    del titles["404.html"]
    twice = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    assert not twice
