"""One term for each meaning in every language, and where a translation uses another: for whoever writes catalogues.

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
    english
        The English term.
    words
        All words by which English texts name the meaning.
    name
        The term.
    avoid
        Words that no translation may use for it, nor with an ending of up to three letters.
    unless
        Parts of English texts whose translations may use such a word all the same.
    """

    english: str
    words: tuple[str, ...]
    name: str
    avoid: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glossary:
    """The terms of a language.

    Attributes
    ----------
    language
        Its code.
    terms
        In the order of the English file; none if the language has no glossary.
    never
        Patterns of what no translation may hold.
    gaps
        What its file lacks, or has although there is no such meaning, a line for each.
    """

    language: str
    terms: tuple[Term, ...] = ()
    never: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    def faults(self, texts: list[str], translations: list[str]) -> Iterator[str]:
        """What is not in the glossary's terms.

        Parameters
        ----------
        texts
            An English text and, if it has one, its plural.
        translations
            Its translation, or one for each of the language's forms.
        """
        for pattern in self.never:
            if any(re.search(pattern, translation) for translation in translations):
                yield f"against the language's typography ({pattern})"
        for term in self.terms:
            if [text.casefold() for text in texts] == [term.english] and translations[
                0
            ].casefold() != term.name.casefold():
                yield f"{translations[0]!r}, where the glossary has {term.name!r}"
            if term.avoid and _names(SOURCE, texts, term.words) and not _has(texts, term.unless):
                used = [word for word in term.avoid if _names(self.language, translations, (word,))]
                yield from (f"{word!r} for {term.english!r}, where the glossary has {term.name!r}" for word in used)


def load(language: str, folder: Path = FOLDER) -> Glossary:
    """The glossary of a language, an empty one if it has none.

    Raises
    ------
    tomllib.TOMLDecodeError
        If a file is damaged.
    """
    path = folder / f"{language}.toml"
    if not path.is_file():
        return Glossary(language)
    file = tomllib.loads(path.read_text("utf-8"))
    meanings = tomllib.loads((folder / f"{SOURCE}.toml").read_text("utf-8"))
    entries = {english: entry for english, entry in file.items() if english not in _OTHERS}
    terms = [_term(english, meaning, entries[english]) for english, meaning in meanings.items() if english in entries]
    missing = [f"the glossary lacks {english!r}" for english in meanings if english not in entries]
    unknown = [f"the glossary has {english!r}, which en.toml has not" for english in entries if english not in meanings]
    return Glossary(language, tuple(terms), tuple(file.get("never", ())), (*missing, *unknown))


def _term(english: str, meaning: dict, entry: str | dict) -> Term:
    """A term as a language's file has it: alone, or with what to avoid."""
    word, bracket, _which = english.partition(" (")
    words = (*(() if bracket else (word,)), *meaning.get("words", ()))
    if isinstance(entry, str):
        return Term(english, words, entry)
    return Term(english, words, entry["term"], tuple(entry.get("avoid", ())), tuple(entry.get("unless", ())))


def _names(language: str, texts: list[str], words: tuple[str, ...]) -> bool:
    """Whether any of the texts has one of the words, alone or with an ending."""
    return any(_form(language, word).search(_PLACEHOLDER.sub(" ", text)) for word in words for text in texts)


def _has(texts: list[str], parts: tuple[str, ...]) -> bool:
    """Whether any of the texts has one of the parts, as it is written."""
    return any(part in text for part in parts for text in texts)


@cache
def _form(language: str, word: str) -> re.Pattern[str]:
    """What finds a word with its endings, such as -s, -es or -en."""
    whole = re.escape(word) if language in WITHOUT_SPACES else rf"(?<!\w){re.escape(word)}\w{{0,3}}(?!\w)"
    return re.compile(whole, re.IGNORECASE)
