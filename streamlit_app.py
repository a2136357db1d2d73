"""The door: `streamlit run` finds the server application `app` here and runs this file for each visitor."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from mnist_core import jobs, leftovers, trash
from mnist_core.language import gettext as _
from mnist_ui import language_switch, resources, routes
from mnist_ui.correction.visitor import meet
from mnist_ui.demo import kiosk
from mnist_ui.messages import said_of_bug
from mnist_ui.server.heads import end_late_heads
from mnist_ui.server.heap import share_arenas
from mnist_ui.server.messages import take_no_larger
from mnist_ui.server.sockets import end_deaf, send_at_once
from mnist_ui.server.stack import middleware
from mnist_ui.server.uploads import free_ended
from mnist_ui.server.welcome import welcome
from mnist_ui.state import demo, paper, people, speech


@contextlib.asynccontextmanager
async def warmed_up(_app: st.App) -> AsyncIterator[None]:
    """Load the recognizer and go on with the jobs while the server starts, so that the first visitor need not wait."""
    share_arenas()
    welcome()
    send_at_once()
    end_deaf()
    end_late_heads()
    take_no_larger()
    sweeping = asyncio.create_task(free_ended(resources.let_go))
    threading.Thread(target=resources.warm_up, daemon=True).start()
    threading.Thread(target=jobs.all_jobs, daemon=True).start()
    for tidying in (leftovers.sweep, trash.empty):
        threading.Thread(target=tidying, daemon=True).start()
    yield
    sweeping.cancel()


def show() -> None:
    """The navigation and the page that was chosen."""
    speech.find_language()
    pages = [
        st.Page("pages/draw.py", title=_("Draw"), icon=":material/draw:", default=True),
        st.Page("pages/how.py", title=_("How it works"), icon=":material/school:"),
        st.Page("pages/explore.py", title=_("Explore"), icon=":material/photo_library:"),
        st.Page("pages/map.py", title=_("Map"), icon=":material/scatter_plot:"),
        st.Page("pages/train.py", title=_("Train"), icon=":material/model_training:"),
        st.Page("pages/tune.py", title=_("Tune"), icon=":material/tune:"),
        st.Page("pages/evaluate.py", title=_("Evaluate"), icon=":material/fact_check:"),
        st.Page("pages/model.py", title=_("Model"), icon=":material/neurology:"),
    ]
    together = [
        st.Page("pages/classroom.py", title=_("A class together"), icon=":material/groups:", url_path="class"),
        st.Page("pages/challenge.py", title=_("Challenge"), icon=":material/timer:"),
        st.Page("pages/demo.py", title=_("Demo"), icon=":material/co_present:"),
        st.Page("pages/drawings.py", title=_("Drawings"), icon=":material/collections_bookmark:"),
    ]
    # Before the navigation: else the browser fetches the page's icon for its tab from Google.
    st.set_page_config(page_icon="✏️", layout="wide")
    is_bare = demo.is_demo() or people.joined_code()
    page = st.navigation({"": pages, _("Together"): together}, position="hidden" if is_bare else "top")
    st.set_page_config(page_title=f"{page.title} · MNIST Studio")
    st.html(resources.STYLE)
    meet()
    paper.open_page(page.url_path)
    language_switch.show_switch()
    kiosk.show_demo(page.url_path)
    page.run()


if __name__ == "__main__":
    show()
else:
    # Otherwise the first visit to a fresh server, if it is to a page's own address, runs that page without this file.
    PagesManager.uses_pages_directory = False
    app = st.App(
        __file__,
        routes=routes.routes(),
        lifespan=warmed_up,
        middleware=middleware(),
        on_script_error=said_of_bug,
    )
