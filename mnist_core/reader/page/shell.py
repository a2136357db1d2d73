"""The page around a pad, which the server's page and the one file share."""

from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from mnist_core import language
from mnist_core.foreign import in_html

FOLDER = Path(__file__).parent
ICON = "icon.svg"


def shell(record: dict[str, Any], note: str, model: str = "", **parts: str) -> str:
    """The page in the language of a record.

    Parameters
    ----------
    record
        As `mnist_core.reader.record` makes it.
    note
        HTML around what is said where no script runs, with a place for `{no_script}`.
    model
        The name of the model that the pad is to read with; empty for the one that its source has.
    parts
        HTML for "head", "more" and "scripts".
    """
    spoken = record["language"]
    options = "".join(
        f'<option value="{code}"{" selected" if code == spoken else ""}>{in_html(name)}</option>'
        for code, name in language_names().items()
    )
    return Template(text("shell.html")).substitute(
        words(record),
        language=spoken,
        languages=options,
        language_word=in_html(record["page"]["language"]),
        about="".join(f"<p>{in_html(line)}</p>" for line in record["about"]),
        icon=text(ICON).strip(),
        style=text("page.css").strip(),
        note=note.format(no_script=in_html(record["page"]["no_script"])),
        model=f' model="{in_html(model)}"' if model else "",
        **parts,
    )


def language_names() -> dict[str, str]:
    """Each language by its code, as it calls itself."""
    return {code.replace("_", "-"): language.own_name(code) for code in language.languages()}


def words(record: dict[str, Any]) -> dict[str, str]:
    """The words of a record's page, for HTML."""
    return {name: in_html(word) for name, word in record["page"].items()}


@cache
def text(name: str) -> str:
    """A file of the page."""
    return (FOLDER / name).read_text("utf-8")
