"""What the tests would not notice: the code is changed at one place at a time, and the tests of that place are run.

The changes are mutmut's. Its own runner takes no sample, leaves out what is decorated or stands at the top of a module,
and forks a process that may have TensorFlow in it; so places are drawn here, and tests run in a process of their own on
a copy of the checkout. None in place of a value is left out: it fails wherever its line runs, whatever a test looks at.
"""

import argparse
import ast
import compileall
import contextlib
import difflib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

import libcst as cst
import pytest
from coverage import CoverageData
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

from benchmarks.structure import ROOTS, imports
from mnist_core.errors import ConfigError

NUMBER, SEED = 150, 0
NICENESS = 19
# However slow the machine has become since the tests were traced; what takes longer does not end.
SLOWER, START_S, HANGING_S = 4.0, 60.0, 1800.0
LAST_WORDS = 3000

# What is not changed: what only tells the reader or a type checker something, and what makes every test fail at once.
_UNTOUCHED = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)
# Texts for people: tests are not to repeat them.
_TEXTS = frozenset({"N_", "_", "ngettext"})


@dataclass(frozen=True)
class Place:
    """Something in the code that can be changed.

    Attributes
    ----------
    path
        Of the file, from the root of the checkout.
    line
        Where it stands, from 1.
    node
        In the tree of its module.
    variants
        What can stand there instead, each after the name of its kind of change.
    """

    path: Path
    line: int
    module: cst.Module
    node: cst.CSTNode
    variants: tuple[tuple[str, cst.CSTNode], ...]


@dataclass(frozen=True)
class Mutant:
    """A file with one change."""

    path: Path
    line: int
    kind: str
    before: str
    after: str

    @property
    def diff(self) -> str:
        """The change, as a unified diff without headings."""
        lines = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), n=1, lineterm="")
        return "\n".join(list(lines)[2:])


@dataclass(frozen=True)
class Trace:
    """Which tests run which lines of a package.

    Attributes
    ----------
    tests
        Of each line of each file; None among them where it runs when its module is imported.
    all
        Files or folders of all tests of the package.
    seconds
        How long all of them take.
    """

    tests: Mapping[Path, Mapping[int, frozenset[str | None]]]
    all: tuple[str, ...]
    seconds: float

    def of(self, mutant: Mutant) -> tuple[str, ...]:
        """The tests that run the statement of a mutant."""
        lines = self.tests.get(mutant.path, {})
        found = frozenset[str | None]().union(*(lines.get(line, ()) for line in _statement(mutant.before, mutant.line)))
        if None in found:  # a constant or a default: whoever runs anything of the file may use it
            found = found.union(*lines.values())
        return tuple(sorted(each for each in found if each is not None))


