"""The files that host the app, as data."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hosting.dockerfile import Dockerfile, Instruction, parse

ROOT = Path(__file__).resolve().parents[2]
SETTING = re.compile(r"\bMNIST_STUDIO_[A-Z_]*[A-Z]\b")

HOSTING = (
    "Dockerfile",
    "compose.yaml",
    ".devcontainer/devcontainer.json",
    "hosting/Caddyfile",
    "hosting/env.example",
    "hosting/mnist-studio.service",
    "hosting/space/README.md",
    "hosting/community-cloud/.streamlit/config.toml",
)


def text_of(name: str) -> str:
    """The text of a file of the checkout."""
    return (ROOT / name).read_text("utf-8")


def read_yaml(text: str) -> Any:
    """YAML as data; its package has another name where Python has no lock of its own."""
    return import_module("yaml" if find_spec("yaml") else "yaml_ft").safe_load(text)


@cache
def dockerfile() -> Dockerfile:
    """Ours."""
    return parse(text_of("Dockerfile"))


def instructions(name: str) -> Iterator[Instruction]:
    """All instructions of a kind."""
    return (each for stage in dockerfile().stages for each in stage.instructions if each.name == name)


def compose() -> Any:
    """What compose.yaml says."""
    return read_yaml(text_of("compose.yaml"))


@cache
def settings_of_code() -> frozenset[str]:
    """Every environment variable of ours that the code names, documentation apart."""
    found = set()
    for folder in ("mnist_core", "mnist_ui"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and SETTING.fullmatch(node.value):
                    found.add(node.value)
    return frozenset(found)
