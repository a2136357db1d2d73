"""Texts without a mark are found, and nothing else is."""

import ast

import pytest

from checks import marks

LINES = {
    'st.button("Undo")': ["Undo"],
    'st.write(_("Fine"))': [],
    'x = "<p>This is not fine</p>"': ["<p>This is not fine</p>"],
    "y = f'<i aria-label=\"Numbers\">'": ['<i aria-label="Numbers">'],
    "y = '<i aria-label=\"{numbers}\">'": [],
    'st.info(f"Only {n}")': ["Only "],
    "z = '<b class=very large>'": [],
    'st.pills(_("Digits"), options, help="Which")': ["Which"],
    'st.metric(name or "Nobody", 3)': ["Nobody"],
    'st.page_link("pages/draw.py", icon=":material/draw:")': [],
    'st.button(":material/undo:")': [],
    'ngettext("one image", "many images", n)': [],
    '"""What this is for."""': [],
    'raise ValueError("not for visitors")': [],
    'raise ConfigError("this is shown")': ["this is shown"],
    'raise errors.MnistError("this is shown")': ["this is shown"],
    'assert x, "not for visitors"': [],
    'logger.warning("not for visitors")': [],
    'SCRIPT = "let us go"': [],
    'Record("A title of a paper", 0.2)': [],
}


@pytest.mark.parametrize(("line", "texts"), LINES.items())
def test_a_text_that_was_forgotten_is_found(line, texts):
    assert marks.unmarked(ast.parse(f"x = 0\n{line}")) == {(2, text) for text in texts}


@pytest.fixture
def checkout(tmp_path):
    """A checkout without a fault."""
    for name in [*marks.NOT_SHOWN, "pages/draw.py", "streamlit_app.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


def test_every_module_of_the_pages_is_looked_at(checkout):
    assert marks.faults(checkout) == []
    for name in ("streamlit_app.py", "pages/draw.py", "mnist_ui/arrays.py"):
        (checkout / name).write_text('from mnist_core.language import gettext as _\n\n_, b = 1, "Some words"\n')
    (checkout / "mnist_ui" / "draw").mkdir()
    (checkout / "mnist_ui" / "draw" / "part.py").write_text('st.title("Draw")\n_ = 1\n')
    assert marks.faults(checkout) == [
        "streamlit_app.py:3: another name than _ is for what nobody needs",
        "streamlit_app.py:3: no mark goes round 'Some words'",
        "pages/draw.py:3: another name than _ is for what nobody needs",
        "pages/draw.py:3: no mark goes round 'Some words'",
        "mnist_ui/arrays.py:3: another name than _ is for what nobody needs",  # its texts are for developers
        "mnist_ui/draw/part.py:1: no mark goes round 'Draw'",
    ]


def test_a_module_that_is_left_out_and_gone_is_said(checkout):
    (checkout / "mnist_ui" / "arrays.py").unlink()
    with pytest.raises(FileNotFoundError, match=r"mnist_ui/arrays\.py is in checks\.marks\.NOT_SHOWN"):
        marks.faults(checkout)
