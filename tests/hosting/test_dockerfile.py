"""What our Dockerfile makes."""

import json
import re
import tomllib

from tests.hosting.files import dockerfile, instructions, text_of


def test_there_are_a_light_and_a_full_target_and_light_is_the_default():
    assert [each.name for each in dockerfile().stages][-2:] == ["full", "light"]


def test_neither_target_needs_what_the_other_one_installs():
    names = {name: {each.name for each in dockerfile().needed(name)} for name in ("light", "full")}
    assert "full-environment" not in names["light"]
    assert "light-environment" not in names["full"]


def test_its_python_is_one_that_the_package_takes():
    version = re.match(r"python:3\.(\d+)-slim", dockerfile().stages[0].base)
    assert version
    wanted = tomllib.loads(text_of("pyproject.toml"))["project"]["requires-python"]
    assert wanted == ">=3.11,<3.14"
    assert 11 <= int(version[1]) < 14


def test_its_base_is_the_one_that_its_label_names():
    [label] = instructions("LABEL")
    assert label.pairs({})["org.opencontainers.image.base.name"] == f"docker.io/library/{dockerfile().stages[0].base}"


def test_the_targets_run_as_a_user_without_rights_and_ask_themselves_whether_they_are_well():
    runtime = dockerfile().stage("runtime").instructions
    assert [each.rest for each in runtime if each.name == "USER"] == ["1000:1000"]
    [health] = [each for each in runtime if each.name == "HEALTHCHECK"]
    assert "/_stcore/health" in health.rest
    assert "curl" not in text_of("Dockerfile")
    assert json.loads(health.rest.removeprefix("CMD"))[0] == "python"


def test_nothing_but_the_finished_environment_gets_into_a_target():
    for name in ("light", "full"):
        [copy] = dockerfile().stage(name).instructions
        assert (copy.flags, copy.rest) == ({"from": f"{name}-environment"}, "/opt/mnist-studio /opt/mnist-studio")


def test_what_is_written_goes_to_the_volume():
    [volume] = instructions("VOLUME")
    environment = {name: value for each in instructions("ENV") for name, value in each.pairs({}).items()}
    assert environment["MNIST_STUDIO_HOME"] == environment["HOME"] == volume.rest == "/data"
