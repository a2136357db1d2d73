"""The language that the page speaks: the switch for it, and what the browser is told of it."""

import streamlit as st

from mnist_core import language
from mnist_core.language import gettext as _
from mnist_ui import routes
from mnist_ui.component import registered
from mnist_ui.state import speech

_KEY = "language"

# Screen readers and hyphenation go by the document's language. A choice outlives the session, in a cookie that the
# next one begins with.
_SCRIPT = """
export default function ({ data: [data] }) {
  document.documentElement.lang = data.language;
  if (!data.cookie) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${data.cookie}=${data.code}; Path=${data.path}; Max-Age=31536000; SameSite=Lax${secure}`;
}
"""

_document = registered("language", js=_SCRIPT)


def show_switch() -> None:
    """A menu of the languages at the top of the page, each by its own name."""
    code = language.current()
    with st.container(key=_KEY):
        st.menu_button(
            language.own_name(code),
            language.languages(),
            key=f"{_KEY}-switch",
            help=_("Language"),
            type="tertiary",
            icon=":material/language:",
            format_func=language.own_name,
            on_click=lambda: speech.choose_language(st.session_state[f"{_KEY}-switch"]),
        )
        # A language that nobody chose is not kept.
        kept = speech.LANGUAGE_COOKIE if speech.is_language_chosen() else ""
        said = {"language": code.replace("_", "-"), "code": code, "cookie": kept, "path": routes.address("/")}
        _document(key=f"{_KEY}-document", data=said)
