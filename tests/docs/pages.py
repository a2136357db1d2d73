"""The pages of the documentation, and what stands in them: links, blocks of code, command lines, tables."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mnist_core import paths

ROOT = paths.SHIPPED_MODELS.parent
DOCS = ROOT / "docs"
NOT_RUN = "<!-- not run:"

_FENCE = re.compile(
    r"(?P<before>(?:^[^\n]*\n)?(?:^[ \t]*\n)?)"
    r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(
    r"(?<!\\)\]\((?P<target>[^()\s]+(?:\([^()\s]*\))?)(?:\s+\"[^\"]*\")?\)|\b(?:src|href)=\"(?P<in_html>[^\"]+)\""
)
_HEADING = re.compile(r"^(#{1,6}) +(.+?)(?: +\{(?P<attributes>[^}]*)\})? *$", re.MULTILINE)
_PROMPT = re.compile(r"^(?:[\w.-]*\$|>>>|PS>|C:\\>) +")
_SETTING = re.compile(r"[A-Z][A-Z0-9_]*=")
# What stands before `mnist-studio` where it is not installed.
_RUNNERS = (("uvx",), ("uv", "run"), ("uv", "tool", "run"), ("pipx", "run"))


@dataclass(frozen=True)
class Block:
    """A fenced block of code.

    Attributes
    ----------
    line
        Of the page, where its first line stands.
    before
        The line of text before it.
    """

    page: "Page"
    line: int
    language: str
    text: str
    before: str

    @property
    def place(self) -> str:
        """Where it is, for whoever reads of a failure."""
        return f"{self.page.name}, line {self.line}"

    @property
    def is_run(self) -> bool:
        """Whether its page does not say that it cannot be run, with a reason."""
        return not self.before.startswith(NOT_RUN)


@dataclass(frozen=True)
class Command:
    """A command line of the documentation, in words.

    Attributes
    ----------
    arguments
        What comes after `mnist-studio` or `python -m mnist_core`; of other commands, all words.
    program
        "mnist-studio" for both; of other commands the first word.
    """

    place: str
    program: str
    arguments: tuple[str, ...]
    is_run: bool = True

    @property
    def line(self) -> str:
        """The command as it could be typed."""
        return shlex.join([self.program, *self.arguments])


class Page:
    """A page in Markdown.

    Parameters
    ----------
    path
        Its file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.relative_to(ROOT).as_posix()
        self.text = path.read_text("utf-8")

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def blocks(self) -> list[Block]:
        """Its fenced blocks, in order."""
        return [
            Block(
                self,
                self.text.count("\n", 0, found.start("text")) + 1,
                found["language"],
                _unindented(found["text"], found["indent"]),
                found["before"].strip(),
            )
            for found in _FENCE.finditer(self.text)
        ]

    @cached_property
    def prose(self) -> str:
        """Its text without blocks of code; the lines stay in their places."""
        return _FENCE.sub(lambda found: found["before"] + "\n" * found[0].count("\n", len(found["before"])), self.text)

    @cached_property
    def anchors(self) -> set[str]:
        """What a link into the page may name after its #."""
        found: dict[str, int] = {}
        for heading in _HEADING.finditer(self.prose):
            named = re.search(r"#([\w-]+)", heading["attributes"] or "")
            slug = named[1] if named else _slug(heading[2])
            found[slug] = found.get(slug, -1) + 1
        repeated = {
            f"{slug}{mark}{count}" for slug, most in found.items() for count in range(1, most + 1) for mark in "_-"
        }
        in_api = re.findall(r"^::: (\S+)$", self.text, re.MULTILINE)
        return {*found, *repeated, *in_api, *re.findall(r"\bid=\"([^\"]+)\"", self.text)}

    def links(self) -> Iterator[tuple[str, str]]:
        """Where each link of its prose leads, and where the link stands."""
        without_code = re.sub(r"`[^`\n]+`", lambda found: " " * len(found[0]), self.prose)
        for found in _LINK.finditer(without_code):
            line = without_code.count("\n", 0, found.start()) + 1
            yield found["target"] or found["in_html"], f"{self.name}, line {line}"

    def commands(self) -> Iterator[Command]:
        """The command lines in its blocks for a shell."""
        for block in self.blocks:
            if block.language in ("", "sh", "bash", "console", "shell"):
                for line in re.sub(r"\\\n\s*", " ", block.text).splitlines():
                    command = as_command(line, block.place, is_run=block.is_run)
                    if command:
                        yield command

    def said_commands(self) -> Iterator[Command]:
        """The command lines in its running text; `stop|cancel` is one for each."""
        for found in re.finditer(r"`(?P<text>(?:mnist-studio|python -m mnist_core) [^`\n]+)`", self.prose):
            place = f"{self.name}, line {self.prose.count(chr(10), 0, found.start()) + 1}"
            for line in _alternatives(found["text"].split()):
                command = as_command(line, place)
                if command and "..." not in line:
                    yield command

    def tables(self, heading: str = "") -> list[list[str]]:
        """The rows of its tables, or of those below a heading: the cells of each, without the head."""
        text = self.section(heading) if heading else self.prose
        rows = []
        for table in re.findall(r"(?:^\|.*\|[ \t]*\n?)+", text, re.MULTILINE):
            rows += [
                [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])] for line in table.splitlines()[2:]
            ]
        return rows

    def section(self, heading: str) -> str:
        """What stands below a heading, up to the next one of its level or above; fails where there is none."""
        begin = re.search(rf"^(#+) +{re.escape(heading)}(?: +\{{[^}}]*\}})? *$", self.prose, re.MULTILINE)
        assert begin, f"{self.name} has no heading {heading!r}"
        rest = self.prose[begin.end() :]
        end = re.search(rf"^#{{1,{len(begin[1])}}} ", rest, re.MULTILINE)
        return rest[: end.start()] if end else rest


