"""`python -m hosting.try_dockerfile light|full`: take each step of the Dockerfile, and start what it makes.

There is no container engine in it: the official Python image is stood in for by Debian's smallest system of the same
release (debootstrap), stages are overlay mounts, RUN is a chroot, and the start is one with a read-only root, without
capabilities, and with no network but itself. It needs root, debootstrap and util-linux, and says of each instruction
whether it was run. Folders of earlier stages are made anew each time; the bare Debian is kept.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from hosting import bare_root
from hosting.dockerfile import Dockerfile, DockerfileError, parse
from hosting.image import Builder, Image, mounted

ROOT = Path(__file__).resolve().parents[1]
MEGA = 1e6
FOLDER = Path("/var/tmp/mnist-studio-try")
WAIT_S = 120
# By then it has loaded what the first visitor shall not wait for.
SETTLED_S = 20
# The seven of the README's example.
SEVEN = """
import json, urllib.request
strokes = {"strokes": [{"width": 20, "points": [[130, 100], [270, 100], [180, 310]]}]}
request = urllib.request.Request("http://127.0.0.1:8501/api/read", json.dumps(strokes).encode(),
                                 {"Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(request, timeout=10)))
"""
# What training needs of the file system: caches of compiled code, a worker, a model in the data home.
TRAINS = (
    "mnist-studio",
    "train",
    "--preset",
    "quick",
    "--data",
    "uci-digits",
    "--epochs",
    "2",
    "--name",
    "tried",
    "--follow",
)


def main(arguments: Sequence[str]) -> None:
    """Build a target, start it, ask it, and say what was run."""
    parser = argparse.ArgumentParser(prog="python -m hosting.try_dockerfile", description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=("light", "full"))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the roots lie")
    parser.add_argument("--memory", type=int, metavar="MB", help="what it may use at most, by a control group")
    chosen = parser.parse_args(arguments)
    if os.geteuid():
        sys.exit("Mounts and chroot need root: run it as root, in a machine that may be thrown away.")
    _enter_own_mounts(arguments)
    dockerfile = parse((ROOT / "Dockerfile").read_text("utf-8"))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    try:
        image = _build(dockerfile, chosen.target, chosen.folder)
        _say_sizes(image)
        _try(image, chosen.folder, chosen.target, chosen.memory)
    except DockerfileError as error:
        sys.exit(str(error))


def _enter_own_mounts(arguments: Sequence[str]) -> None:
    """Go on in a view of mounts of our own: whatever is mounted is gone when this ends."""
    marker = "_MNIST_STUDIO_TRY"
    if not os.environ.get(marker):
        os.environ[marker] = "1"
        own = ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", "hosting.try_dockerfile"]
        os.execvp(own[0], [*own, *arguments])


def _build(dockerfile: Dockerfile, target: str, folder: Path) -> Image:
    """Build a target and print what became of each instruction."""
    builder = Builder(dockerfile, ROOT, folder)
    print("| stage | line | instruction | what was done | seconds |\n| --- | --- | --- | --- | --- |")
    for stage in dockerfile.needed(target):
        print(f"| {stage.name} | | FROM {stage.base} | {_stands_for(dockerfile, stage.base)} | |", flush=True)
        for step in builder.build(stage):
            text = f"{step.instruction}"[:90].replace("|", "\\|")
            print(
                f"| {step.stage} | {step.instruction.line} | `{text}` | {step.done} | {step.seconds:.1f} |", flush=True
            )
    return builder.images[target]


def _stands_for(dockerfile: Dockerfile, base: str) -> str:
    """What a stage began with."""
    if any(stage.name == base for stage in dockerfile.stages):
        return "done"
    return "not run: no image was fetched; a bare Debian of the same release, with its own Python, stands in"


def _say_sizes(image: Image) -> None:
    """How large the layers are."""
    sizes = [_size(layer) / MEGA for layer in image.layers]
    summed = " + ".join(f"{size:.0f}" for size in sizes)
    print(f"\nLayers: {summed} MB, {sum(sizes):.0f} MB together; the first is Debian.")


def _size(folder: Path) -> int:
    """Bytes that the files of a folder take."""
    listed = subprocess.run(
        ["du", "--summarize", "--block-size=1", str(folder)], capture_output=True, text=True, check=True
    )
    return int(listed.stdout.split()[0])


def _try(image: Image, folder: Path, target: str, memory: int | None) -> None:
    """Start an image, wait until it is well, ask it to read, and stop it."""
    volume = folder / "volume"
    shutil.rmtree(volume, ignore_errors=True)
    group = _group(memory) if memory else None
    with mounted(image.layers, folder / "run") as root:
        # A new volume begins as the folder that it lies over.
        shutil.copytree(root / "data", volume, symlinks=True)
        shutil.copystat(root / "data", volume)
        owner = (root / "data").stat()
        os.chown(volume, owner.st_uid, owner.st_gid)
        command = image.process().command([*image.entrypoint, *image.command], is_bare=True)
        begun = time.monotonic()
        own = bare_root.start(root, volume, command, folder / "log.txt", group)
        try:
            pid = _first_inside(own.pid)
            _wait_until_well(image, root, pid, begun)
            _look(image, root, pid, target)
        finally:
            _stop(own)
            print(f"Its log: {folder / 'log.txt'}")
    if group:
        most = int((group / "memory.max_usage_in_bytes").read_text()) / MEGA
        print(f"Memory of what was started, with files that the system keeps: {most:.0f} MB at most of {memory} MB.")
        # A worker that has not ended yet keeps it.
        with contextlib.suppress(OSError):
            group.rmdir()


def _group(memory: int) -> Path:
    """A control group with a limit of memory, in megabytes (version 1 of control groups)."""
    group = Path("/sys/fs/cgroup/memory/mnist-studio-try")
    group.mkdir(exist_ok=True)
    (group / "memory.limit_in_bytes").write_text(str(int(memory * MEGA)))
    (group / "memory.max_usage_in_bytes").write_text("0")
    return group


def _first_inside(pid: int) -> int:
    """The process that takes itself for the first: the child of the one that made its view of things."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if children := psutil.Process(pid).children():
            return children[0].pid
        time.sleep(0.05)
    raise DockerfileError("Nothing was started.")


def _wait_until_well(image: Image, root: Path, pid: int, begun: float) -> None:
    """Ask by the image's own health check until it says yes."""
    check = image.process().command(image.health, is_bare=True)
    while time.monotonic() - begun < WAIT_S:
        if not psutil.pid_exists(pid):
            raise DockerfileError("It ended before it was well.")
        if bare_root.ask(root, pid, check).returncode == 0:
            print(f"HEALTHCHECK: well after {time.monotonic() - begun:.1f} s.", flush=True)
            return
        time.sleep(0.5)
    raise DockerfileError(f"It was not well after {WAIT_S} s.")


def _look(image: Image, root: Path, pid: int, target: str) -> None:
    """Ask it to read, and look at what it may do."""
    inside = image.process()

    def said(*command: str, user: str = "") -> str:
        process = bare_root.Process(user, "/", inside.variables) if user else inside
        answer = bare_root.ask(root, pid, process.command(command, is_bare=not user))
        return (answer.stdout + answer.stderr).strip()

    print(f"/api/read of a seven: {said('python', '-c', SEVEN)[:160]}")
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    kept = [
        line.replace("\t", " ") for line in status if line.startswith(("Uid:", "CapEff:", "CapBnd:", "NoNewPrivs:"))
    ]
    print(f"Its first process: {'; '.join(kept)}")
    print(f"Root writes into its file system: {said('touch', '/opt/mnist-studio/x', user='0:0')}")
    print(f"Version: {said('mnist-studio', '--version')}")
    for name in ("tensorflow", "psycopg"):
        print(f"{name}: {said('python', '-c', f'import importlib.util as u; print(bool(u.find_spec({name!r})))')}")
    time.sleep(SETTLED_S)
    print(f"Memory of its processes, {SETTLED_S} s later: {_held(pid) / MEGA:.0f} MB", flush=True)
    if target == "full":
        begun = time.monotonic()
        last = said(*TRAINS).splitlines()[-3:]
        print(f"Training a small model took {time.monotonic() - begun:.0f} s: {' / '.join(last)}")
    print(f"In the volume: {said('ls', '-A', '/data').split()}", flush=True)


def _held(pid: int) -> int:
    """Bytes of memory that a process and its children hold, shared pages counted once."""
    first = psutil.Process(pid)
    return sum(each.memory_full_info().pss for each in [first, *first.children(recursive=True)])


def _stop(own: subprocess.Popen) -> None:
    """End it as `docker stop` does: ask, and wait."""
    begun = time.monotonic()
    for child in psutil.Process(own.pid).children():
        child.terminate()
    try:
        status = own.wait(timeout=20)
        print(f"SIGTERM: ended after {time.monotonic() - begun:.1f} s with status {status}.")
    except subprocess.TimeoutExpired:
        own.kill()
        print("SIGTERM: NOT ended after 20 s.")


if __name__ == "__main__":
    main(sys.argv[1:])
