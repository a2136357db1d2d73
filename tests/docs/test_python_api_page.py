"""The page on the Python API names what the package exports, and what there is, with words for each."""

import inspect
import re
from importlib import import_module

import pytest

import mnist_core
from tests.docs.pages import DOCS, Page

PAGE = Page(DOCS / "build/python-api.md")
NAMED = re.findall(r"^::: (\S+)$", PAGE.text, re.MULTILINE)


def found(name):
    """What a dotted name of the page means: the module, or what is in it."""
    module, rest = name, []
    while True:
        try:
            thing = import_module(module)
            break
        except ModuleNotFoundError:
            module, _, last = module.rpartition(".")
            rest.insert(0, last)
    for each in rest:
        thing = getattr(thing, each)
    return thing


def members(name):
    """The members that the page chooses of something; empty where it shows all."""
    (choice,) = re.findall(rf"^::: {re.escape(name)}$\n((?:    .*\n)*)", PAGE.text, re.MULTILINE)
    chosen = re.search(r"members: \[(.*)\]", choice)
    return chosen[1].split(", ") if chosen and chosen[1] else []


def test_everything_that_the_package_exports_is_on_the_page():
    told = [found(name) for name in NAMED]
    exported = {name: getattr(mnist_core, name) for name in mnist_core.__all__ if name != "__version__"}
    missing = [name for name, thing in exported.items() if not any(thing is each for each in told)]
    assert not missing, f"{PAGE} does not tell of {', '.join(missing)}"


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_is_public_and_says_what_it_is(name):
    assert not any(part.startswith("_") for part in name.split("."))
    assert inspect.getdoc(found(name)), f"{name} has no words of its own"


@pytest.mark.parametrize("name", NAMED)
def test_the_members_that_the_page_chooses_are_there_and_say_what_they_are(name):
    for member in members(name):
        assert inspect.getdoc(getattr(found(name), member)), f"{name}.{member} has no words of its own"


def test_every_error_of_the_library_is_on_the_page():
    errors = import_module("mnist_core.errors")
    kinds = [
        name for name, each in vars(errors).items() if inspect.isclass(each) and issubclass(each, errors.MnistError)
    ]
    assert {*members("mnist_core.errors"), "MnistError"} == set(kinds)
