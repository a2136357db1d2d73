"""A bare Debian in a folder, as near to an official Python image as a mirror gives it, and commands that run in it."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hosting.dockerfile import DockerfileError

_PYTHON_IMAGE = re.compile(r"python:(?P<version>3\.\d+)-slim-(?P<release>\w+)")
# What an official Python image has beside Debian's smallest system, as far as the Dockerfile uses it.
PACKAGES = ("ca-certificates", "python3", "python3-venv")
_CLEAN = 'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache ""; APT::Keep-Downloaded-Packages "false";\n'
MIRROR = "http://deb.debian.org/debian"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# Where this machine trusts an authority of its own, so do pip and uv in the root, while they install.
_TRUST = ("SSL_CERT_FILE", "PIP_CERT")

# Docker gives a container these devices, a small shared memory and its own view of processes.
_MOUNTS = r"""
set -e
root="$1"; shift
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,size=64k tmpfs "$root/dev"
for each in null zero full random urandom; do
    touch "$root/dev/$each"
    mount --bind "/dev/$each" "$root/dev/$each"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/dev/shm"
"""
_RUN = _MOUNTS + 'exec chroot "$root" "$@"\n'
_RUN_TRUSTING = _MOUNTS + f'mount --bind {CERTIFICATES} "$root{CERTIFICATES}"\n' + 'exec chroot "$root" "$@"\n'
# As `docker run --read-only --network none --tmpfs /tmp -v VOLUME:/data`.
_RUN_READ_ONLY = (
    'volume="$1"; shift\n'
    + 'mount --bind "$1" "$1"\n'
    + _MOUNTS
    + r"""
mount -t tmpfs -o mode=1777,size=256m tmpfs "$root/tmp"
mount --bind "$volume" "$root/data"
ip link set lo up
mount -o remount,ro,bind "$root"
exec chroot "$root" "$@"
"""
)


@dataclass(frozen=True)
class Process:
    """What a command in a root begins with: who runs it, where, and in which environment."""

    user: str
    folder: str
    variables: Mapping[str, str]

    def command(self, command: Sequence[str], *, is_bare: bool = False) -> list[str]:
        """The whole command, to be given to chroot.

        Parameters
        ----------
        command
            What is to run.
        is_bare
            Without any capability and without ways to get one, as `cap_drop: [ALL]` and `no-new-privileges` have it.
        """
        user, _, group = self.user.partition(":")
        given = [f"{name}={value}" for name, value in self.variables.items()]
        drops = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"] if is_bare else []
        changes = ["setpriv", f"--reuid={user}", f"--regid={group or user}", "--clear-groups", *drops, "--"]
        return ["/usr/bin/env", "-i", f"--chdir={self.folder}", *given, *changes, *command]


def make(image: str, folder: Path) -> None:
    """Make a root in a folder, unless it is there from another time.

    Parameters
    ----------
    image
        The image that it stands in for, such as `python:3.13-slim-trixie`.
    folder
        Where it comes to lie.

    Raises
    ------
    DockerfileError
        If the image is no official slim one, or Debian's Python is of another version than the image's.
    """
    found = _PYTHON_IMAGE.fullmatch(image)
    if found is None:
        raise DockerfileError(f"Only an image like python:3.13-slim-trixie can be stood in for. Received: {image!r}.")
    if not folder.is_dir():
        unfinished = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", found["release"]]
        subprocess.run([*command, str(unfinished), MIRROR], check=True, stdout=subprocess.DEVNULL)
        python = Path(f"/usr/bin/python{found['version']}")
        if not (unfinished / python.relative_to("/")).exists():
            raise DockerfileError(f"Debian {found['release']} has no Python {found['version']}.")
        for name in ("python", "python3", python.name):
            (unfinished / "usr/local/bin" / name).symlink_to(python)
        # As official images have it: apt keeps neither packages nor its own index of them.
        (unfinished / "etc/apt/apt.conf.d/docker-clean").write_text(_CLEAN)
        unfinished.rename(folder)


def own_trust() -> dict[str, str]:
    """Variables by which pip and uv trust what this machine trusts, where it says so of itself."""
    return dict.fromkeys(_TRUST, CERTIFICATES) if any(os.environ.get(name) for name in _TRUST) else {}


def run(root: Path, command: Sequence[str], log: IO[bytes]) -> None:
    """Run a command in a root to its end, with this machine's network.

    Raises
    ------
    DockerfileError
        If it fails.
    """
    script = _RUN_TRUSTING if own_trust() else _RUN
    own = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", str(root)]
    ended = subprocess.run([*own, *command], stdout=log, stderr=log)
    if ended.returncode:
        raise DockerfileError(f"A step failed with status {ended.returncode}; see {log.name}.")


def start(root: Path, volume: Path, command: Sequence[str], log: Path, group: Path | None = None) -> subprocess.Popen:
    """Start a command in a root that nothing can write to, with no network but itself.

    Parameters
    ----------
    root
        The root.
    volume
        A folder that lies at /data there; beside it only /tmp can be written to.
    command
        What runs, as the first process that it can see.
    log
        What it says.
    group
        A control group that it belongs to.
    """
    own = ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"]
    script = ["sh", "-c", _RUN_READ_ONLY, "sh", str(volume), str(root)]
    enter = ["sh", "-c", f'echo $$ > {shlex.quote(str(group / "cgroup.procs"))}; exec "$@"', "sh"] if group else []
    with log.open("wb") as out:
        return subprocess.Popen([*enter, *own, *script, *command], stdout=out, stderr=out)


def ask(root: Path, pid: int, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command beside a started one, in the same root, network and view of processes."""
    own = ["nsenter", f"--target={pid}", "--mount", "--pid", "--net", "--ipc", "--uts", "chroot", str(root)]
    return subprocess.run([*own, *command], capture_output=True, text=True, timeout=600)
