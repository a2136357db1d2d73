"""Fonts: all that the pages ask for come with the app, and what it draws itself needs none of a file."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from mnist_ui.command.doctor.check import Check, ok, trouble
from mnist_ui.command.doctor.hosts import texts

NAME = "Fonts"

_FACE = re.compile(r"@font-face\s*{[^}]*}")
_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """Whether each file of a font that the styles name is there."""
    styles = [
        *(Path(st.__file__).parent / "static").rglob("*.css"),
        *(path for path in texts() if path.suffix == ".css"),
    ]
    named = {(path, url) for path in styles for face in _FACE.findall(_text(path)) for url in _URL.findall(face)}
    here = {(path.parent / url).resolve() for path, url in named if not url.startswith("data:")}
    missing = sorted(str(file) for file in here if not file.is_file())
    if missing:
        install = "Install Streamlit anew: pip install --force-reinstall streamlit."
        yield trouble(NAME, f"{len(missing)} files of fonts are missing, such as {missing[0]}.", install)
        return
    text = f"{len(here)} files, all served from here; pictures are drawn without any."
    yield ok(NAME, f"{text} Chinese is shown by the fonts of whoever looks.")


def _text(path: Path) -> str:
    """A file of styles."""
    return path.read_text("utf-8", errors="replace")