def show(arguments: Sequence[str]) -> None:
    """Draw mutants, run their tests, and print which lived."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks mutants", description=__doc__)
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE", help="a folder or file: mnist_core/maps")
    parser.add_argument("--number", type=int, default=NUMBER, help="how many mutants (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="which ones (%(default)s)")
    parser.add_argument("--tests", nargs="+", default=[], help="more tests than those of the packages' own folders")
    options = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    tests = {package: (*_own_tests(package), *options.tests) for package in options.packages}
    drawn = sample(options.packages, options.number, options.seed)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copied(Path(folder) / "checkout")
        _run(drawn, tests, copy)


def sample(packages: Sequence[Path], number: int, seed: int) -> list[tuple[Path, Mutant]]:
    """Mutants at places drawn from the packages, all places alike, with the package of each.

    Parameters
    ----------
    packages
        Folders or files.
    number
        How many; fewer where the packages have fewer places.
    seed
        The same seed draws the same mutants of the same code.
    """
    files = [(package, path) for package in packages for path in sorted(package.rglob("*.py")) or [package]]
    found = [(package, place) for package, path in files for place in _places(path)]
    chance = random.Random(seed)
    chance.shuffle(found)
    mutants: list[tuple[Path, Mutant]] = []
    for package, place in found:
        if len(mutants) == number:
            break
        if mutant := _drawn(place, chance):
            mutants.append((package, mutant))
    return mutants


def _run(drawn: Sequence[tuple[Path, Mutant]], tests: Mapping[Path, tuple[str, ...]], copy: Path) -> None:
    """Run the tests of each mutant, package by package, and print what comes of it."""
    traces = {package: _traced(copy, package, tests[package]) for package in sorted({each for each, _ in drawn})}
    users = _tests_of_users({*ROOTS, *(package.parts[0] for package in tests)})
    lived: Counter[Path] = Counter()
    for package, mutant in sorted(drawn, key=lambda each: (each[0], each[1].path, each[1].line)):
        trace = traces[package]
        if running := trace.of(mutant):
            outcome, note = _outcome(copy, mutant, running, START_S + SLOWER * trace.seconds), ""
        else:  # it may run in a worker, or only the tests of others run it
            others = sorted(users[_module(mutant.path)] - set(trace.all))
            outcome, note = _outcome(copy, mutant, (*trace.all, *others), HANGING_S), ", not seen to run"
        print(f"{outcome:9}{mutant.path}:{mutant.line} ({mutant.kind}{note})", flush=True)
        if outcome == "lived":
            lived[package] += 1
            print(textwrap.indent(mutant.diff, " " * 9), flush=True)
    of = Counter(package for package, _ in drawn)
    print("\n| package | mutants | killed | lived |\n| --- | --- | --- | --- |")
    for package in traces:
        print(f"| {package} | {of[package]} | {of[package] - lived[package]} | {lived[package]} |")
    killed = len(drawn) - lived.total()
    print(f"| all | {len(drawn)} | {killed}, {killed / max(len(drawn), 1):.0%} | {lived.total()} |")


def _tests_of_users(roots: Collection[str]) -> dict[str, set[str]]:
    """Of each module, the tests of the packages that import it."""
    found: dict[str, set[str]] = defaultdict(set)
    for module, imported in imports(Path(), sorted(root for root in roots if Path(root).is_dir())).items():
        tests = Path("tests", *module.split(".")[1:2])
        if "." in module and tests.is_dir():
            for each in imported:
                found[each].add(tests.as_posix())
    return found


def _module(path: Path) -> str:
    """The name of the module in a file."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _own_tests(package: Path) -> tuple[str, ...]:
    """The tests of a package's noun."""
    for tests in (Path("tests") / package.stem, Path("tests") / f"test_{package.stem}.py"):
        if tests.exists():
            return (tests.as_posix(),)
    raise ConfigError(
        f"The tests of {package} should be in tests/{package.stem}, which is not there. "
        "Call from the root of the checkout; name a package that has tests of its own."
    )


def _places(path: Path) -> Iterator[Place]:
    """What can be changed in a file, from top to bottom."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text("utf-8")), unsafe_skip_copy=True)
    visitor = _Places(path, wrapper.module)
    wrapper.visit(visitor)
    yield from visitor.found


class _Places(cst.CSTVisitor):
    """Collects what can be changed in a module."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: Path, module: cst.Module) -> None:
        super().__init__()
        self.path, self.module = path, module
        self.found: list[Place] = []
        self._raising = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Keep a node with what may stand there instead; False where nothing in it is changed."""
        if isinstance(node, _UNTOUCHED) or _is_text(node):
            return False
        self._raising += isinstance(node, cst.Raise)
        words = self._raising and isinstance(node, cst.BaseString)
        position = self.get_metadata(PositionProvider, node, None)
        variants = [] if words or position is None else list(_variants(node))
        if variants and position is not None:
            self.found.append(Place(self.path, position.start.line, self.module, node, tuple(variants)))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Count how many errors are being raised around."""
        self._raising -= isinstance(original_node, cst.Raise)


def _variants(node: cst.CSTNode) -> Iterator[tuple[str, cst.CSTNode]]:
    """What may stand in place of a node."""
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            name = operator.__name__.removeprefix("operator_")
            yield from ((name, each) for each in operator(node) if name != "assignment" and not _is_emptied(node, each))


def _is_emptied(node: cst.CSTNode, variant: cst.CSTNode) -> bool:
    """Whether a call only has None for one of its arguments."""
    if not isinstance(node, cst.Call) or not isinstance(variant, cst.Call) or len(node.args) != len(variant.args):
        return False
    return any(one.value is not other.value for one, other in zip(node.args, variant.args, strict=True))


def _is_text(node: cst.CSTNode) -> bool:
    """Whether it is a text for people."""
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _TEXTS


