"""Every link of the documentation leads somewhere, every picture is there, and every page is found by its readers."""

import pytest

from tests.docs.pages import DOCS, ROOT, Page, all_pages, nav, site_pages

LANGUAGES = ("de", "es", "fr", "zh")
ELSEWHERE = ("http://", "https://", "mailto:")


@pytest.mark.parametrize("page", all_pages(), ids=repr)
def test_every_local_link_and_picture_of_a_page_is_there(page):
    faults = [fault for target, place in page.links() for fault in link_faults(page, target, place)]
    assert not faults, "\n".join(["", *faults])


def link_faults(page, target, place):
    """What is wrong with a link, in sentences."""
    if target.startswith(ELSEWHERE):
        return
    path, _, anchor = target.partition("#")
    file = (page.path.parent / path).resolve() if path else page.path
    is_in_site = DOCS in page.path.parents
    if target.startswith("/"):
        yield f"{place}: {target} begins with /. Write the way from this page's folder, such as ../run/install.md."
    elif not file.exists():
        yield f"{place}: {target} is not there. There is no {shown(file)}."
    elif is_in_site and file != DOCS and DOCS not in file.parents:
        yield (
            f"{place}: {target} leaves docs/, so the site cannot follow it. Link to a page of the site, or name the "
            f"file without a link: `{shown(file)}`."
        )
    elif is_in_site and file.is_dir():
        yield f"{place}: {target} is a folder. Link to one of its pages."
    elif anchor and file.suffix == ".md" and anchor not in Page(file).anchors:
        yield f"{place}: {shown(file)} has no heading for #{anchor}. It has: {', '.join(sorted(Page(file).anchors))}."


def shown(file):
    """A file, from the top of the checkout where it is in it."""
    return file.relative_to(ROOT).as_posix() if ROOT in file.parents else str(file)


@pytest.mark.parametrize("page", all_pages(), ids=repr)
def test_every_picture_of_a_page_says_what_it_shows(page):
    bare = [place for target, place in page.links() if f"![]({target}" in page.text]
    assert not bare, f"A picture needs a text in its brackets for who cannot see it: {'; '.join(bare)}"


def test_every_page_is_in_the_navigation():
    forgotten = {page.name.removeprefix("docs/") for page in site_pages()} - set(nav())
    assert not forgotten, f"No reader finds {', '.join(sorted(forgotten))}: add it to `nav` in mkdocs.yml."


@pytest.mark.parametrize("name", nav())
def test_every_page_of_the_navigation_is_there(name):
    assert (DOCS / name).is_file(), f"mkdocs.yml names {name} in `nav`, and there is no docs/{name}."


def test_no_page_is_twice_in_the_navigation():
    assert len(nav()) == len(set(nav()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["visit.md", "teach.md"])
def test_visit_and_teach_are_in_every_language(language, name):
    assert f"{language}/{name}" in nav()
    english, translated = Page(DOCS / name), Page(DOCS / language / name)
    for what, mark in (("headings", "\n#"), ("pictures", "!["), ("tables", "\n| ---"), ("blocks of code", "\n```")):
        count, expected = translated.text.count(mark), english.text.count(mark)
        assert count == expected, f"{translated} has {count} {what}, and {english} has {expected}: translate them all."


def test_every_page_has_one_title():
    for page in all_pages():
        titles = [line for line in page.prose.splitlines() if line.startswith("# ")]
        assert len(titles) == 1, f"{page} has {len(titles)} headings of the first level (`# `); it needs one."
