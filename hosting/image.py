"""Building an image from a Dockerfile's stages without a container engine: each step in a root of its own."""

import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from hosting import bare_root
from hosting.bare_root import Process
from hosting.context import copy_files, files_of
from hosting.dockerfile import Dockerfile, DockerfileError, Instruction, Stage, substituted

# What official Python images set.
START_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Image:
    """What a stage has come to: its files in layers, and how it starts.

    Attributes
    ----------
    layers
        Folders that lie over each other, the lowest first.
    """

    layers: tuple[Path, ...]
    variables: dict[str, str] = field(default_factory=lambda: {"PATH": START_PATH})
    user: str = "0:0"
    folder: str = "/"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    health: tuple[str, ...] = ()

    def process(self) -> Process:
        """How its own processes begin."""
        return Process(self.user, self.folder, self.variables)


@dataclass(frozen=True)
class Step:
    """One instruction and what was done about it."""

    stage: str
    instruction: Instruction
    done: str
    seconds: float = 0.0


class Builder:
    """Builds the stages of a Dockerfile in a folder.

    Attributes
    ----------
    images
        What each stage has come to.
    """

    def __init__(self, dockerfile: Dockerfile, context: Path, folder: Path) -> None:
        self.images: dict[str, Image] = {}
        self._arguments: dict[str, str] = {}
        # Those of the stage that is being built.
        self._own: dict[str, str] = {}
        for each in dockerfile.arguments:
            self._arguments.update(each.pairs(self._arguments))
        self._context, self._folder = context, folder
        self._does: dict[str, Callable[[Image, Path, Instruction], tuple[Image, str]]] = {
            "ARG": self._argument,
            "CMD": lambda image, _root, each: (replace(image, command=tuple(each.command())), "kept for the start"),
            "COPY": self._copy,
            "ENTRYPOINT": lambda image, _root, each: (
                replace(image, entrypoint=tuple(each.command())),
                "kept for the start",
            ),
            "ENV": self._set,
            "EXPOSE": lambda image, _root, _each: (image, "not run: it only tells"),
            "HEALTHCHECK": self._health,
            "LABEL": lambda image, _root, _each: (image, "not run: it only tells"),
            "RUN": self._run,
            "USER": lambda image, _root, each: (replace(image, user=each.rest), "kept for the start"),
            "VOLUME": lambda image, _root, _each: (image, "not run: a folder takes its place at the start"),
            "WORKDIR": self._go,
        }

    def build(self, stage: Stage) -> Iterator[Step]:
        """Take the steps of a stage, one after the other; its image is there after the last."""
        image = self._begin(stage.base)
        self._own.clear()
        layer = self._folder / stage.name
        shutil.rmtree(layer, ignore_errors=True)
        with mounted(image.layers, layer) as root:
            for instruction in stage.instructions:
                begun = time.monotonic()
                image, done = self._does[instruction.name](image, root, instruction)
                yield Step(stage.name, instruction, done, time.monotonic() - begun)
        self.images[stage.name] = replace(image, layers=(*image.layers, layer / "upper"))

    def _begin(self, base: str) -> Image:
        """What a stage begins with: another stage, or a bare root in place of an image from elsewhere."""
        if base in self.images:
            return self.images[base]
        root = self._folder / base.replace(":", "-")
        bare_root.make(base, root)
        return Image((root,))

    def _argument(self, image: Image, _root: Path, each: Instruction) -> tuple[Image, str]:
        name = each.rest.partition("=")[0]
        known = {name: self._arguments[name]} if name in self._arguments else {}
        self._own.update(each.pairs({}) | known)
        return image, "done"

    def _set(self, image: Image, _root: Path, each: Instruction) -> tuple[Image, str]:
        return replace(image, variables=image.variables | each.pairs(self._own | image.variables)), "done"

    def _health(self, image: Image, _root: Path, each: Instruction) -> tuple[Image, str]:
        check = replace(each, rest=each.rest.removeprefix("CMD").strip())
        return replace(image, health=tuple(check.command())), "kept for the start"

    def _go(self, image: Image, root: Path, each: Instruction) -> tuple[Image, str]:
        (root / each.rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        return replace(image, folder=each.rest), "done"

    def _run(self, image: Image, root: Path, each: Instruction) -> tuple[Image, str]:
        variables = self._own | image.variables | bare_root.own_trust()
        with (self._folder / "build.log").open("ab") as log:
            bare_root.run(root, Process(image.user, image.folder, variables).command(each.command()), log)
        return image, "run"

    def _copy(self, image: Image, root: Path, each: Instruction) -> tuple[Image, str]:
        *sources, target = shlex.split(substituted(each.rest, self._own | image.variables))
        into = root / (Path(image.folder) / target).as_posix().lstrip("/")
        if "from" in each.flags:
            name = each.flags["from"]
            with mounted(self.images[name].layers, self._folder / f"{name}-read") as other:
                _copy_each([other / source.lstrip("/") for source in sources], into, target)
            return image, "done"
        ignored = (self._context / ".dockerignore").read_text("utf-8").splitlines()
        files = list(files_of(self._context, ignored))
        if sources == ["."]:
            copy_files(self._context, files, into)
            return image, f"done: {len(files)} files"
        if missing := set(sources) - {str(path) for path in files}:
            raise DockerfileError(f"Line {each.line}: the build does not get {', '.join(sorted(missing))}.")
        _copy_each([self._context / source for source in sources], into, target)
        return image, "done"


@contextmanager
def mounted(layers: Sequence[Path], folder: Path) -> Iterator[Path]:
    """The layers of an image as one folder, for a block: what is written there goes to `upper` below a folder."""
    root, upper, work = (folder / name for name in ("root", "upper", "work"))
    for each in (root, upper, work):
        each.mkdir(parents=True, exist_ok=True)
    lower = ":".join(map(str, reversed(layers)))
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=True)
    try:
        yield root
    finally:
        subprocess.run(["umount", str(root)], check=True)


def _copy_each(sources: list[Path], into: Path, target: str) -> None:
    """Copy as COPY does: of a folder what it holds, with owners and links as they are."""
    is_folder = target.endswith("/") or len(sources) > 1 or sources[0].is_dir()
    (into if is_folder else into.parent).mkdir(parents=True, exist_ok=True)
    for source in sources:
        subprocess.run(["cp", "--archive", f"{source}/." if source.is_dir() else str(source), str(into)], check=True)
