"""What there is to translate, and what of it a catalogue lacks: for whoever writes `languages/*.po`, not for the app.

python -m mnist_core.translation update        bring every catalogue up to date with the code
python -m mnist_core.translation update it     begin one for another language, or bring it up to date
python -m mnist_core.translation check         what is missing or wrong, of all or of those that are named
"""

import argparse
import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from mnist_core import glossary
from mnist_core.glossary import Glossary
from mnist_core.language import FOLDER, placeholders

ROOT = Path(__file__).parents[1]
SOURCES = ("streamlit_app.py", "pages", "mnist_ui", "mnist_core")

# Functions that mark a text, and which of their arguments it is: the text and its plural.
MARKS = {"_": 1, "N_": 1, "ngettext": 2}
IN_CONTEXT = "pgettext"

# Markdown, HTML and signs that Streamlit reads: a translation has as many of them as its text.
_MARKUP = re.compile(r"</?\w+|\*\*|`|:material/\w+:|\]\(|https?://\S+|\n")


class MarkError(ValueError):
    """A text that is marked in a way that nobody can extract."""


def extracted(root: Path = ROOT, sources: Iterable[str] = SOURCES) -> Catalog:
    """All texts that are marked in the code, without translations.

    The syntax tree is read and not the text as Babel's own extractor does, which before Python 3.12 finds no call
    within an f-string.

    Raises
    ------
    MarkError
        If what is marked is no literal text.
    """
    template = Catalog(project="MNIST Studio", charset="utf-8", fuzzy=False)
    for path in _files(root, sources):
        place = [(path.relative_to(root).as_posix(), 0)]
        for context, texts in marked(path):
            template.add(texts[0] if len(texts) == 1 else tuple(texts), locations=place, context=context)
    return template


def marked(path: Path) -> Iterator[tuple[str | None, list[str]]]:
    """Context and texts of each mark in a file.

    Raises
    ------
    MarkError
        If what is marked is no literal text.
    """
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        name = call.func.id
        if name == IN_CONTEXT:
            context, text = (_literal(argument, path) for argument in call.args[:2])
            yield context, [text]
        elif name in MARKS and (name != "_" or _is_literal(call.args[0])):
            yield None, [_literal(argument, path) for argument in call.args[: MARKS[name]]]


def update(path: Path, template: Catalog) -> None:
    """Bring a catalogue's file up to date with the code; what is translated stays, what is gone goes.

    Sorted, without line numbers and without dates, so that a change of the code changes few lines of it.
    """
    catalogue = read(path) if path.is_file() else Catalog(locale=path.stem, fuzzy=False)
    fresh = Catalog(locale=path.stem, project="MNIST Studio", charset="utf-8", fuzzy=False)
    fresh.header_comment = f"# MNIST Studio in {Locale.parse(path.stem).english_name}."
    for message in template:
        if message.id:
            known = catalogue.get(message.id, message.context)
            translation = known.string if known and _is_same_form(known, message) else None
            fresh.add(
                message.id,
                translation,
                locations=message.locations,
                flags=known.flags if known else (),
                user_comments=known.user_comments if known else (),
                context=message.context,
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=120, sort_output=True, include_lineno=False, omit_header=True)
    body = path.read_bytes()
    path.write_bytes(_header(path.stem, fresh).encode() + body)


def read(path: Path) -> Catalog:
    """The catalogue in a file.

    Raises
    ------
    babel.messages.pofile.PoFileError
        If it is damaged.
    """
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def faults(path: Path, template: Catalog) -> list[str]:
    """What is missing or wrong in a catalogue's file, a line for each."""
    try:
        catalogue, terms = read(path), glossary.load(path.stem)
    except (PoFileError, ValueError) as error:
        return [f"cannot be read: {error}"]
    wanted = {(message.id, message.context): message for message in template if message.id}
    there = {(message.id, message.context): message for message in catalogue if message.id}
    unused = [f"not used any more: {_short(id)}" for id, _context in [*(there.keys() - wanted.keys())]]
    unused += [f"not used any more: {_short(message.id)}" for message in catalogue.obsolete.values()]
    missing = [f"missing: {_short(id)}" for id, _context in wanted.keys() - there.keys()]
    wrong = [
        f"{fault}: {_short(key[0])}"
        for key in there.keys() & wanted.keys()
        for fault in _faults_of(there[key], catalogue, terms)
    ]
    header = [] if catalogue.num_plurals == Catalog(locale=path.stem).num_plurals else ["wrong number of plural forms"]
    return sorted([*header, *unused, *missing, *wrong, *terms.gaps])


