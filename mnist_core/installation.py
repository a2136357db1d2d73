"""Where the app itself lies: in a checkout, or installed from a wheel, and how its command is called there."""

from pathlib import Path

# What holds `mnist_core` and `mnist_ui`: the checkout, or site-packages.
PACKAGES = Path(__file__).resolve().parents[1]
_INSTALLED = PACKAGES / "mnist_studio"

IS_CHECKOUT = not _INSTALLED.is_dir()

APP = PACKAGES if IS_CHECKOUT else _INSTALLED
"""Folder of the entry script, pages, Streamlit's settings and shipped models; a wheel has a package for them."""

ENTRY = APP / "streamlit_app.py"

PROGRAM = "python -m mnist_core" if IS_CHECKOUT else "mnist-studio"
"""How the command line is called."""

TO_NETWORK = 'make run ARGS="--server.address 0.0.0.0"' if IS_CHECKOUT else "mnist-studio --address 0.0.0.0"
"""What starts the app so that phones and other computers reach it."""
