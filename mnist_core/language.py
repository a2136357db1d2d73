"""The language in which people are told things: one gettext catalogue for each, in `languages/`, read as it is.

What is said stands in the code in English, marked with `_` where it is shown, or with `N_` where it is only defined and
is shown elsewhere. Whoever shows it may do so for several people at once, so the language is found anew each time: the
one of `spoken`, else what the function given to `ask` says, else English.
"""

import io
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import negotiate_locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal, format_percent

SOURCE = "en"
"""The language that the code is written in."""

FOLDER = Path(__file__).with_name("languages")

# A text whose placeholders are names and nothing more.
_PLAIN = re.compile(r"(?:[^{}]|\{\w+\})*")
# Of a longer header only the beginning is looked at.
MOST_HEADER = 1000

# Different numbers and shares whose text is kept: those of bars that move are asked for again and again.
KNOWN_NUMBERS = 4096

logger = logging.getLogger(__name__)

_spoken: ContextVar[str | None] = ContextVar("language", default=None)
_PLACEHOLDER = re.compile(r"\{(\w*)")


def _nobody_knows() -> str | None:
    """What is asked until `ask` puts another in its place."""
    return None


_ask: Callable[[], str | None] = _nobody_knows


def languages() -> tuple[str, ...]:
    """Codes of all languages that there is a catalogue for, English first."""
    return (SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po")))


def own_name(language: str) -> str:
    """A language's name in itself, as a switch shows it.

    Examples
    --------
    >>> own_name("de")
    'Deutsch'
    """
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


def fitting(wanted: Iterable[str]) -> str:
    """The first of the wanted languages that there is a catalogue for; English if there is none.

    Parameters
    ----------
    wanted
        Codes such as "de" or "zh-Hant-TW" as browsers name them, most wanted first; what is no code is passed over.
    """
    codes = [code.replace("-", "_") for code in wanted if _is_code(code)]
    return negotiate_locale(codes, languages()) or SOURCE


def accepted(header: str) -> list[str]:
    """The codes in an Accept-Language header, most wanted first.

    Examples
    --------
    >>> accepted("en;q=0.7, de-CH, de;q=0.9")
    ['de-CH', 'de', 'en']
    """
    wanted = [_with_weight(part) for part in header[:MOST_HEADER].split(",")]
    return [code for weight, code in sorted(wanted, key=lambda each: -each[0]) if code and weight > 0]


def current() -> str:
    """Code of the language that is spoken here and now."""
    return _spoken.get() or _ask() or SOURCE


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Speak a language within the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def ask(find: Callable[[], str | None]) -> None:
    """Have a function say which language is spoken, None where it cannot know."""
    global _ask
    _ask = find


def gettext(text: str) -> str:
    """A text in the language that is spoken; as it is where the catalogue does not have it."""
    return _catalogue(FOLDER, current()).gettext(text) if text else text


def ngettext(one: str, many: str, number: int) -> str:
    """One of two texts in the language that is spoken, by how many things it speaks of."""
    return _catalogue(FOLDER, current()).ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """A text that is translated in more than one way, as it is used in a context."""
    return _catalogue(FOLDER, current()).pgettext(context, text)


def noop(text: str) -> str:
    """Mark a text that is shown elsewhere."""
    return text


def number(value: float, decimals: int = 0) -> str:
    """A number as the language writes it, with separators: "60,000", "60.000"."""
    return _number(round(value, decimals), decimals, current())


def percent(share: float, decimals: int = 1) -> str:
    """A share of 1 as the language writes it: "99.4 %", in Chinese "99.4%"."""
    return _percent(round(100 * share, decimals), decimals, current())


def sentence(text: str, figures: Mapping[str, float]) -> str:
    """A text that was told elsewhere, with its figures, in the language that is spoken.

    Parameters
    ----------
    text
        Marked for translation; one of another version of the app, which lacks a figure, is given as it is.
    figures
        What each placeholder stands for: a number, with four decimals if it is not whole; under "share" a share of 1.
    """
    try:
        if not _PLAIN.fullmatch(text):  # a placeholder that asks for a billion letters is none of ours
            return text
        return gettext(text).format(**{name: _figure(name, value) for name, value in figures.items()})
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):  # told by another version, or damaged
        return text


def _figure(name: str, value: float) -> str:
    """A figure as the language writes it."""
    return percent(value, 2) if name == "share" else number(value, 0 if value == int(value) else 4)


def placeholders(text: str) -> set[str]:
    """The names in braces, in whose place something is put: {"count"} of "{count} digits"."""
    return set(_PLACEHOLDER.findall(text))


@lru_cache(maxsize=KNOWN_NUMBERS)
def _number(value: float, decimals: int, language: str) -> str:
    """A rounded number with its separators."""
    return str(format_decimal(value, _with_decimals("#,##0", decimals), locale=language))


@lru_cache(maxsize=KNOWN_NUMBERS)
def _percent(hundredths: float, decimals: int, language: str) -> str:
    """A rounded share of 100 with its sign; a space before it in English is the house style."""
    own = "#,##0 %" if language == SOURCE else str(Locale.parse(language).percent_formats[None].pattern)
    return str(format_percent(hundredths / 100, _with_decimals(own, decimals), locale=language))


def _with_decimals(pattern: str, decimals: int) -> str:
    """A number pattern of Unicode's locale data with so many decimals."""
    return pattern.replace("#0", "#0." + "0" * decimals) if decimals else pattern


def _with_weight(part: str) -> tuple[float, str]:
    """Weight and code of a part of an Accept-Language header; weight 0 for nonsense."""
    code, _, weight = part.partition(";")
    try:
        return float(weight.partition("=")[2]) if weight else 1.0, code.strip()
    except ValueError:
        return 0.0, ""


def _is_code(code: str) -> bool:
    """Whether a text is a language's code."""
    try:
        Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


@cache
def _catalogue(folder: Path, language: str) -> NullTranslations:
    """The catalogue of a language, from its file; an empty one for English and where the file is damaged."""
    path = folder / f"{language}.po"
    if language == SOURCE or not path.is_file():
        return NullTranslations()
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        logger.warning("%s cannot be read, English is spoken instead: %s", path, error)
        return NullTranslations()
    return _compiled(catalogue)


def _compiled(catalogue: Catalog) -> GNUTranslations:
    """A catalogue to look things up in, without translations that ask for what the text does not give."""
    for message in catalogue:
        if message.id and not _can_be_filled_in(message):
            logger.warning("A translation has other placeholders than its text: %s", message.id)
            message.string = "" if isinstance(message.id, str) else ("", "")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _can_be_filled_in(message: Message) -> bool:
    """Whether a translation has no placeholder that its text does not have."""
    texts, translations = ([each] if isinstance(each, str) else list(each) for each in (message.id, message.string))
    known = set().union(*map(placeholders, texts))
    return all(placeholders(translation) <= known for translation in translations)
