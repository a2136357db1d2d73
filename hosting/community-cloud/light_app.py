"""The door for Streamlit Community Cloud, which installs what the requirements.txt beside the file it starts says.

Beside `streamlit_app.py` lies the lock of everything, TensorFlow included. Here lies the light one.
"""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import streamlit_app  # noqa: E402
from mnist_ui import routes  # noqa: E402
from mnist_ui.messages import said_of_bug  # noqa: E402
from mnist_ui.server.stack import middleware  # noqa: E402

# Streamlit looks for this very call in the text of the file.
app = st.App(
    ROOT / "streamlit_app.py",
    routes=routes.routes(),
    lifespan=streamlit_app.warmed_up,
    middleware=middleware(),
    on_script_error=said_of_bug,
)
