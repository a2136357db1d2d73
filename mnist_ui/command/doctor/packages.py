"""The packages that are asked for: there, of a version that will do, and loadable; and what is not installed."""

import argparse
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

from mnist_core.extras import command_of
from mnist_core.installation import IS_CHECKOUT, PACKAGES
from mnist_core.requirements import COMPILED, DISTRIBUTIONS, unloadable
from mnist_ui.command.doctor.check import Check, note, of_error, ok, trouble

NAME = "Packages"
DISTRIBUTION = "mnist-studio"

_EXTRA = re.compile(r"""extra\s*==\s*['"]([\w-]+)['"]""")
_NAMED = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Asked:
    """A package that is asked for.

    Attributes
    ----------
    name
        As it is installed by.
    versions
        Which will do, as a requirement has them; empty for all.
    """

    name: str
    versions: str

    @property
    def installed(self) -> str | None:
        """The version that is there; None without any."""
        try:
            return metadata.version(self.name)
        except metadata.PackageNotFoundError:
            return None

    @property
    def is_other(self) -> bool:
        """Whether a version is there that will not do."""
        from packaging.specifiers import SpecifierSet

        version = self.installed
        return version is not None and not SpecifierSet(self.versions).contains(version, prereleases=True)

    def __str__(self) -> str:
        return f"{self.name}{self.versions}"


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """What the base needs, and what each extra adds."""
    asked = requirements()
    yield from _base(asked.pop("", []))
    for extra, packages in asked.items():
        yield _extra(extra, packages)


def requirements() -> dict[str, list[Asked]]:
    """What the package asks for, by the extra that adds it; empty for the base."""
    if IS_CHECKOUT:
        project = tomllib.loads((PACKAGES / "pyproject.toml").read_text("utf-8"))["project"]
        listed: dict[str, list[str]] = {"": project["dependencies"], **project["optional-dependencies"]}
    else:
        listed = defaultdict(list)
        for line in metadata.requires(DISTRIBUTION) or []:
            requirement, _semicolon, marker = line.partition(";")
            extra = _EXTRA.search(marker)
            listed[str(extra[1]) if extra else ""].append(requirement)
    return {extra: [_asked(line) for line in lines] for extra, lines in listed.items()}


def _asked(line: str) -> Asked:
    """A requirement as it is written."""
    name = _NAMED.match(line)[0]  # type: ignore[index]
    return Asked(name, re.sub(r"\[.*?\]|\s", "", line[len(name) :]))


def _base(asked: Sequence[Asked]) -> Iterator[Check]:
    """What nothing works without."""
    missing = [each.name for each in asked if each.installed is None]
    if missing:
        yield trouble(NAME, f"Not installed for this Python: {', '.join(missing)}.", _install(missing))
    others = [each for each in asked if each.name not in missing and each.is_other]
    if others:
        said = ", ".join(f"{each.name} {each.installed} instead of {each.versions}" for each in others)
        yield trouble(
            NAME, f"Of another version than is asked for: {said}.", _install([f"'{each}'" for each in others])
        )
    loading = [module for module in COMPILED if DISTRIBUTIONS.get(_top(module), _top(module)) not in missing]
    broken = {_reason(text): text for module in reversed(loading) if (text := unloadable(module))}
    yield from (of_error(NAME, text) for text in reversed(broken.values()))
    if not (missing or others or broken):
        yield ok(NAME, f"All {len(asked)} are here, of versions that will do, and those with compiled parts load.")


def _reason(text: str) -> str:
    """Why a package cannot be loaded: what others need has the same reason there, and is named first."""
    return text.partition("(")[2].partition(")")[0] or text


def _top(module: str) -> str:
    """The package that a module is in."""
    return module.partition(".")[0]


def _extra(extra: str, asked: Sequence[Asked]) -> Check:
    """What is there of an extra."""
    missing = [each for each in asked if each.installed is None]
    others = [each for each in asked if each not in missing and each.is_other]
    name = f"Extra {extra}"
    command = command_of(extra)
    if others:
        said = ", ".join(f"{each.name} {each.installed} instead of {each.versions}" for each in others)
        return trouble(name, f"Of another version than is asked for: {said}.", f"Install it anew: {command}.")
    if not missing:
        return ok(name, f"Installed: {', '.join(f'{each.name} {each.installed}' for each in asked)}.")
    added = ", ".join(map(str, missing))
    has = "Not installed" if len(missing) == len(asked) else "Installed in part"
    return note(name, f"{has}: {USES.get(extra, '')}It adds {added}.", f"If you want it: {command}.")


USES = {
    "train": "nothing is trained, searched or made into a new UMAP map here, and no label checked. ",
    "postgresql": "drawings are kept in a file. ",
    "cluster": "all is done on this machine. ",
}
"""What is not done without an extra."""


def _install(packages: Sequence[str]) -> str:
    """What installs packages for this very Python."""
    return f"Install them: {sys.executable} -m pip install {' '.join(packages)}."
