"""CITATION.cff can be read by what reads such files, and names this version."""

import subprocess
import sys
import tomllib

import yaml

from mnist_core.version import __version__
from tests.project.changelog import releases
from tests.project.tables import ROOT

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


def test_it_follows_the_schema():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format"]
    done = subprocess.run([*command, "CITATION.cff"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_version_and_day_are_those_of_the_changelog():
    newest = releases()[0]
    assert CITATION["version"] == newest.version == __version__
    assert CITATION.get("date-released") == newest.day


def test_authors_licence_and_keywords_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert CITATION["authors"] == project["authors"]
    # The first is that of the code, the others those of the outlines of typefaces.
    assert CITATION["license"] == project["license"].split(" AND ")[0]
    assert CITATION["keywords"] == project["keywords"]
