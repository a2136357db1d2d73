"""The bill of materials names all that is installed with the app, and is what tools for such bills can read."""

import json
import re
from email.message import Message

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from checks import materials
from checks.materials import LOCKS, ROOT, UnknownLicenceError, bill, licences, pins
from mnist_core.version import __version__

LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12'
    # via
    #   -c requirements.txt
    #   mnist-studio (pyproject.toml)
    #   plotly
numpy==2.5.5 ; python_full_version >= '3.12'
    # via
    #   mnist-studio (pyproject.toml:train)
    #   plotly
plotly==7.1.0
    # via mnist-studio (pyproject.toml)
"""


def test_pins():
    first, second, last = pins(LOCK)
    assert (first.name, first.version, first.marker) == ("numpy", "2.4.6", "python_full_version < '3.12'")
    assert first.needed_by == second.needed_by == ("mnist-studio", "plotly")
    assert (last.reference, last.marker, last.needed_by) == ("pkg:pypi/plotly@7.1.0", "", ("mnist-studio",))


def test_what_needs_what():
    needs = {each["ref"]: each["dependsOn"] for each in bill(LOCK)["dependencies"]}
    both = ["pkg:pypi/numpy@2.4.6", "pkg:pypi/numpy@2.5.5"]
    assert needs["mnist-studio"] == ["models/default", *both, "pkg:pypi/plotly@7.1.0"]
    script, *others = needs["pkg:pypi/plotly@7.1.0"]
    assert script.startswith("pkg:npm/plotly.js@")
    assert others == both


def said(**metadata):
    """The metadata of a package; bars part several of a kind."""
    message = Message()
    for name, value in metadata.items():
        for each in value.split(" | "):
            message[name.replace("_", "-")] = each
    return message


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ({"License_Expression": "MIT-CMU", "License": "HPND"}, {"license": {"id": "MIT-CMU"}}),
        ({"License_Expression": "Apache-2.0 OR BSD-2-Clause"}, {"expression": "Apache-2.0 OR BSD-2-Clause"}),
        ({"License": "Apache 2.0"}, {"license": {"id": "Apache-2.0"}}),
        ({"License": "MPL-2.0 AND MIT"}, {"expression": "MPL-2.0 AND MIT"}),
        ({"Classifier": "Topic :: Text | License :: OSI Approved :: MIT License"}, {"license": {"id": "MIT"}}),
        (
            {"License": "Copyright (c) 2015, somebody", "Classifier": "License :: OSI Approved :: BSD License"},
            {"license": {"name": "BSD License"}},
        ),
        ({"Summary": "says nothing"}, None),
    ],
)
def test_licences(metadata, licence, monkeypatch):
    monkeypatch.setattr(materials.metadata, "metadata", lambda _package: said(**metadata))
    assert licences("somebodys") == ([licence] if licence else [])


def test_a_package_without_a_licence_is_named():
    with pytest.raises(UnknownLicenceError, match="No licence is known of nobodys-package"):
        bill(LOCK + "nobodys-package==1.0\n    # via plotly\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", LOCKS)
def test_the_bill_of_each_lock(name, tmp_path):
    materials.main(tmp_path)
    text = (tmp_path / f"mnist-studio-{__version__}-{name}.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    made = json.loads(text)
    locked = re.findall(r"^(\S+)==(\S+)", (ROOT / LOCKS[name]).read_text("utf-8"), re.MULTILINE)
    components = [each for each in made["components"] if each.get("purl", "").startswith("pkg:pypi/")]
    assert [(each["name"], each["version"]) for each in components] == locked
    assert all(each["licenses"] for each in components)
    assert made["metadata"]["component"]["version"] == __version__
    materials.main(tmp_path)
    assert (tmp_path / f"mnist-studio-{__version__}-{name}.cdx.json").read_text("utf-8") == text
