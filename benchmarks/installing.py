"""Installing the app from its wheel into fresh environments with empty caches: seconds, and megabytes of the disk.

uv and pip install the light and the full one, and Streamlit alone beside them. Everything is fetched from the package
registry, so the network and whatever else the machine does are in the seconds.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from benchmarks.installed import InstallationError, answering

ROOT = Path(__file__).resolve().parents[1]
MEGA = 1e6
NAMED = 24
# Whatever this machine has set for pip and uv beside the registry would be measured, too.
_OWN_SETTINGS = (
    "PIP_CONSTRAINT",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "UV_CONSTRAINT",
    "UV_FIND_LINKS",
    "VIRTUAL_ENV",
)
_SETTINGS = {name: value for name, value in os.environ.items() if name not in _OWN_SETTINGS}


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def programs(self) -> Path:
        """The folder of its Python and its commands."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def files(self) -> Iterator[Path]:
        """Every file in it, links apart."""
        return (path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink())

    def distributions(self) -> Iterable[Distribution]:
        """Every package in it."""
        packages = (path.parent for path in self.folder.rglob("*.dist-info"))
        return distributions(path=sorted({str(each) for each in packages}))


def show() -> None:
    """Build the wheel, install it in every way, and print what it took."""
    with tempfile.TemporaryDirectory(prefix="mnist-studio-wheel-") as folder:
        wheel = _wheel(Path(folder))
        print(f"Wheel: {wheel.stat().st_size / MEGA:.2f} MB. {_machine()}\n")
        _show_sizes({"light": str(wheel), "full": f"{wheel}[train]", "Streamlit alone": "streamlit"})
        _show_parts(str(wheel))
        _show_first_answers(wheel)


def _show_sizes(wanted: Mapping[str, str]) -> None:
    """A line for each installation."""
    print("| what | by | seconds | MB | of it byte code | packages |\n| --- | --- | --- | --- | --- | --- |")
    for what, asked in wanted.items():
        for way, install in WAYS.items():
            with _fresh() as (environment, cache):
                seconds = install(environment, asked, cache)
                files = {path: path.stat().st_size for path in environment.files()}
                code = sum(size for path, size in files.items() if path.suffix == ".pyc")
                count = sum(1 for _each in environment.distributions())
                size = sum(files.values()) / MEGA
                print(f"| {what} | {way} | {seconds:.0f} | {size:.0f} | {code / MEGA:.0f} | {count} |", flush=True)


def _show_parts(asked: str) -> None:
    """What the light one consists of, the largest first."""
    with _fresh() as (environment, cache):
        _by_uv(environment, asked, cache, "--compile-bytecode")
        parts = Counter({each.name: _size(each) for each in environment.distributions()})
    print("\n| package of the light one | MB with byte code |\n| --- | --- |")
    for name, size in parts.most_common(NAMED):
        print(f"| {name} | {size / MEGA:.1f} |")
    rest = parts.total() - sum(size for _name, size in parts.most_common(NAMED))
    print(f"| {len(parts) - NAMED} others | {rest / MEGA:.1f} |", flush=True)


def _show_first_answers(wheel: Path) -> None:
    """From the command to the first drawing that is read: by uvx, and after an installation."""
    print("\n| start | seconds to the first answer |\n| --- | --- |")
    with tempfile.TemporaryDirectory(prefix="mnist-studio-uvx-") as cache:
        for what in ("uvx, nothing there", "uvx, once more"):
            own = _SETTINGS | {"UV_CACHE_DIR": cache, "UV_NO_CONFIG": "1", "UV_PYTHON": sys.executable}
            with answering([uv(), "tool", "run", "--quiet", "--from", str(wheel), "mnist-studio"], own) as seconds:
                print(f"| {what} | {seconds:.1f} |", flush=True)
    for what, asked in {"light, installed by pip": str(wheel), "full, installed by pip": f"{wheel}[train]"}.items():
        with _fresh() as (environment, cache):
            _by_pip(environment, asked, cache)
            for turn in ("first start", "once more"):
                with answering([str(environment.programs / "mnist-studio")], _SETTINGS) as seconds:
                    print(f"| {what}, {turn} | {seconds:.1f} |", flush=True)


@contextmanager
def _fresh() -> Iterator[tuple[Environment, Path]]:
    """An environment that is yet to be made, and an empty cache; both are gone after the block."""
    with tempfile.TemporaryDirectory(prefix="mnist-studio-installing-") as folder:
        yield Environment(Path(folder) / "environment"), Path(folder) / "cache"


def _by_pip(environment: Environment, asked: str, cache: Path) -> float:
    """Seconds of an installation by pip, which compiles byte code too."""
    _timed(sys.executable, "-m", "venv", str(environment.folder))
    python = str(environment.programs / "python")
    return _timed(python, "-m", "pip", "install", "--quiet", "--cache-dir", str(cache), asked)


def _by_uv(environment: Environment, asked: str, cache: Path, *options: str) -> float:
    """Seconds of an installation by uv."""
    own = ("--quiet", "--no-config", "--cache-dir", str(cache))
    _timed(uv(), "venv", *own, "--python", sys.executable, str(environment.folder))
    return _timed(uv(), "pip", "install", *own, *options, "--python", str(environment.programs / "python"), asked)


WAYS: Mapping[str, Callable[[Environment, str, Path], float]] = {
    "uv": _by_uv,
    "uv --compile-bytecode": lambda *wanted: _by_uv(*wanted, "--compile-bytecode"),
    "pip": _by_pip,
}


def uv() -> str:
    """The uv beside this Python, else the one on the path.

    Raises
    ------
    InstallationError
        If there is none.
    """
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if not found:
        raise InstallationError("uv is not installed; `make setup` brings it.")
    return found


def _wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    _timed(uv(), "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT))
    [wheel] = folder.glob("*.whl")
    return wheel


def _timed(*command: str) -> float:
    """Seconds that a command took.

    Raises
    ------
    InstallationError
        If it failed.
    """
    begun = time.monotonic()
    ended = subprocess.run(command, capture_output=True, text=True, env=_SETTINGS | {"PIP_CONFIG_FILE": os.devnull})
    if ended.returncode:
        raise InstallationError(f"{' '.join(command[:4])} ... failed: {ended.stderr[-600:]}")
    return time.monotonic() - begun


def _size(package: Distribution) -> int:
    """Bytes of a package's files and of the byte code that was compiled of them."""
    files = {Path(str(path.locate())) for path in package.files or ()}
    code = {
        each for path in files if path.suffix == ".py" for each in path.parent.glob(f"__pycache__/{path.stem}.*.pyc")
    }
    return sum(path.stat().st_size for path in files | code if path.is_file())


def _machine() -> str:
    """On what it was measured."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores{load}."
