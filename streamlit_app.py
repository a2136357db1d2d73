"""The door: `streamlit run` finds the server application `app` here and runs this file for each visitor."""

import contextlib
import threading
from collections.abc import AsyncIterator

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from mnist_core import jobs
from mnist_ui import resources, routes, state
from mnist_ui.server import send_at_once


@contextlib.asynccontextmanager
async def warmed_up(_app: st.App) -> AsyncIterator[None]:
    """Load the recognizer and go on with the jobs while the server starts, so that the first visitor need not wait."""
    send_at_once()
    threading.Thread(target=resources.warm_up, daemon=True).start()
    threading.Thread(target=jobs.recover, daemon=True).start()
    yield


def show() -> None:
    """The navigation and the page that was chosen."""
    pages = [
        st.Page("pages/draw.py", title="Draw", icon=":material/draw:", default=True),
        st.Page("pages/how.py", title="How it works", icon=":material/school:"),
        st.Page("pages/explore.py", title="Explore", icon=":material/photo_library:"),
        st.Page("pages/map.py", title="Map", icon=":material/scatter_plot:"),
        st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
        st.Page("pages/evaluate.py", title="Evaluate", icon=":material/fact_check:"),
        st.Page("pages/model.py", title="Model", icon=":material/neurology:"),
    ]
    page = st.navigation(pages, position="top")
    st.set_page_config(page_title=f"{page.title} · MNIST Studio", page_icon="✏️", layout="wide")
    st.html(resources.STYLE)
    state.open_page(page.url_path)
    page.run()


if __name__ == "__main__":
    show()
else:
    # Otherwise the first visit to a fresh server, if it is to a page's own address, runs that page without this file.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, routes=routes.routes(), lifespan=warmed_up)
