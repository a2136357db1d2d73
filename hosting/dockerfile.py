"""A Dockerfile as data: its stages, and the instructions of each as far as ours use them.

https://docs.docker.com/reference/dockerfile/ says what each means.
"""

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

KNOWN = frozenset(
    {
        *("ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK"),
        *("LABEL", "RUN", "USER", "VOLUME", "WORKDIR"),
    }
)
_FLAG = re.compile(r"--([a-z-]+)=(\S+)\s+")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


class DockerfileError(ValueError):
    """Something that this reader does not know, or that is not there."""


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes
    ----------
    line
        Where it begins, from 1.
    name
        In capitals.
    flags
        `--name=value` before the rest, without the dashes.
    rest
        What follows, with continued lines joined.
    """

    line: int
    name: str
    flags: Mapping[str, str]
    rest: str

    def command(self) -> list[str]:
        """The command of RUN, CMD, ENTRYPOINT or a health check: a list as it is, a line by the shell."""
        if self.rest.startswith("["):
            listed: list[str] = json.loads(self.rest)
            return listed
        return ["/bin/sh", "-c", self.rest]

    def pairs(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The names and values of ENV, LABEL or ARG; an ARG without a value has none here."""
        words = shlex.split(substituted(self.rest, variables))
        return {name: value for name, is_set, value in (word.partition("=") for word in words) if is_set}

    def __str__(self) -> str:
        flags = "".join(f"--{name}={value} " for name, value in self.flags.items())
        return f"{self.name} {flags}{self.rest}"


@dataclass(frozen=True)
class Stage:
    """A stage: what it is built on, and what happens in it."""

    base: str
    name: str
    instructions: Sequence[Instruction]


@dataclass(frozen=True)
class Dockerfile:
    """All stages of a file, and the ARGs before the first of them."""

    arguments: Sequence[Instruction]
    stages: Sequence[Stage]

    def stage(self, name: str) -> Stage:
        """The stage of a name.

        Raises
        ------
        DockerfileError
            If there is none.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        known = ", ".join(each.name for each in self.stages)
        raise DockerfileError(f"There is no stage of this name. Received: {name!r}. There are: {known}.")

    def needed(self, target: str) -> list[Stage]:
        """The stages that a target is built of, in the order of the file."""
        wanted = [target]
        for name in wanted:
            stage = self.stage(name)
            wanted += [each for each in _built_on(stage) if self._has(each) and each not in wanted]
        return [stage for stage in self.stages if stage.name in wanted]

    def _has(self, name: str) -> bool:
        return any(stage.name == name for stage in self.stages)


def parse(text: str) -> Dockerfile:
    """Read a Dockerfile.

    Raises
    ------
    DockerfileError
        If it has an instruction that this reader does not know, or one before the first stage that may not be there.
    """
    arguments: list[Instruction] = []
    stages: list[Stage] = []
    known: dict[str, str] = {}
    inside: list[Instruction] = []
    for each in _instructions(text):
        if each.name == "FROM":
            base, _, name = substituted(each.rest, known).partition(" AS ")
            inside = []
            stages.append(Stage(base.strip(), name.strip() or str(len(stages)), inside))
        elif stages:
            inside.append(each)
        elif each.name == "ARG":
            arguments.append(each)
            known.update(each.pairs(known))
        else:
            raise DockerfileError(f"Line {each.line}: {each.name} stands before the first FROM.")
    return Dockerfile(arguments, stages)


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """A text with `$NAME` and `${NAME}` replaced; what is unknown becomes empty, as with Docker."""
    return _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], ""), text)


def _instructions(text: str) -> Iterable[Instruction]:
    """Each instruction, comments left out and continued lines joined."""
    begun, line_of = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        line_of = line_of if begun else number
        begun += line.strip().removesuffix("\\")
        if not line.rstrip().endswith("\\"):
            yield _instruction(begun, line_of)
            begun = ""


def _instruction(text: str, line: int) -> Instruction:
    """An instruction of one line."""
    name, _, rest = text.partition(" ")
    if name not in KNOWN:
        raise DockerfileError(f"Line {line}: {name} is not known to this reader.")
    flags = {}
    rest = rest.strip()
    while found := _FLAG.match(rest):
        flags[found[1]] = found[2]
        rest = rest[found.end() :]
    return Instruction(line, name, flags, rest)


def _built_on(stage: Stage) -> list[str]:
    """The names of what a stage begins with or copies from."""
    return [stage.base, *(each.flags["from"] for each in stage.instructions if "from" in each.flags)]
