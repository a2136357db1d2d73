"""The bill of materials: what is installed with the app, by version and licence, as CycloneDX.

It is made from the locks, so it names what `pip install -r requirements.txt` installs on any system; the licences are
what the installed packages say of themselves. `python -m checks.materials FOLDER` writes a file for each lock.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from plotly.offline import get_plotlyjs_version

from mnist_core.paths import SHIPPED_MODELS
from mnist_core.version import __version__

ROOT = Path(__file__).parents[1]
LOCKS = {"light": "requirements-light.txt", "full": "requirements.txt"}
"""What a bill is called, and the lock that it is made from."""

APP = "mnist-studio"
PLOTLY_JS = "plotly.js"

# How packages write what SPDX writes otherwise.
SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD 3-Clause": "BSD-3-Clause",
    "MIT License": "MIT",
}
# Read in the licence files: colorama is installed on Windows only, and namex says nothing in its metadata.
READ = {"colorama": "BSD-3-Clause", "namex": "Apache-2.0"}


@dataclass(frozen=True)
class Pin:
    """A package of a lock.

    Attributes
    ----------
    name, version
        As in the lock.
    marker
        Where it is installed, as in `sys_platform == 'win32'`; empty for everywhere.
    needed_by
        The packages that ask for it; `APP` for what the app itself asks for.
    """

    name: str
    version: str
    marker: str
    needed_by: tuple[str, ...]

    @property
    def reference(self) -> str:
        """Its package URL, by which the bill refers to it."""
        return f"pkg:pypi/{self.name}@{self.version}"


class UnknownLicenceError(Exception):
    """Packages of a lock of which nobody knows the licence."""


def pins(lock: str) -> list[Pin]:
    """All packages of the text of a lock that `make lock` wrote."""
    blocks = re.findall(r"^([\w.-]+)==([^\s;]+)(?: ; (.+))?\n((?:    #.*(?:\n|\Z))*)", lock, re.MULTILINE)
    return [Pin(name, version, marker, tuple(_needed_by(said))) for name, version, marker, said in blocks]


def _needed_by(said: str) -> Iterator[str]:
    """The packages in the comment below a pin, constraints and files apart."""
    for line in said.splitlines():
        name = line.strip(" #").removeprefix("via").strip()
        if name and not name.startswith("-c "):
            yield name.split(" ")[0]


def licences(package: str) -> list[dict[str, Any]]:
    """What an installed package says of its licence, in CycloneDX's form; nothing where it says nothing."""
    try:
        said = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return _in_form(READ.get(package, ""))
    classifiers = [each.split(" :: ")[-1] for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    text = _field(said, "License").strip().partition("\n")[0].strip()
    # Some put the whole licence there, which begins with a line or with whose it is.
    named = text if re.fullmatch(r"(?!Copyright)\w.{,20}", text) else ""
    candidates = (_field(said, "License-Expression"), named, *classifiers, READ.get(package))
    return _in_form(next(filter(None, candidates), ""))


def _field(said: metadata.PackageMetadata, name: str) -> str:
    """What a package says under a name, empty where it says nothing."""
    return said[name] or "" if name in said else ""


def _in_form(name: str) -> list[dict[str, Any]]:
    """A licence's name as CycloneDX has it: an SPDX identifier or expression, or else whatever it is called."""
    if not name:
        return []
    try:
        spdx = canonicalize_license_expression(SPELLINGS.get(name, name))
    except InvalidLicenseExpression:
        return [{"license": {"name": name}}]
    return [{"expression": spdx}] if " " in spdx else [{"license": {"id": spdx}}]


def bill(lock: str) -> dict[str, Any]:
    """The bill of materials of a lock's text, the same for the same lock and the same installed packages.

    Raises
    ------
    UnknownLicenceError
        If a package says nothing of its licence, and nobody has read it.
    """
    pinned = pins(lock)
    components = [_component(pin) for pin in pinned]
    unknown = sorted(each["name"] for each in components if not each["licenses"])
    if unknown:
        raise UnknownLicenceError(
            f"No licence is known of {', '.join(unknown)}. Read its licence file, and add it to READ in {__name__}."
        )
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    app = {
        "type": "application",
        "bom-ref": APP,
        "name": APP,
        "version": __version__,
        "description": project["description"],
        "licenses": _in_form(project["license"]),
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": app},
        "components": [*components, _plotly_js(), _shipped_model()],
        "dependencies": _dependencies(pinned),
    }


def _component(pin: Pin) -> dict[str, Any]:
    """A package of the lock as a component."""
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": pin.reference,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.reference,
        "licenses": licences(pin.name),
    }
    if pin.marker:
        component["properties"] = [{"name": f"{APP}:installed-where", "value": pin.marker}]
    return component


def _plotly_js() -> dict[str, Any]:
    """The script that reports and saved maps carry with them; it comes within the Python package."""
    reference = f"pkg:npm/{PLOTLY_JS}@{get_plotlyjs_version()}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": PLOTLY_JS,
        "version": get_plotlyjs_version(),
        "purl": reference,
        "licenses": _in_form("MIT"),
    }


def _shipped_model() -> dict[str, Any]:
    """The model that comes with the app, with the SHA-256 of each of its files."""
    card = json.loads((SHIPPED_MODELS / "default" / "card.json").read_text("utf-8"))
    files = [
        {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": sha256}]}
        for name, sha256 in sorted(card["files"].items())
    ]
    return {
        "type": "machine-learning-model",
        "bom-ref": "models/default",
        "name": card["name"],
        "version": card["created"],
        "licenses": _in_form("MIT"),
        "components": files,
    }


def _dependencies(pinned: list[Pin]) -> list[dict[str, Any]]:
    """What needs what, as the lock says."""
    needs: dict[str, list[str]] = {APP: ["models/default"]}
    needs |= {pin.name: [] for pin in pinned}
    for pin in pinned:
        for name in pin.needed_by:
            needs[name].append(pin.reference)
    needs["plotly"].append(_plotly_js()["bom-ref"])
    references = [(APP, APP), *((pin.name, pin.reference) for pin in pinned)]
    return [{"ref": reference, "dependsOn": sorted(needs[name])} for name, reference in references]


def main(folder: Path) -> None:
    """Write the bill of each lock into a folder, and say where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lock in LOCKS.items():
        try:
            made = bill((ROOT / lock).read_text("utf-8"))
        except UnknownLicenceError as error:
            sys.exit(str(error))
        path = folder / f"{APP}-{__version__}-{name}.cdx.json"
        path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{path}: {len(made['components'])} components")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
