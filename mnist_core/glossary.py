"""One term for each meaning in every language, and where a translation uses another: for whoever writes `languages/*.po`.

The terms are in `languages/glossary/*.toml`. `en.toml` has the meanings, every other file the terms of its language.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mnist_core.language import FOLDER as CATALOGUES
from mnist_core.language import SOURCE

FOLDER = CATALOGUES / "glossary"

# Languages that put no space between words: there a word is found within others, too.
WITHOUT_SPACES = ("zh",)

# Keys of a language's file that are no terms.
_OTHERS = ("typography", "never")

# What is filled in is no word of a text.
_PLACEHOLDER = re.compile(r"%?\{[^}]*\}")


@dataclass(frozen=True)
class Term:
    """What a meaning is called in a language.

    Attributes
    ----------
    name
        The term.
    avoid
        Words that no translation may use for it, in any of their forms.
    unless
        Parts of English texts whose translations may use such a word all the same.
    """

    name: str
    avoid: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@cache
def meanings() -> dict[str, tuple[str, ...]]:
    """All meanings by their English terms, each with the words by which English texts name it."""
    found = {}
    for name, entry in _entries(SOURCE).items():
        term, bracket, _which = name.partition(" (")
        found[name] = (*(() if bracket else (term,)), *entry.get("words", ()))
    return found


@cache
def terms(language: str) -> dict[str, Term]:
    """The terms of a language by their English terms; none if it has no glossary."""
    return {name: _term(entry) for name, entry in _entries(language).items()}


def faults(language: str, texts: list[str], translations: list[str]) -> Iterator[str]:
    """How the translations of a text, or of its forms, are not in the glossary's terms.

    Parameters
    ----------
    language
        Code of the language.
    texts
        The English text and, if it has one, its plural.
    translations
        The translation, or one for each of the language's forms.
    """
    for pattern in _never(language):
        if any(re.search(pattern, translation) for translation in translations):
            yield f"not this language's typography ({pattern})"
    known = terms(language)
    for name, words in meanings().items():
        term = known.get(name)
        if term is None:
            continue
        if [text.casefold() for text in texts] == [name] and translations[0].casefold() != term.name.casefold():
            yield f"not the glossary's term {term.name!r}"
        if term.avoid and _names(SOURCE, texts, words) and not any(part in text for part in term.unless for text in texts):
            for word in term.avoid:
                if _names(language, translations, (word,)):
                    yield f"{word!r} for {name!r}, where the glossary has {term.name!r}"


def _names(language: str, texts: list[str], words: tuple[str, ...]) -> bool:
    """Whether any of the texts has one of the words, in any form."""
    return any(_form(language, word).search(_PLACEHOLDER.sub(" ", text)) for word in words for text in texts)


@cache
def _form(language: str, word: str) -> re.Pattern[str]:
    """What finds a word with its endings, such as -s, -es or -en."""
    whole = re.escape(word) if language in WITHOUT_SPACES else rf"(?<!\w){re.escape(word)}\w{{0,3}}(?!\w)"
    return re.compile(whole, re.IGNORECASE)


@cache
def _never(language: str) -> tuple[str, ...]:
    """Patterns of what no translation of a language may hold."""
    return tuple(_file(language).get("never", ()))


def _entries(language: str) -> dict[str, dict]:
    """What the file of a language says of each term."""
    return {name: entry for name, entry in _file(language).items() if name not in _OTHERS}


def _term(entry: str | dict) -> Term:
    """A term as its file has it: alone, or with what to avoid."""
    if isinstance(entry, str):
        return Term(entry)
    return Term(entry["term"], tuple(entry.get("avoid", ())), tuple(entry.get("unless", ())))


@cache
def _file(language: str) -> dict:
    """The file of a language; empty if there is none."""
    path: Path = FOLDER / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