def _drawn(place: Place, chance: random.Random) -> Mutant | None:
    """One of the changes at a place; None where each leaves the program as it is, or none."""
    before = place.module.code
    for kind, variant in chance.sample(place.variants, len(place.variants)):
        after = cst.ensure_type(place.module.deep_replace(place.node, variant), cst.Module).code
        if _program(after) not in (None, _program(before)):
            return Mutant(place.path, place.line, kind, before, after)
    return None


def _program(text: str) -> str | None:
    """What Python makes of a text; None if it is no program."""
    try:
        compile(text, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return None
    return ast.dump(ast.parse(text))


def _statement(text: str, line: int) -> range:
    """Lines of the innermost statement around a line; of one with a body, those before it."""
    found = range(line, line + 1)
    for node in ast.walk(ast.parse(text)):  # from the outside to the inside
        if isinstance(node, ast.stmt | ast.match_case | ast.excepthandler):
            first, last = _extent(node)
            if first <= line <= last:
                found = range(first, last + 1)
    return found


def _extent(node: ast.stmt | ast.match_case | ast.excepthandler) -> tuple[int, int]:
    """First and last line of a statement, without its body."""
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    if body:
        inner = body[0].pattern.lineno if isinstance(body[0], ast.match_case) else body[0].lineno
        return first, max(first, inner - 1)
    return first, getattr(node, "end_lineno", None) or first


def _copied(folder: Path) -> Path:
    """A copy of the checkout, with byte code that is looked at again whenever its source has changed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if Path(name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, folder / name)
    compileall.compile_dir(folder, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder


def _traced(copy: Path, package: Path, tests: tuple[str, ...]) -> Trace:
    """Run all tests of a package, and see which runs which line."""
    settings, data = copy.with_name("settings.ini"), copy.with_name("coverage")
    # By file and not by package: coverage would import that first, and NumPy can be imported once only.
    settings.write_text(f"[run]\ninclude = {copy / package}{'/*' if package.is_dir() else ''}\n", "utf-8")
    data.unlink(missing_ok=True)
    start = time.monotonic()
    arguments = ["--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=", *tests]
    status, output = _pytest(copy, arguments, None, data)
    if status:
        raise ConfigError(f"The tests of {package} should pass before anything is changed. They said:\n{output}")
    trace = Trace(_tests_by_line(data, copy), tests, time.monotonic() - start)
    print(f"the tests of {package} took {trace.seconds:.0f} s", flush=True)
    return trace


def _tests_by_line(data: Path, copy: Path) -> dict[Path, dict[int, frozenset[str | None]]]:
    """The tests that ran each line; all tests of the file where a fixture ran it, which others may share."""
    coverage = CoverageData(str(data))
    coverage.read()
    found: dict[Path, dict[int, frozenset[str | None]]] = {}
    for file in coverage.measured_files():
        lines: dict[int, set[str | None]] = defaultdict(set)
        for line, contexts in coverage.contexts_by_lineno(file).items():
            for context in contexts:
                test, _, phase = context.rpartition("|")
                lines[line].add(None if not test else test if phase == "run" else test.partition("::")[0])
        found[Path(file).relative_to(copy.resolve())] = {line: frozenset(tests) for line, tests in lines.items()}
    return found


def _outcome(copy: Path, mutant: Mutant, tests: Sequence[str], limit_s: float) -> str:
    """What comes of a mutant: "killed", "endless" or "lived"."""
    file = copy / mutant.path
    file.write_text(mutant.after, "utf-8")
    try:
        status, output = _pytest(copy, ["--exitfirst", *tests], limit_s)
    except subprocess.TimeoutExpired:
        return "endless"
    finally:
        file.write_text(mutant.before, "utf-8")
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise ConfigError(f"The tests of {mutant.path}:{mutant.line} should be found. They said:\n{output}")
    return "killed" if status else "lived"


def _pytest(
    copy: Path, arguments: Sequence[str], limit_s: float | None, coverage: Path | None = None
) -> tuple[int, str]:
    """Exit status and last words of tests that run in a copy of the checkout."""
    told = copy.with_name("told.txt")  # no pipe: a worker that a test has left behind would hold it open
    with told.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider", *arguments],
            cwd=copy,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "COVERAGE_FILE": str(coverage or os.devnull)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return process.wait(limit_s), told.read_text(errors="replace")[-LAST_WORDS:]
        finally:
            with contextlib.suppress(ProcessLookupError):  # workers that the tests have left behind, too
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