def _faults_of(message: Message, catalogue: Catalog, terms: Glossary) -> Iterator[str]:
    """What is wrong with one translation."""
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    translations = [message.string] if isinstance(message.string, str) else list(message.string)
    if not all(translations):
        yield "missing"
        return
    if message.fuzzy:
        yield "fuzzy"
    if len(translations) != (1 if len(texts) == 1 else catalogue.num_plurals):
        yield "wrong number of plural forms"
    for translation in translations:
        yield from _differences(texts, translation)
    yield from terms.faults(texts, translations)
    if placeholders(translations[-1]) != placeholders(texts[-1]):
        yield f"placeholders {sorted(placeholders(translations[-1]))} and not {sorted(placeholders(texts[-1]))}"


def _differences(texts: list[str], translation: str) -> Iterator[str]:
    """How a translation differs from its text, or from the nearer of its texts, in what must be the same."""
    unknown = placeholders(translation) - set().union(*map(placeholders, texts))
    if unknown:
        yield f"unknown placeholders {sorted(unknown)}"
    if all(_ends(translation) != _ends(text) for text in texts):
        yield "spaces at the beginning or the end"
    if all(Counter(_MARKUP.findall(translation)) != Counter(_MARKUP.findall(text)) for text in texts):
        yield "other Markdown or HTML"


def _ends(text: str) -> tuple[str, str]:
    """The white space at both ends of a text."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _is_same_form(known: Message, message: Message) -> bool:
    """Whether both have a plural, or none."""
    return isinstance(known.id, str) == isinstance(message.id, str)


def _header(language: str, catalogue: Catalog) -> str:
    """The head of a catalogue's file: what tools need to know, and nothing that changes by itself."""
    return (
        f"{catalogue.header_comment}\n"
        'msgid ""\nmsgstr ""\n'
        '"Project-Id-Version: MNIST Studio\\n"\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )


def _files(root: Path, sources: Iterable[str]) -> Iterator[Path]:
    """All Python files with texts, in order."""
    for source in sources:
        path = root / source
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        yield from (each for each in found if each.name != "language.py")


def _is_literal(argument: ast.expr) -> bool:
    """Whether an argument is a text and not a variable whose values are marked elsewhere."""
    return not isinstance(argument, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.Starred | ast.IfExp)


def _literal(argument: ast.expr, path: Path) -> str:
    """The text of an argument."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise MarkError(
        f"What is marked must be a literal text. Received: {ast.unparse(argument):.80} in {path}, line "
        f"{argument.lineno}. Mark the text with its {{placeholders}}, and fill them in afterwards."
    )


def _short(id: str | tuple[str, ...]) -> str:
    """A text to find the entry by."""
    return repr(id if isinstance(id, str) else id[0])


def main(arguments: list[str] | None = None) -> int:
    """Bring catalogues up to date, or say what they lack; 0 where they lack nothing."""
    parser = argparse.ArgumentParser(prog="python -m mnist_core.translation", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("update", "check"))
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="codes such as de; by default all there are")
    asked = parser.parse_args(arguments)
    template = extracted()
    paths = [FOLDER / f"{code}.po" for code in asked.languages] or sorted(FOLDER.glob("*.po"))
    count = 0
    for path in paths:
        if asked.command == "update":
            update(path, template)
        found = faults(path, template)
        count += len(found)
        lines = found if asked.command == "check" else []
        print("\n".join([f"{path.name}: {len(template)} texts, {len(found)} missing or wrong", *lines]))
    return int(asked.command == "check" and count > 0)


if __name__ == "__main__":
    sys.exit(main())
