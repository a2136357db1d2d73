"""An error that nobody foresaw: whole in the log, and one sentence for the visitor."""

import re
from pathlib import Path

import pytest
import streamlit as st

from mnist_core.errors import BundleError
from mnist_ui.messages import said_of_bug
from tests.browser.driver import serving
from tests.faults.visiting import visited, words

SECRET = "postgresql://keeper:secret@db.example/studio"
# A page, a part of one, and one that does not even begin.
SCRIPTS = {
    "page": f"raise KeyError({SECRET!r})",
    "fragment": f"@st.fragment\ndef part():\n    raise KeyError({SECRET!r})\npart()",
    "not python": f"raise KeyError({SECRET!r}",
}
APP = """
import streamlit as st
{imports}
if __name__ == "__main__":
    st.title("Hello")
    exec({script!r})
else:
    app = st.App(__file__{more})
"""


@pytest.mark.slow
@pytest.mark.parametrize("has_words", [True, False], ids=["in our words", "in Streamlit's"])
@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_visitor_receives_a_sentence_and_the_log_everything(tmp_path: Path, kind: str, has_words: bool):
    imports = "from mnist_ui.messages import said_of_bug" if has_words else ""
    more = ", on_script_error=said_of_bug" if has_words else ""
    app = tmp_path / "app.py"
    app.write_text(APP.format(script=SCRIPTS[kind], imports=imports, more=more))
    with (tmp_path / "log.txt").open("wb") as log, serving((str(app),), log=log) as (url, _process):
        told = words(visited(url))
    assert "Hello" in told
    for secret in (SECRET, "keeper", "Traceback", "KeyError", "SyntaxError", tmp_path.name):
        assert secret not in told
    assert ("Something went wrong here." in told) == has_words
    logged = (tmp_path / "log.txt").read_text()
    assert "db.example" in logged
    assert "Traceback" in logged


def test_an_error_of_the_library_that_no_page_expects_is_said_in_its_words(monkeypatch):
    said = []
    monkeypatch.setattr(st, "error", lambda text, **_: said.append(text))
    assert said_of_bug(BundleError("There is no such model."))
    assert said_of_bug(KeyError(SECRET))
    assert re.fullmatch(r"\*\*.*\*\* There is no such model\.", said[0])
    assert SECRET not in said[1]
