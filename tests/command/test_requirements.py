"""An old Python, and packages that are missing, damaged or of the folder that one is in, are named in a sentence."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mnist_core import requirements
from mnist_core.requirements import PYTHONS, unloadable, unmet, wrong_python
from mnist_ui import command
from tests.command.conftest import REPOSITORY, running

# pyenv has a program for each version on the path, whether it may be called or not: those that it keeps are called.
KEPT = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"))
FOUND = [shutil.which(f"python3.{minor}") for minor in range(7, 11)]
OLD_PYTHONS = [str(path) for path in KEPT if path.parts[-3].split(".")[1] in ("7", "8", "9", "10")]
OLD_PYTHONS += [path for path in FOUND if path and "shims" not in path]


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 10, 13), (3, 14, 0), (2, 7, 18), (4, 0, 0)])
def test_another_python_is_named_with_those_that_will_do(version):
    trouble = wrong_python(version)
    assert trouble is not None
    assert trouble.startswith("MNIST Studio needs Python 3.11 to 3.13. Received: " + ".".join(map(str, version)))
    assert unmet(version) == trouble


def test_the_pythons_are_those_of_the_package():
    first, end = (".".join(map(str, each)) for each in PYTHONS)
    assert f'requires-python = ">={first},<{end}"' in (REPOSITORY / "pyproject.toml").read_text("utf-8")
    assert wrong_python(PYTHONS[0]) is None


@pytest.mark.parametrize("python", OLD_PYTHONS)
@pytest.mark.parametrize(
    "called", [["-m", "mnist_core"], ["-c", "import sys, mnist_ui.command as c; sys.exit(c.main())"]]
)
def test_an_old_python_gets_as_far_as_the_sentence(python, called):
    ended = subprocess.run([python, *called, "doctor"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("error: MNIST Studio needs Python 3.11 to 3.13. Received: 3.")
    assert ended.stderr.count("\n") == 1


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A folder in which packages are found first."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def test_a_package_that_is_missing_is_named_with_what_installs_it():
    trouble = unloadable("no_such_package.part")
    assert trouble is not None
    assert "needs the package no_such_package" in trouble
    assert 'pip install "mnist-studio"' in trouble


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("raise ImportError('libfoo.so.3: cannot open\\n\\n shared object file')", "libfoo.so.3: cannot open shared"),
        ("import no_such_part", "No module named 'no_such_part'"),
        ("raise OSError(8, 'Exec format error')", "Exec format error"),
        ("raise SystemError('initialization failed')", "initialization failed"),
        (
            "try:\n  import no_such_part\nexcept ImportError as e:\n  raise ImportError('Ask us ' * 200) from e",
            "no_such",
        ),
        ("(", "was never closed"),
    ],
)
def test_a_package_that_does_not_load_is_named_with_the_reason_in_short(packages, content, reason):
    name = f"broken_{abs(hash(content))}"
    (packages / f"{name}.py").write_text(content)
    trouble = unloadable(name)
    assert trouble is not None
    assert reason in trouble
    assert trouble.startswith(f"The package {name} is there but cannot be loaded here (")
    assert trouble.endswith(f"Install it anew: pip install --force-reinstall {name}.")
    assert len(trouble) < 400
    assert "\n" not in trouble


def test_a_compiled_part_that_is_no_library_is_named(packages):
    (packages / "of_another_system").mkdir()
    (packages / "of_another_system" / "__init__.py").write_text("from of_another_system import core")
    (packages / "of_another_system" / "core.abi3.so").write_bytes(b"MZ" + bytes(100))
    trouble = unloadable("of_another_system")
    assert trouble is not None
    assert "made for another system, processor or version of Python" in trouble


def test_a_file_of_the_folder_does_not_take_the_place_of_a_package(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('this is mine')")
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    command = [requirements.sys.executable, "-m", "mnist_core", "jobs", "list"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "has something called numpy of its own, which takes the place of the package" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("package", ["numpy", "filelock"])
def test_the_command_without_a_package_says_so_in_a_sentence(package):
    ended = running("jobs", code=f"import sys; sys.modules['{package}'] = None")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"needs the package {package}" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_ctrl_c_while_it_starts_is_no_traceback(monkeypatch, capsys):
    def interrupted(_said) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_run", interrupted)
    assert command.main(["jobs"]) == command.INTERRUPTED == 130
    assert capsys.readouterr().err == ""


def test_a_bug_is_not_taken_for_a_missing_package(monkeypatch):
    def broken(_said) -> None:
        raise ModuleNotFoundError("No module named 'mnist_core.nothing'", name="mnist_core.nothing")

    monkeypatch.setattr(command, "_run", broken)
    with pytest.raises(ModuleNotFoundError):
        command.main(["jobs"])


def test_commands_do_not_wait_for_packages_that_they_do_not_use():
    ended = running("--version", code="import atexit, sys; atexit.register(lambda: print('pandas' in sys.modules))")
    assert ended.stdout.splitlines()[-1] == "False"