def as_command(line: str, place: str, *, is_run: bool = True) -> Command | None:
    """A line that somebody would type, in words; None for what is none."""
    line = _PROMPT.sub("", line.strip())
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|;&<>")
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:
        return None
    ends = [place for place, word in enumerate(words) if set(word) <= set("|;&<>")]
    words = words[: ends[0]] if ends else words
    while words and _SETTING.match(words[0]):
        words = words[1:]
    if not words:
        return None
    words = _without_runner(words)
    program = words[0].replace("\\", "/").rsplit("/", 1)[-1]
    if re.fullmatch(r"python[\d.]*|py", program) and words[1:3] == ["-m", "mnist_core"]:
        return Command(place, "mnist-studio", tuple(words[3:]), is_run)
    return Command(place, program, tuple(words[1:]), is_run)


def _without_runner(words: list[str]) -> list[str]:
    """A command without what fetches or finds it first, as `uvx --from dist/some.whl mnist-studio` does."""
    for runner in _RUNNERS:
        if tuple(words[: len(runner)]) == runner:
            names = [place for place, word in enumerate(words) if word == "mnist-studio"]
            return words[names[0] :] if names else words
    return words


def _alternatives(words: list[str]) -> list[str]:
    """A line for each of the words that have `|` between."""
    lines = [""]
    for word in words:
        lines = [f"{line} {each}".strip() for line in lines for each in word.split("|")]
    return lines


def _unindented(text: str, indent: str) -> str:
    """A block without the indentation that it has in a list."""
    return re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)


def _slug(heading: str) -> str:
    """What Markdown makes of a heading for links."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    plain = re.sub(r"[^\w\s-]", "", re.sub(r"[`*]", "", plain)).strip().lower()
    return re.sub(r"[-\s]+", "-", plain)


def nav() -> list[str]:
    """The pages that the site's navigation names, as paths below docs/."""
    (part,) = re.findall(r"^nav:\n((?:[ -].*\n)+)", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    return re.findall(r"^ *- .+: (\S+\.md)$", part, re.MULTILINE)


def site_pages() -> list[Page]:
    """The pages of the site."""
    return [Page(path) for path in sorted(DOCS.rglob("*.md")) if not any(part.startswith(".") for part in path.parts)]


def all_pages() -> list[Page]:
    """The pages of the site, and those at the top of the checkout; the changelog tells of the past."""
    return [*(Page(path) for path in sorted(ROOT.glob("*.md")) if path.name != "CHANGELOG.md"), *site_pages()]
