"""The parameters of the address that every page keeps, and putting others beside them."""

import streamlit as st

# Parameters of the address: `?model=my-model`, `?lang=de`, `?demo=1`.
MODEL, LANGUAGE, DEMO = "model", "lang", "demo"
# What an address goes on to say while the page's own parameters change.
KEPT = {MODEL, LANGUAGE, DEMO}


def show_in_address(parameters: dict[str, str], instead_of: set[str]) -> None:
    """Put parameters into the address in the place of others; an address that is right already is left alone."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in before.items() if name not in instead_of} | parameters
    if after != before:
        st.query_params.from_dict(after)
