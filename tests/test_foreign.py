"""Text from outside on its way into Markdown and HTML, and whether the pages let it pass there."""

import html
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1.element_tree import Block, Element

from mnist_core import paths
from mnist_core.foreign import JOINER, in_html, in_markdown
from mnist_core.owners import OPEN_VARIABLE
from mnist_ui.draw.sources import DRAW_ADDRESS
from mnist_ui.drawings.address import DRAWINGS_ADDRESS
from mnist_ui.evaluate.evaluation import EVALUATE_ADDRESS
from mnist_ui.explore.address import EXPLORE_ADDRESS
from mnist_ui.map.address import MAP_ADDRESS
from mnist_ui.state.keyring import Keyring
from mnist_ui.state.visitor import Visitor
from tests.faults import hostile_home
from tests.faults.hostile import ALL_AT_ONCE, AS_A_NAME, PIECES
from tests.faults.hostile_home import HostileHome

# What of the hostile texts would be markup, in Markdown and in HTML.
MARKUP = re.compile(
    r"!\[x\]\(|\[l\]\(|www\.evil|http://evil|(?<!\\)<img src=|:red\[|:material/star:|:smile:|(?<!\\)\$x\$"
)
IN_HTML = re.compile(r"<img src=/|<script>|<a href=.?http")
# Fields of Streamlit's messages that a browser shows as they are.
SHOWN_AS_THEY_ARE = {
    "code.code_text",
    "multiselect.options",
    "selectbox.options",
    "selectbox.raw_value",
    "text_input.default",
}
# Tables are drawn on a canvas, components put texts into elements: a walk through a browser looks at both. Names of
# widgets and files are shown nowhere.
ELSEWHERE = re.compile(r"(arrow_\w+|bidi_component)\..*|.*\.(id|url|form_id|file_name)")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mine", "mine"),
        ("My map 2 of 3.5", "My map 2 of 3.5"),
        ("a_b-c.npz", "a_b-c.npz"),
        ("[x](//y)", rf"{JOINER}\[x\](//y){JOINER}"),
        ("a $x$ b", r"a \$x\$ b"),
        ("2. of 3", r"2\. of 3"),
        ("# not a heading", f"{JOINER}# not a heading"),
        ("see www.y.org", f"see www{JOINER}.y.org"),
        ("see https://y.org", f"see https{JOINER}://y.org"),
        ("me@y.org", f"me{JOINER}@y.org"),
        ("a :star: b", rf"a \:{JOINER}star: b"),
        ("a -> b", f"a -{JOINER}> b"),
        ("one\n\n  two ", "one  \ntwo"),
        ("taught-" + "0a" * 16, "taught"),
        ("a\ud800\u202eb", "a?\N{REPLACEMENT CHARACTER}b"),
        (ValueError("*"), rf"{JOINER}\*{JOINER}"),
        ("", ""),
    ],
)
def test_markdown_of_a_text(text, shown):
    assert in_markdown(text) == shown


@given(st.lists(st.sampled_from([*PIECES, " ", "\n", "x", "é", "字"]), max_size=8).map("".join))
def test_what_is_added_to_a_text_shows_nothing(text):
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", in_markdown(text).replace(JOINER, ""))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert shown == "  \n".join(filter(None, lines))


@pytest.mark.parametrize("text", [*PIECES, ALL_AT_ONCE])
def test_html_of_a_text_is_the_text(text):
    shown = in_html(text)
    assert html.unescape(shown) == text
    assert not set("<>\"'") & set(shown)


def texts(element: Element | Block) -> Iterator[tuple[str, str]]:
    """Each text of Streamlit's message for an element, and of those within it, by kind and field."""
    proto = getattr(element, "proto", None)
    if proto is not None:
        yield from _fields(proto, element.type or type(proto).__name__)
    for child in getattr(element, "children", {}).values():
        yield from texts(child)


def _fields(message, kind: str) -> Iterator[tuple[str, str]]:
    for descriptor, value in message.ListFields():
        for each in value if isinstance(value, list) or hasattr(value, "add") or hasattr(value, "extend") else [value]:
            if isinstance(each, str):
                yield f"{kind}.{descriptor.name}", each
            elif hasattr(each, "ListFields"):
                yield from _fields(each, f"{kind}.{descriptor.name}")


def unescaped(app) -> set[tuple[str, str]]:
    """What of a page would be markup that somebody else wrote."""
    found = set()
    for kind, text in texts(app._tree):
        if ELSEWHERE.fullmatch(kind) or kind in SHOWN_AS_THEY_ARE:
            continue
        is_html = kind.startswith(("html.", "plotly_chart."))
        if (IN_HTML if is_html else MARKUP).search(text):
            found.add((kind, text))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[HostileHome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("hostile")))
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        patch.setenv(OPEN_VARIABLE, "1")
        yield hostile_home.fill(patch)


@pytest.fixture
def visit(app, home, unremembered):
    """Open a page as the visitor whose drawings and class there are."""

    def open_page(page: str, /, **parameters: str):
        app.session_state["_visitor"] = Visitor(home.visitor["token"], keeps=True, is_member=True, is_met=True)
        app.session_state["_keyring"] = Keyring({home.code: home.key}, is_met=True)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        return app

    return open_page


STORED = [
    ("train", {}),
    ("train", {"run": "run"}),
    ("train", {"run": "lost_run"}),
    ("tune", {}),
    ("tune", {"search": "search"}),
    ("tune", {"search": "lost_search"}),
    ("map", {"map": "map"}),
    ("map", {"view": "Make a map"}),
    ("model", {"model": AS_A_NAME}),
    ("evaluate", {"model": AS_A_NAME, "part": "Two models"}),
    ("evaluate", {"model": AS_A_NAME, "part": "Size and speed"}),
    ("explore", {"part": "Browse"}),
    ("drawings", {"of": "code"}),
    ("drawings", {"drawing": "drawing"}),
    ("classroom", {}),
    ("classroom", {"join": "code"}),
]


@pytest.mark.parametrize(("page", "parameters"), STORED, ids=str)
def test_what_is_stored_is_no_markup_on_any_page(visit, home, page, parameters):
    app = visit(page, **{name: getattr(home, value, value) for name, value in parameters.items()})
    assert unescaped(app) == set()


PARAMETERS = [
    *(("draw", name) for name in (*(DRAW_ADDRESS.names or ()), "model", "lang")),
    *(("explore", name) for name in EXPLORE_ADDRESS.names or ()),
    *(("map", name) for name in MAP_ADDRESS.names or ()),
    *(("evaluate", name) for name in EVALUATE_ADDRESS.names or ()),
    *(("drawings", name) for name in DRAWINGS_ADDRESS.names or ()),
    *(("train", name) for name in ("preset", "run", "epochs")),
    ("tune", "search"),
    ("model", "model"),
    ("classroom", "join"),
]


@pytest.mark.parametrize(("page", "name"), PARAMETERS, ids=str)
def test_what_an_address_says_is_no_markup(visit, page, name):
    app = visit(page, **({"preset": "quick"} if name == "epochs" else {}), **{name: ALL_AT_ONCE})
    assert unescaped(app) == set()
