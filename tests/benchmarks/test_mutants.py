"""Mutants of a small package, of which it is known what its tests notice."""

import subprocess
from pathlib import Path

import pytest

from benchmarks import mutants
from mnist_core.errors import ConfigError

CODE = '''"""Numbers."""

from collections.abc import Sequence

LIMIT = 3


def larger(one: int, other: int) -> int:
    """The larger of two."""
    return one if one > other else other


def within(number: int, most: Sequence[int] = ()) -> bool:
    """Whether a number is within the limit."""
    if number < 0:
        raise ValueError("negative")
    return number <= LIMIT


def unused() -> int:
    """What no test of this package runs."""
    return 7


def unknown() -> int:
    """What no test runs."""
    return 70
'''

TESTS = '''"""Numbers."""

import pytest

from app import numbers


@pytest.fixture(scope="module")
def largest():
    return numbers.larger(1, 2)


def test_other(largest):
    assert largest is not None


def test_larger(largest):
    assert largest == 2


def test_within():
    assert numbers.within(3) and not numbers.within(4)


@pytest.mark.slow
def test_negative():
    assert not numbers.within(0)
'''


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one package and its tests."""
    files = {
        "app/__init__.py": "",
        "app/numbers.py": CODE,
        "app/page.py": "from app.numbers import unused\n\nSEVEN = unused()\n",
        "tests/numbers/test_numbers.py": TESTS,
        "tests/page/test_page.py": "from app import page\n\n\ndef test_seven():\n    assert page.SEVEN == 7\n",
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\nmarkers = ["slow"]\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.nice", lambda niceness: 0)
    return tmp_path


def changes(number=100, seed=0):
    """Line and new text of each drawn mutant."""
    return sorted(
        (mutant.line, next(line[1:].strip() for line in mutant.diff.splitlines() if line.startswith("+")))
        for _, mutant in mutants.sample([Path("app/numbers.py")], number, seed)
    )


@pytest.mark.usefixtures("checkout")
def test_each_place_is_changed_once():
    found = changes()
    assert [line for line, _ in found] == [5, 10, 10, 15, 15, 17, 22, 27]
    assert (5, "LIMIT = 4") in found
    assert (10, "return one if one >= other else other") in found
    assert (15, "if number < 1:") in found
    assert (15, "if number <= 0:") in found
    assert (17, "return number < LIMIT") in found
    assert (22, "return 8") in found


@pytest.mark.usefixtures("checkout")
def test_a_seed_draws_the_same_sample():
    assert changes(3, 1) == changes(3, 1)
    assert {len(changes(3, seed)) for seed in range(4)} == {3}
    assert len({tuple(changes(3, seed)) for seed in range(8)}) > 1


@pytest.mark.slow
def test_what_the_tests_notice_is_killed(checkout, capsys):
    mutants.show(["app/numbers.py", "--seed", "0"])
    out = capsys.readouterr().out
    told = [line.split()[:2] for line in out.splitlines() if line.startswith(("killed", "lived", "endless"))]
    assert told[0] == ["killed", "app/numbers.py:5"]  # at the top of the module: every test runs it
    assert ["lived", "app/numbers.py:10"] in told  # `>=` is the same
    # "if number < 1" and "<= 0": only a slow test looks.
    assert [outcome for outcome, place in told if place == "app/numbers.py:15"] == ["lived", "lived"]
    assert ["killed", "app/numbers.py:17"] in told
    assert ["killed", "app/numbers.py:22"] in told  # by the test of the page that uses it
    assert ["lived", "app/numbers.py:27"] in told
    assert "app/numbers.py:27 (number, not seen to run)\n         @@ -26,2 +26,2 @@" in out
    assert "+    return 71" in out
    assert "| app/numbers.py | 8 |" in out
    assert (checkout / "app" / "numbers.py").read_text("utf-8") == CODE


@pytest.mark.slow
def test_a_value_of_a_shared_fixture_is_looked_at_by_all_tests_of_the_file(checkout, capsys):
    other = CODE.replace("one if one > other else other", "max(one, other) + 0")
    (checkout / "app" / "numbers.py").write_text(other, "utf-8")
    mutants.show(["app/numbers.py"])
    told = capsys.readouterr().out.splitlines()
    # The fixture runs for the first test, which would not notice; the second one does.
    assert {line.split()[0] for line in told if "app/numbers.py:10 (number)" in line} == {"killed"}


@pytest.mark.slow
def test_a_mutant_that_does_not_end_is_cut_off(checkout, capsys, monkeypatch):
    endless = CODE.replace(
        "    return number <= LIMIT", "    while number > 100:\n        number -= 1\n    return number <= 3"
    )
    (checkout / "app" / "numbers.py").write_text(endless, "utf-8")
    monkeypatch.setattr(mutants, "START_S", 1.0)
    monkeypatch.setattr(mutants, "SLOWER", 1.0)
    monkeypatch.setattr(mutants, "sample", lambda *_: [(Path("app/numbers.py"), mutant)])
    text = endless.replace("number > 100", "number < 100")
    mutant = mutants.Mutant(Path("app/numbers.py"), 17, "swap_op", endless, text)
    mutants.show(["app/numbers.py"])
    assert "endless  app/numbers.py:17 (swap_op)" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("checkout")
def test_tests_that_fail_anyway_are_said():
    path = Path("tests/numbers/test_numbers.py")
    path.write_text(TESTS.replace("largest == 2", "largest == 1"), "utf-8")
    with pytest.raises(ConfigError, match=r"app/numbers\.py should pass before anything is changed(?s:.)*test_larger"):
        mutants.show(["app/numbers.py"])


@pytest.mark.usefixtures("checkout")
def test_a_package_without_tests_is_said():
    with pytest.raises(ConfigError, match=r"The tests of app should be in tests/app"):
        mutants.show(["app"])
