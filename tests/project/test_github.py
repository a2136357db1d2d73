"""What stands under .github, and the hooks for pre-commit: in the form that GitHub asks for, and as promised."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from mnist_core import language
from tests.project.tables import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
PYTHONS = ["3.11", "3.12", "3.13"]

workflows = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
forms = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


def read(path):
    """What a YAML file says."""
    return yaml.safe_load(path.read_text("utf-8"))


def jobs(path):
    """The jobs of a workflow."""
    return list(read(path)["jobs"].values())


def steps(path):
    """All steps of a workflow."""
    return [step for job in jobs(path) for step in job["steps"]]


def environment_of_tests():
    """The variables that the tests run with."""
    (job,) = jobs(GITHUB / "workflows/tests.yml")
    return job["env"]


def targets():
    """The targets of the Makefile that `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE/config.yml"]),
        ("dependabot", [GITHUB / "dependabot.yml"]),
    ],
)
def test_schemas(schema, paths):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@workflows
def test_workflows_may_only_read(path):
    assert read(path)["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in jobs(path))
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs(path))
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@workflows
def test_workflows_end_and_give_way_to_newer_ones(path):
    assert all(job["timeout-minutes"] <= 60 for job in jobs(path))
    assert set(read(path)["concurrency"]) == {"group", "cancel-in-progress"}


@workflows
def test_actions_are_of_one_version(path):
    uses = [step["uses"] for step in steps(path) if "uses" in step]
    assert uses
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+\.\d+\.\d+", each) for each in uses)


@workflows
def test_workflows_call_targets_of_the_makefile(path):
    called = {target for step in steps(path) for target in re.findall(r"^make (\S+)", step.get("run", ""))}
    assert called
    assert called <= targets()


def test_every_promised_python_is_tried():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    minor = "Programming Language :: Python :: 3."
    assert [each.split(" :: ")[-1] for each in project["classifiers"] if each.startswith(minor)] == PYTHONS
    for name, job in (("tests", "test"), ("package", "package")):
        assert read(GITHUB / f"workflows/{name}.yml")["jobs"][job]["strategy"]["matrix"]["python"] == PYTHONS


def test_workflows_do_what_a_bare_machine_does():
    said = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    done = {step.get("run") for path in WORKFLOWS for step in steps(path)}
    assert {line for line in said if line.startswith(("make ", ".ci/"))} <= done
    required = {name: value for name, value in environment_of_tests().items() if name.startswith("MNIST_STUDIO_")}
    assert {f"export {name}={value}" for name, value in required.items()} == {
        line for line in said if re.fullmatch(r"export MNIST_STUDIO_REQUIRE_\w+=1", line)
    }


@forms
def test_forms_ask_for_something_and_each_thing_once(path):
    form = read(path)
    asked = [each for each in form["body"] if each["type"] != "markdown"]
    ids = [each["id"] for each in asked]
    assert len(ids) == len(set(ids))
    assert any(each.get("validations", {}).get("required") for each in asked)


def test_texts_can_be_reported_in_every_language():
    (asked,) = (each for each in read(GITHUB / "ISSUE_TEMPLATE/words.yml")["body"] if each.get("id") == "language")
    assert asked["attributes"]["options"][:-1] == [language.own_name(code) for code in language.languages()]


def test_hooks_are_tools_of_make_setup_and_what_make_check_runs():
    lock = (ROOT / "requirements-dev.txt").read_text("utf-8")
    checked = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1]
    (local,) = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    for hook in local["hooks"]:
        tool, verb = re.match(r"\.venv/bin/(\w+) (\w+) ", hook["entry"]).groups()
        assert re.search(rf"^{tool}==", lock, re.MULTILINE)
        assert f"$(BIN)/{tool} {verb} " in checked
