"""The shape of the code: its size, the way of its imports, what tests use that is private, how long functions are."""

import argparse
import ast
import json
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOTS = ("mnist_core", "mnist_ui")

# Public, for all that their names begin with an underscore: those of a named tuple, and the exit of `os`.
PUBLIC = frozenset({"_asdict", "_exit", "_field_defaults", "_fields", "_make", "_replace"})
# Functions that take the name of what they read or replace as a string.
BY_NAME = frozenset({"delattr", "getattr", "hasattr", "object", "patch", "setattr"})

_LAYOUT = frozenset(
    {tokenize.COMMENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER, tokenize.INDENT}
    | {tokenize.NEWLINE, tokenize.NL}
)
# In a process of its own, which imports nothing of either checkout: another one may be measured than the one that runs.
_IMPORTS = """
import grimp, json, sys
graph = grimp.build_graph(*sys.argv[1:], cache_dir=None)
print(json.dumps({each: sorted(graph.find_modules_directly_imported_by(each)) for each in sorted(graph.modules)}))
"""

_Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Structure:
    """What is measured of a checkout.

    Attributes
    ----------
    packages
        Code lines of each package, without blanks, comments and docstrings. A package is the second level:
        `mnist_core.maps`, or the module `mnist_core.types`.
    floors
        The longest chain of packages of which each imports the next; a circle is one floor.
    circles
        Each circle of packages: the pairs of which the first imports the second within it.
    private
        Each use in a test of a private name of another module: where, and the name.
    functions
        Lines of each function from `def` to its end, its docstring among them.
    """

    packages: Mapping[str, int]
    floors: int
    circles: tuple[tuple[tuple[str, str], ...], ...]
    private: tuple[str, ...]
    functions: tuple[int, ...]


def show(arguments: Sequence[str]) -> None:
    """Measure a checkout and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks structure", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="the checkout, by default this one")
    parser.add_argument("--all", action="store_true", help="every package, circle and private name, too")
    options = parser.parse_args(arguments)
    found = structure(options.folder)
    print("| what | measured |\n| --- | --- |")
    for what, measured in _figures(found).items():
        print(f"| {what} | {measured} |")
    if options.all:
        _show_details(found)


def structure(folder: Path, roots: Sequence[str] = ROOTS) -> Structure:
    """Measure the packages of a checkout and its `tests`.

    Parameters
    ----------
    folder
        The root of the checkout; nothing of it is imported.
    roots
        The packages at the top.
    """
    files = {path: path.read_text("utf-8") for root in roots for path in sorted((folder / root).rglob("*.py"))}
    packages: Counter[str] = Counter()
    for path, text in files.items():
        packages[_package(".".join(path.relative_to(folder).with_suffix("").parts))] += _code_lines(text)
    circles, floors = _circles_and_floors(_package_graph(imports(folder, roots)))
    return Structure(
        packages,
        floors,
        circles,
        tuple(each for path in sorted((folder / "tests").rglob("*.py")) for each in _private_uses(path, folder)),
        tuple(each for text in files.values() for each in _function_lengths(text)),
    )


def _figures(found: Structure) -> dict[str, str]:
    """The rows of the table."""
    total = sum(found.packages.values())
    largest = max(found.packages, key=found.packages.__getitem__)
    median, ninetieth = np.percentile(found.functions, (50, 90))
    return {
        "code lines": f"{total:,}",
        **{f"code lines of {root}": f"{lines:,}" for root, lines in _by_root(found.packages).items()},
        "largest package": f"{largest}: {found.packages[largest]:,}, {found.packages[largest] / total:.1%}",
        "import floors": f"{found.floors}",
        "packages in circles": f"{len({each for circle in found.circles for pair in circle for each in pair})}",
        "imports within circles": f"{sum(map(len, found.circles))}",
        "private names of others in tests": f"{len(found.private)}",
        "functions": f"{len(found.functions):,}",
        "lines of a function, median and 90th percentile": f"{median:g} and {ninetieth:g}",
    }


def _show_details(found: Structure) -> None:
    """Print what stands behind the table."""
    print("\n| package | code lines |\n| --- | --- |")
    for package, lines in sorted(found.packages.items(), key=lambda each: -each[1]):
        print(f"| {package} | {lines:,} |")
    for circle in found.circles:
        print("\nA circle:", *(f"    {importer} imports {imported}" for importer, imported in circle), sep="\n")
    print("\nPrivate names of others in tests:", *(f"    {each}" for each in found.private), sep="\n")


def _by_root(packages: Mapping[str, int]) -> Counter[str]:
    """Code lines of each package at the top."""
    lines: Counter[str] = Counter()
    for package, count in packages.items():
        lines[package.partition(".")[0]] += count
    return lines


def _package(module: str) -> str:
    """The package of a module: the first two parts of its name."""
    return ".".join(part for part in module.split(".")[:2] if part != "__init__")


def _code_lines(text: str) -> int:
    """How many lines hold code."""
    readline = iter(text.splitlines(keepends=True)).__next__
    held = {
        number
        for token in tokenize.generate_tokens(readline)
        if token.type not in _LAYOUT
        for number in range(token.start[0], token.end[0] + 1)
    }
    return len(held - {number for each in _docstrings(ast.parse(text)) for number in each})


def _docstrings(tree: ast.AST) -> Iterator[range]:
    """Lines of each docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            match node.body[0]:
                case ast.Expr(value=ast.Constant(value=str()), lineno=first, end_lineno=last):
                    yield range(first, (last or first) + 1)


