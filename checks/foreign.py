"""Texts from outside that get into a sentence of a page, and pass nothing on the way: they could be markup there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from checks.marks import SHOWING, SOURCES

ROOT = Path(__file__).parents[1]

# What makes a text harmless, and what is none of a page's sentences: a figure or a file says it as it is.
PASSES = frozenset({"in_markdown", "in_html", "told", "headline"})
# Where names come from that people gave, and what attributes hold them, of whatever they are called in the pages.
GIVEN_BY = frozenset({"shown_name", "alias_in_words", "layout_words", "what_it_shows", "title_of_tests", "in_words"})
HELD = frozenset({"job.title", "job.error", "card.name", "group.name", "shelf.title", "spot.name", "info.name"})
# What a component or a list of options shows as it is, by module.
SHOWN_AS_IT_IS = frozenset(
    {
        ("mnist_ui/classroom/joining.py", "alias_in_words(member.alias or '')"),
        ("mnist_ui/drawings/collected.py", "alias_in_words(entry.alias)"),
        ("mnist_ui/drawings/shelf.py", "shelf.title"),
    }
)


def faults(root: Path = ROOT) -> list[str]:
    """What is wrong in the modules of pages, a line for each."""
    paths = [path for each in SOURCES for path in sorted((root / each).rglob("*.py")) or [root / each]]
    found = {
        (path.relative_to(root).as_posix(), line, text)
        for path in paths
        for line, text in bare(ast.parse(path.read_text("utf-8")))
    }
    unneeded = SHOWN_AS_IT_IS - {(name, text) for name, _line, text in found}
    return [
        *(
            f"{name}:{line}: {text} has to pass in_markdown or in_html"
            for name, line, text in sorted(found)
            if (name, text) not in SHOWN_AS_IT_IS
        ),
        *(f"{name}: {text} need not be in {__name__}.SHOWN_AS_IT_IS" for name, text in sorted(unneeded)),
    ]


def bare(tree: ast.AST) -> set[tuple[int, str]]:
    """Line and source of what people gave a name or wrote, and that stands in a sentence as it is."""
    caught = {each.name for each in ast.walk(tree) if isinstance(each, ast.ExceptHandler) and not _is_raised(each)}
    found: set[tuple[int, str]] = set()
    for sentence in _sentences(tree):
        found |= {(node.lineno, ast.unparse(node)) for node in _unpassed(sentence) if _is_foreign(node, caught)}
    return found


def _is_raised(handler: ast.ExceptHandler) -> bool:
    """Whether what was caught goes on as another error, which passes where that is shown."""
    return any(isinstance(each, ast.Raise) for each in ast.walk(handler))


def _sentences(tree: ast.AST) -> Iterator[ast.expr]:
    """What is put into a text, or shown as one."""
    for node in _reached(tree):
        match node:
            case ast.JoinedStr(values=values):
                yield from (each.value for each in values if isinstance(each, ast.FormattedValue))
            case ast.Call(func=ast.Attribute(attr="format"), args=args, keywords=keywords):
                yield from (*args, *(each.value for each in keywords))
            case ast.Call(func=ast.Attribute(attr=name), args=[first, *_]) if SHOWING.fullmatch(name):
                yield first


def _reached(node: ast.AST) -> Iterator[ast.AST]:
    """All of a tree but what is raised, logged or named by a key: nobody is shown it there, or it passes later."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise) or (isinstance(child, ast.keyword) and child.arg in ("key", "format_func")):
            continue
        yield from _reached(child)


def _unpassed(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions within one that pass nothing."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in PASSES:
            return
    if isinstance(node, ast.expr):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _unpassed(child)


def _is_foreign(node: ast.expr, caught: set[str | None]) -> bool:
    """Whether an expression is a text that somebody gave."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in GIVEN_BY
        case ast.Name(id=name):
            return name in caught
        case ast.Attribute():
            return ast.unparse(node) in HELD
    return False
