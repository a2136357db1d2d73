"""What of the checkout gets into the build."""

import tomllib
from pathlib import Path

from hosting.context import files_of
from tests.hosting.files import ROOT, instructions, text_of


def names(folder: Path, *patterns: str) -> list[str]:
    return [str(each) for each in files_of(folder, patterns)]


def checkout(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_the_last_pattern_that_fits_decides(tmp_path):
    folder = checkout(tmp_path, "a/one.py", "a/two.txt", "b/one.py", "top.py")
    assert names(folder, "*", "!a", "a/*.txt") == ["a/one.py"]
    assert names(folder, "# comment", "", "b") == ["a/one.py", "a/two.txt", "top.py"]


def test_two_stars_are_any_folder_and_none(tmp_path):
    folder = checkout(tmp_path, "cache/x", "a/cache/x", "a/b/cache/x", "a/x")
    assert names(folder, "**/cache") == ["a/x"]


def test_the_build_gets_what_the_wheel_is_made_of_and_nothing_else():
    patterns = text_of(".dockerignore").splitlines()
    got = {str(each) for each in files_of(ROOT, patterns)}
    targets = tomllib.loads(text_of("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = [*targets["packages"], *targets["force-include"], "pyproject.toml", "README.md", "LICENSE"]
    for each in wanted:
        assert any(name == each or name.startswith(f"{each}/") for name in got), each
    tops = {name.partition("/")[0] for name in got}
    assert tops == {each.partition("/")[0] for each in wanted} | {"requirements.txt", "requirements-light.txt"}


def test_no_secret_and_no_byte_code_gets_in(tmp_path):
    patterns = text_of(".dockerignore").splitlines()
    folder = checkout(
        tmp_path,
        ".env",
        ".streamlit/secrets.toml",
        ".streamlit/config.toml",
        "pages/__pycache__/draw.pyc",
        "pages/draw.py",
    )
    assert names(folder, *patterns) == [".streamlit/config.toml", "pages/draw.py"]


def test_what_is_copied_is_there():
    for copy in instructions("COPY"):
        if "from" not in copy.flags and not copy.rest.startswith("."):
            *sources, _target = copy.rest.split()
            assert all((ROOT / each).is_file() for each in sources), copy
