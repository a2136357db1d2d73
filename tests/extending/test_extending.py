"""What docs/build/extending.md says how to add: added to a copy of the checkout, it is there, from end to end.

What is seen there is in the modules beside this one; they are run in the copy, and nowhere else.
"""

import os
import subprocess
import sys

import pytest

from checks import marks
from mnist_core import paths, translation
from tests.extending.page import additions, copy_checkout, table

SECTIONS = ("A dataset", "A preset", "A page", "A kind of job", "A language", "A lesson")


@pytest.fixture
def extended(tmp_path):
    """Makes a copy to which some sections were added, and nothing else."""

    def extend(*titles):
        checkout = copy_checkout(tmp_path / "checkout")
        for addition in (each for title in titles for each in additions(title)):
            addition.make(checkout)
        return checkout

    return extend


def ran(checkout, *command):
    """What a command in a checkout prints; the test fails with it where the command does."""
    hidden = {paths.HOME_VARIABLE, paths.DATA_VARIABLE, "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=checkout,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def seen(checkout, module):
    """Run the tests of a module of this folder in a checkout."""
    assert "passed" in ran(checkout, "pytest", "-q", "-p", "no:cacheprovider", f"tests/extending/{module}.py")


def test_the_table_has_all_files_and_each_kind_one_or_two():
    listed = [addition for title in SECTIONS for addition in additions(title)]
    new = {addition.path for addition in listed if addition.side == "new"}
    places = {addition.path for addition in listed if addition.side != "new"}
    assert {name for name, _place in table()} - {""} == new
    assert {place for _name, place in table()} - {""} == places - {"mnist_core/languages/de.po"}
    in_registries = [each for each in listed if each.side != "new" and each.path != "mnist_core/training/presets.py"]
    assert [each.text.count("\n") for each in in_registries if each.path.endswith(".py")] == [1] * 4


def test_all_of_it_together_is_in_the_house_format_and_its_texts_are_marked(extended):
    checkout = extended(*SECTIONS)
    files = {each.path for title in SECTIONS for each in additions(title) if each.path.endswith(".py")}
    ran(checkout, "ruff", "check", "--no-cache", *files)
    ran(checkout, "ruff", "format", "--no-cache", "--check", *files)
    assert marks.faults(checkout) == []
    texts = {message.id for message in translation.extracted(checkout)}
    assert {"calculator digits", "Plain downhill", "Where the digits come from", "Twins"} <= texts


def test_a_dataset(extended):
    seen(extended("A dataset"), "dataset")


@pytest.mark.slow
def test_a_preset(extended):
    seen(extended("A preset"), "preset")


@pytest.mark.slow
def test_a_page(extended):
    seen(extended("A page"), "new_page")


def test_a_kind_of_job(extended):
    seen(extended("A kind of job"), "job_kind")


@pytest.mark.slow
def test_a_language(extended):
    checkout = extended("A language")
    said = ran(checkout, "mnist_core.translation", "update", "it")
    assert said.startswith("it.po: ")
    seen(checkout, "new_language")


@pytest.mark.slow
def test_a_lesson(extended):
    checkout = extended("A lesson")
    seen(checkout, "lesson")
