"""The keys of a teacher's classes, found again: the browser keeps them, and no address ever shows one."""

import streamlit as st

from mnist_ui.state import people
from mnist_ui.state.keyring import MOST

_KEY = "class-keys"

# Changes are told one by one, so that two tabs with a class each do not take the other's away.
_SCRIPT = """
const KEY = "mnist-studio-classes";
let written = 0;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch (error) {
    console.warn("No classes are known:", error);
    return {};
  }
}

function write(code, key, most) {
  try {
    const { [code]: before, ...others } = read();
    const kept = Object.entries(key ? { ...others, [code]: key } : others).slice(-most);
    if (kept.length) localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
    else localStorage.removeItem(KEY);
  } catch (error) {
    console.warn("The class is not kept:", error);
  }
}

export default function ({ data, setStateValue }) {
  if (data.edition > written) write(data.code, data.key, data.most);
  written = data.edition;
  if (!data.is_met && data.edition === 0) setStateValue("known", { keys: read() });
}
"""

_keys = st.components.v2.component("mnist-studio-class-keys", js=_SCRIPT)


def find_keys() -> None:
    """Find the keys again that the browser knows, and have it keep what changes."""
    ring = people.keyring()

    def take() -> None:
        told = st.session_state[_KEY]["known"]
        if isinstance(told, dict):
            ring.take(told.get("keys"))

    code, key = ring.changed
    _keys(
        key=_KEY,
        data={"is_met": ring.is_met, "edition": ring.edition, "code": code, "key": key, "most": MOST},
        default={"known": None},
        on_known_change=take,
    )
