"""Steps of a notebook: a sentence and its code; as a file of Jupyter, or as a script."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

# The version of Jupyter's format that is written.
_FORMAT, _MINOR = 4, 5


@dataclass(frozen=True)
class Cell:
    """One step.

    Attributes
    ----------
    sentence
        What it does, for people.
    code
        How, in Python.
    """

    sentence: str
    code: str


def as_script(cells: Iterable[Cell]) -> str:
    """The steps as a file of Python, each sentence a comment."""
    return "\n\n".join(f"{_commented(cell.sentence)}\n{cell.code.strip()}" for cell in cells) + "\n"


def as_notebook(cells: Iterable[Cell]) -> str:
    """The steps as a file of Jupyter (nbformat 4), which Colab and others open as well."""
    parts: list[dict[str, object]] = []
    for number, cell in enumerate(cells):
        text: dict[str, object] = {
            "cell_type": "markdown",
            "id": f"text-{number}",
            "metadata": {},
            "source": _lines(cell.sentence),
        }
        code: dict[str, object] = {
            "cell_type": "code",
            "id": f"code-{number}",
            "metadata": {},
            "source": _lines(cell.code.strip()),
            "outputs": [],
            "execution_count": None,
        }
        parts += [text, code]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": parts,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": _FORMAT,
        "nbformat_minor": _MINOR,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _commented(sentence: str) -> str:
    return "\n".join(f"# {line}" for line in sentence.splitlines())


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
