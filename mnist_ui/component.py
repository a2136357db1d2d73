"""Components of the app's own: their HTML, CSS and JavaScript lie in files beside the module that shows them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import streamlit as st
from streamlit.components.v2.bidi_component.state import ComponentResult


class Component(Protocol):
    """Shows a component, which gets these data as the only entry of a list, and gives what the browser says."""

    def __call__(self, *, key: str, data: Mapping[str, Any], **options: Any) -> ComponentResult: ...


def component(module: str, *scripts: str) -> Component:
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
    return registered(
        name,
        html=(folder / f"{name}.html").read_text("utf-8"),
        css=(folder / f"{name}.css").read_text("utf-8"),
        js=script(module, *(scripts or [f"{name}.js"])),
        isolate_styles=False,
    )


def registered(name: str, **parts: Any) -> Component:
    """A component of this name, made of these parts.

    Its data travel in a list: in a dict Streamlit looks for dataframes, and imports pandas and PyArrow to do so (0.4 s
    of processor and 90 MB on the first page of a server).
    """
    renderer = st.components.v2.component(f"mnist-studio-{name}", **parts)

    def show(*, key: str, data: Mapping[str, Any], **options: Any) -> ComponentResult:
        return renderer(key=key, data=[data], **options)

    return show


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
