"""Words that are kept in a table: each that a page or a script asks for is there, and none that nobody asks for."""

import re
from collections.abc import Collection
from pathlib import Path

from mnist_ui import space
from mnist_ui.how import glossary
from mnist_ui.space.words import WORDS

ROOT = Path(__file__).parents[1]
# Names that the map's script puts together.
COMPOSED = frozenset(f"{verb}{what}" for verb in ("show", "hide") for what in ("Digit", "Class"))
# What the script asks for beside its texts.
NO_TEXTS = frozenset({"language"})


def faults() -> list[str]:
    """What is wrong in the glossary and in the words of the map, a line for each."""
    folder = Path(space.__file__).parent
    script = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.js")))
    pages = [*ROOT.glob("pages/*.py"), *(ROOT / "mnist_ui").rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in pages if path != Path(glossary.__file__))
    return [
        *(f"{glossary.__name__}: no page says {word!r}" for word in unsaid(glossary.WORDS, text)),
        *(
            f"{space.__name__}: {fault}"
            for fault in map_faults((folder / "space.html").read_text("utf-8"), script, WORDS)
        ),
    ]


def unsaid(words: Collection[str], text: str) -> list[str]:
    """Words that are not in the text of the pages, in the singular or the plural."""
    return [word for word in words if word.lower().rstrip("y") not in text.lower()]


def map_faults(html: str, script: str, words: Collection[str]) -> list[str]:
    """What is wrong in the map's HTML and script, and in the table of the words that they ask for."""
    by_html = set(re.findall(r'data-(?:text|title|label)="(\w+)"', html))
    called = re.findall(r"word\(([^)]*)\)|pressed\(([^)]*)\)|words\.(\w+)", script)
    by_script = {name for *quoted, _ in called for name in re.findall(r'"(\w+)"', "".join(quoted))}
    by_script |= {name for *_, name in called if name} - NO_TEXTS
    in_script = {word for word in words if f'"{word}"' in script or f"words.{word}" in script}
    return [
        *(f"the HTML says {text!r} itself" for text in re.sub(r"<[^>]*>", "", html).split()),
        *(f"there is no word {name!r}" for name in sorted((by_html | by_script | COMPOSED) - set(words))),
        *(f"nobody asks for the word {name!r}" for name in sorted(set(words) - by_html - in_script - COMPOSED)),
    ]
