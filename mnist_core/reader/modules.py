"""The modules of the reader in JavaScript: files beside this one, which import each other by their names."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
# The module to load.
ENTRY = "reader.js"
# Its text is made of the CSS beside it: a style sheet that a component brings along.
STYLE = "style.js"
MODULES = tuple(sorted([*(path.name for path in FOLDER.glob("*.js")), STYLE]))

_IMPORT = re.compile(r'^(import|export) (?:\{([^}]*)\} from )?"\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LOCAL_EXPORT = re.compile(r"^export \{[^}]*\};\n", re.MULTILINE)
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)


@cache
def modules() -> dict[str, bytes]:
    """Each module by its name."""
    style = f"export const STYLE = {json.dumps((FOLDER / 'digit_pad.css').read_text('utf-8'))};\n"
    return {name: style.encode() if name == STYLE else (FOLDER / name).read_bytes() for name in MODULES}


@cache
def modules_version() -> str:
    """A short name for what the modules say: other ones have another name, so that a browser may keep them for good."""
    return hashlib.sha256(b"".join(modules().values())).hexdigest()[:16]


@cache
def needed(entry: str) -> tuple[str, ...]:
    """The names of a module and of all that it imports, those first that others import."""
    names: dict[str, None] = {}
    for _kind, _names, other in _IMPORT.findall(modules()[entry].decode()):
        names |= dict.fromkeys(needed(other))
    return (*names, entry)


@cache
def one_script(entry: str, name: str) -> str:
    """A module and all that it imports as one script, for a page that can fetch nothing.

    Parameters
    ----------
    entry
        The module; what it exports is in the variable `name`.
    """
    parts = [_as_function(each) for each in needed(entry)]
    return f"const {name} = (() => {{\nconst modules = {{}};\n{''.join(parts)}return modules[{entry!r}];\n}})();\n"


def _as_function(module: str) -> str:
    """A module as a function that gives what it exports, and is called at once."""
    text = modules()[module].decode()
    names = [
        *_EXPORT.findall(text),
        *(
            f"{name}: modules[{other!r}].{name}"
            for kind, given, other in _IMPORT.findall(text)
            if kind == "export"
            for name in _listed(given)
        ),
    ]
    text = _IMPORT.sub(_as_constants, text)
    text = _COMMENT.sub("", _LOCAL_EXPORT.sub("", _EXPORT.sub("", text)))
    return f"modules[{module!r}] = (() => {{\n{text}return {{ {', '.join(names)} }};\n}})();\n"


def _as_constants(found: re.Match[str]) -> str:
    """An import as constants; what is only handed on is none."""
    kind, given, other = found.groups()
    return f"const {{ {', '.join(_listed(given))} }} = modules[{other!r}];\n" if kind == "import" else ""


def _listed(given: str) -> list[str]:
    """The names between the braces of an import."""
    return [each.strip() for each in given.split(",") if each.strip()]
