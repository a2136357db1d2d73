"""Components of the app's own: their HTML, CSS and JavaScript lie in files beside the module that shows them."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


def component(module: str, *scripts: str) -> ComponentRenderer:
    """The component of a package: `NAME.html`, `NAME.css` and its scripts, where NAME is what its folder is called.

    Parameters
    ----------
    module
        The package's `__file__`.
    scripts
        As in `script`; by default `NAME.js`.
    """
    folder = Path(module).parent
    name = folder.name
    return st.components.v2.component(
        f"mnist-studio-{name}",
        html=(folder / f"{name}.html").read_text("utf-8"),
        css=(folder / f"{name}.css").read_text("utf-8"),
        js=script(module, *(scripts or [f"{name}.js"])),
        isolate_styles=False,
    )


def script(module: str, *names: str) -> str:
    """Several files as one script: a component's may not import others unless it is installed as a package.

    Parameters
    ----------
    module
        The `__file__` of a module.
    names
        Paths of the files from the module's folder, those first that others build on.
    """
    return "\n".join((Path(module).parent / name).read_text("utf-8") for name in names)
