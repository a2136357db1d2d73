"""The visitor, found again: the browser keeps a secret token and what belongs to it, and tells nobody but this app."""

import streamlit as st

from mnist_ui.state import people, reader

_KEY = "visitor"

# The browser's own storage, of this address alone. Nothing is kept before the visitor has said or taught something;
# what another tab keeps or forgets is told at once, so that one visitor is never two.
_SCRIPT = """
const KEY = "mnist-studio-visitor";
let written = 0;
let tell = () => {};

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch (error) {
    console.warn("Nothing is known of a visitor:", error);
    return null;
  }
}

function write(kept) {
  try {
    if (kept) localStorage.setItem(KEY, JSON.stringify(kept));
    else localStorage.removeItem(KEY);
  } catch (error) {
    console.warn("The visitor is not kept:", error);
  }
}

addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) tell(read());
});

export default function ({ data, setStateValue }) {
  tell = (kept) => setStateValue("kept", { visitor: kept });
  if (data.edition > written) {
    written = data.edition;
    write(data.visitor);
  } else if (data.edition < written) {
    written = data.edition; // the server has begun again
  }
  const known = read();
  if (known && !data.is_met && data.edition === 0) tell(known);
}
"""

_visitor = st.components.v2.component("mnist-studio-visitor", js=_SCRIPT)


def meet() -> None:
    """Find the visitor again whom the browser knows, and have it keep what changes; to be called on every page."""
    visitor = people.visitor()

    def take() -> None:
        told, before = st.session_state[_KEY]["kept"], visitor.token
        if isinstance(told, dict) and visitor.take(told.get("visitor")):
            if visitor.token != before:  # what was said here was another visitor's
                people.answers().forget()
                people.try_out(None)
            reader.use_taught()

    _visitor(
        key=_KEY,
        data={"is_met": visitor.is_met, "edition": visitor.edition, "visitor": visitor.kept()},
        default={"kept": None},
        on_kept_change=take,
    )
    visitor.told = visitor.edition


def keep() -> None:
    """Have the browser keep what has changed, from within a fragment: then the whole page runs."""
    visitor = people.visitor()
    if visitor.told != visitor.edition:
        visitor.told = visitor.edition
        st.rerun()