def _function_lengths(text: str) -> Iterator[int]:
    """Lines of each function."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def imports(folder: Path, roots: Sequence[str] = ROOTS) -> dict[str, list[str]]:
    """The modules of packages in a checkout, and those among them that each imports; nothing of them is imported."""
    command = [sys.executable, "-c", _IMPORTS, *roots]
    found: dict[str, list[str]] = json.loads(
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE).stdout
    )
    return found


def _package_graph(modules: Mapping[str, Sequence[str]]) -> _Graph:
    """The packages that each package imports."""
    graph: dict[str, set[str]] = {_package(module): set() for module in modules}
    for module, imported in modules.items():
        graph[_package(module)] |= {_package(each) for each in imported} - {_package(module)}
    return {package: frozenset(imported) for package, imported in graph.items()}


def _circles_and_floors(graph: _Graph) -> tuple[tuple[tuple[tuple[str, str], ...], ...], int]:
    """The imports within each circle of packages, and how many floors the packages stand on."""
    reached = {package: _reached(graph, package) for package in graph}
    circle_of = {
        package: frozenset({package} | {each for each in found if package in reached[each]})
        for package, found in reached.items()
    }
    floors: dict[frozenset[str], int] = {}
    # What reaches more stands higher: everything that a circle imports has its floor before the circle has.
    for package in sorted(graph, key=lambda each: len(reached[each] | circle_of[each])):
        circle = circle_of[package]
        below = {circle_of[imported] for each in circle for imported in graph[each]} - {circle}
        floors[circle] = 1 + max((floors[each] for each in below), default=0)
    circles = sorted({circle for circle in circle_of.values() if len(circle) > 1}, key=min)
    pairs = (
        tuple((one, other) for one in sorted(circle) for other in sorted(graph[one] & circle)) for circle in circles
    )
    return tuple(pairs), max(floors.values(), default=0)


def _reached(graph: _Graph, start: str) -> set[str]:
    """All that a package imports, directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _private_uses(path: Path, folder: Path) -> Iterator[str]:
    """Where a test uses a private name of another module, and the name."""
    tree = ast.parse(path.read_text("utf-8"))
    own = _own_names(tree)
    for node in ast.walk(tree):
        for name in _names_used(node):
            if name not in own:
                yield f"{path.relative_to(folder).as_posix()}:{getattr(node, 'lineno', 0)} {name}"


def _own_names(tree: ast.AST) -> set[str]:
    """Names that a module gives to what is reached through a dot."""
    own: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                own.add(name)
            case ast.ClassDef(name=name, body=body):
                given = (
                    each for line in body if isinstance(line, ast.Assign | ast.AnnAssign) for each in ast.walk(line)
                )
                own |= {
                    name,
                    *(each.id for each in given if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)),
                }
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                own.add(name)
    return own


def _names_used(node: ast.AST) -> Iterator[str]:
    """Private names of something else that a node of a test uses."""
    match node:
        case ast.ImportFrom(module=module, names=names):
            yield from (each for each in (module or "").split(".") if _is_private(each))
            yield from (each.name for each in names if _is_private(each.name))
        case ast.Import(names=names):
            yield from (part for each in names for part in each.name.split(".") if _is_private(part))
        case ast.Attribute(value=value, attr=name) if _is_private(name) and not _is_self(value):
            yield name
        case ast.Call(func=ast.Name(id=function) | ast.Attribute(attr=function), args=args) if function in BY_NAME:
            texts = [each.value for each in args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            yield from (part for text in texts for part in text.split(".") if _is_private(part))


def _is_self(node: ast.AST) -> bool:
    """Whether it is the object that a method belongs to."""
    return isinstance(node, ast.Name) and node.id in {"cls", "self"}


def _is_private(name: str) -> bool:
    """Whether a name is for its own module alone."""
    return name.startswith("_") and not name.endswith("__") and name.isidentifier() and name not in PUBLIC | {"_"}
