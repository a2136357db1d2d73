"""Texts that people are shown, and that no mark goes round: they would stay English in every language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ("streamlit_app.py", "pages", "mnist_ui")

# Modules, or folders of them, whose texts are for people who develop or use a command line.
NOT_SHOWN = frozenset(
    {
        "mnist_ui/arrays.py",
        "mnist_ui/assets.py",
        "mnist_ui/command",
        "mnist_ui/reader_files.py",
        "mnist_ui/server/welcome.py",
    }
)
# Names of columns, kinds and places that are translated where they are shown, addresses and styles, and what only those
# read who build a map.
NO_TEXTS = re.compile(
    r"pages/\w+\.py|(true digit|read as|second guess|drawn as|max pooling|average pooling|maps of each layer)"
    r"|Map of digits|Your drawing|(Coordinates|Classes) of |. Check what the map is made from\."
    r"|(top|bottom) (left|right)|grid-template-columns: .*|width: 100%; .*"
)
MARKS = frozenset({"N_", "_", "ngettext", "pgettext"})
# What shows a text: its first argument, and these by name.
SHOWING = re.compile(
    r"button|camera_input|caption|checkbox|dialog|download_button|error|expander|file_uploader|header|info"
    r"|link_button|markdown|menu_button|metric|multiselect|number_input|page_link|pills|popover|progress|radio"
    r"|segmented_control|select_slider|selectbox|slider|spinner|subheader|success|tabs|text_area|text_input|title"
    r"|toast|toggle|warning|write"
)
NAMED = frozenset({"caption", "help", "label", "placeholder", "title"})

# Two words in a row that are English and no code; three letters, so that units and names of fields are none.
_SENTENCE = re.compile(r"\b[A-Za-z]{3,}[,:]? [a-z]{2,}\b")
_WORD = re.compile(r"[A-Za-z]{3,}")
_TAGS = re.compile(r"""<[^<>]*>|[\w-]+=["'][^"']*["']?|[\w-]+:[^;{}"']+;""")
_ATTRIBUTE = re.compile(r"""(?:aria-label|alt|title)=["']([^"']+)""")
# Where something is filled in.
_PLACE = re.compile(r"\{\w+\}")
_ERROR_SHOWN = re.compile(r"(?s:.*)MnistError|\w*(Drawing|Config|Dataset|Bundle|Job|Map|Collection)Error")


def faults(root: Path = ROOT) -> list[str]:
    """What is wrong in the modules of pages, a line for each.

    Raises
    ------
    FileNotFoundError
        If one that is left out is not there.
    """
    for name in NOT_SHOWN:
        if not (root / name).exists():
            raise FileNotFoundError(
                f"{name} is in {__name__}.NOT_SHOWN and not in {root}. Take it out, or name its new place."
            )
    paths = [path for each in SOURCES for path in sorted((root / each).rglob("*.py")) or [root / each]]
    found = []
    for path in paths:
        name, tree = path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))
        found += [f"{name}:{line}: another name than _ is for what nobody needs" for line in sorted(_other_uses(tree))]
        if not any(name == each or name.startswith(f"{each}/") for each in NOT_SHOWN):
            found += [f"{name}:{line}: no mark goes round {text!r:.60}" for line, text in sorted(unmarked(tree))]
    return found


def unmarked(tree: ast.AST) -> set[tuple[int, str]]:
    """Line and text of what people are shown and no mark goes round."""
    known = {id(node) for call in ast.walk(tree) if _is_mark(call) for node in ast.walk(call)}
    known |= {id(node) for part in ast.walk(tree) for node in _not_shown(part)}
    shown = {id(part) for call in ast.walk(tree) for argument in _shown(call) for part in _parts(argument)}
    return {
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in known
        and not NO_TEXTS.fullmatch(node.value)
        and (_is_sentence(node.value) or (id(node) in shown and _is_word(node.value)))
    }


def _other_uses(tree: ast.AST) -> set[int]:
    """Lines where the mark's name is given to something else, in a module that has the mark."""
    if not any(isinstance(each, ast.alias) and each.asname == "_" for each in ast.walk(tree)):
        return set()
    names = (each for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
    return {each.lineno for each in names if each.id == "_"}


def _is_sentence(text: str) -> bool:
    """Whether a text is English wherever it stands."""
    return bool(
        _SENTENCE.search(_TAGS.sub(" ", text)) or any(map(_WORD.search, _ATTRIBUTE.findall(_PLACE.sub("", text))))
    )


def _is_word(text: str) -> bool:
    """Whether a text is English where it is shown."""
    return bool(_WORD.search(text)) and not text.startswith(":material/")


def _is_mark(node: ast.AST) -> bool:
    """Whether it marks a text."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS


def _shown(call: ast.AST) -> Iterator[ast.expr]:
    """Arguments of a call that people read."""
    if isinstance(call, ast.Call) and SHOWING.fullmatch(getattr(call.func, "attr", "")):
        yield from call.args[:1]
        yield from (each.value for each in call.keywords if each.arg in NAMED)


def _parts(argument: ast.expr) -> list[ast.expr]:
    """A literal text, the parts of one with values in it, or the values of a table."""
    return argument.values if isinstance(argument, ast.JoinedStr | ast.BoolOp | ast.Dict) else [argument]


def _not_shown(node: ast.AST) -> Iterator[ast.AST]:
    """Texts that nobody is shown: documentation, scripts, and what goes to a log or to who calls with nonsense."""
    match node:
        case ast.Expr(value=ast.Constant() as text):
            yield text
        case ast.Call() if ast.unparse(node.func) == "Record":  # a paper's own title
            yield from ast.walk(node)
        case ast.Call() if ast.unparse(node.func).startswith(("log.", "logger.", "logging.", "re.")):
            yield from ast.walk(node)
        case ast.Assign(targets=targets, value=value) if any("SCRIPT" in ast.unparse(each) for each in targets):
            yield from ast.walk(value)
        case ast.Raise(exc=ast.expr() as error) if _ERROR_SHOWN.match(ast.unparse(error)):
            return
        case ast.Raise() | ast.Assert():
            yield from ast.walk(node)
