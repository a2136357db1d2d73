"""What other people's services read: a Space, Community Cloud, a Dev Container."""

import ast
import json
import re
import tomllib
from pathlib import Path

from streamlit.web.server.app_discovery import discover_asgi_app

from tests.hosting.files import ROOT, dockerfile, instructions, read_yaml, text_of

CLOUD = ROOT / "hosting/community-cloud"


def keywords(path: Path) -> set[str]:
    """What a file gives `st.App`, by name."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    [call] = [node for node in calls if ast.unparse(node.func) == "st.App"]
    return {str(each.arg) for each in call.keywords}


def test_the_space_is_built_by_docker_and_asked_at_the_apps_port():
    header = read_yaml(text_of("hosting/space/README.md").split("---\n")[1])
    [port] = instructions("EXPOSE")
    assert (header["sdk"], str(header["app_port"])) == ("docker", port.rest)
    assert len(header["short_description"]) <= 60


def test_the_space_runs_as_the_user_that_spaces_have():
    assert "--uid 1000" in " ".join(each.rest for each in dockerfile().stage("runtime").instructions)


def test_streamlit_finds_the_app_of_the_cloud():
    found = discover_asgi_app(CLOUD / "light_app.py")
    assert found.import_string == "light_app:app"


def test_the_app_of_the_cloud_is_given_all_that_the_app_is():
    assert keywords(CLOUD / "light_app.py") == keywords(ROOT / "streamlit_app.py")


def test_the_cloud_installs_the_light_lock():
    [line] = [each for each in (CLOUD / "requirements.txt").read_text().splitlines() if not each.startswith("#")]
    lock = CLOUD / line.removeprefix("-r ")
    assert lock.resolve() == ROOT / "requirements-light.txt"
    assert "tensorflow" not in lock.read_text()


def test_the_cloud_lets_its_proxy_in():
    settings = tomllib.loads((CLOUD / ".streamlit/config.toml").read_text())
    assert settings["server"]["address"] == "0.0.0.0"


def test_the_dev_container_sets_up_with_a_target_of_the_makefile():
    told = json.loads(text_of(".devcontainer/devcontainer.json"))
    [_make, target] = told["postCreateCommand"].split()
    assert re.search(rf"^{target}:", text_of("Makefile"), re.MULTILINE)
    assert told["forwardPorts"] == [8501]
