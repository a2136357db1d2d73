"""From pen to answer: the whole network in one picture, for what is drawn beside it."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_ui.how.fooling import digit_to_fool, show_fooling
from mnist_ui.how.glossary import glossary
from mnist_ui.messages import explained
from mnist_ui.network import network
from mnist_ui.pad import pad
from mnist_ui.state import reader

st.title(_("How it works"), anchor=False)
with st.container(key="inside"):
    beside, picture = st.columns([1, 4], gap="medium")
    with beside:
        pad(arrangement="small")
    with picture, explained():
        network(reader.model_name(), key="network")
show_fooling(digit_to_fool())
with st.expander(_("The words that the app uses"), icon=":material/menu_book:"):
    st.html(glossary())
