"""Parcels: folders that go from machine to machine through a store, named by their SHA-256 and believed only with it.

The store is whatever fsspec can reach: a folder that all machines share, or an object store as S3 has.
"""

import hashlib
import io
import os
import tarfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import fsspec

from mnist_core.errors import ConfigError, JobError
from mnist_core.files import scratch_folder

STORE_VARIABLE = "MNIST_STUDIO_STORE"
"""Where what goes from machine to machine lies: `s3://bucket/folder`, or `file:///folder` that all machines have."""

LARGEST_PARCEL = 4_000_000_000

_PATIENCE: dict[str, dict[str, Any]] = {
    "s3": {"config_kwargs": {"connect_timeout": 5, "read_timeout": 20, "retries": {"max_attempts": 2}}}
}
_Stamps = dict[str, tuple[int, int, int]]


def store_url() -> str:
    """Where the store is.

    Raises
    ------
    ConfigError
        If the variable names none.
    """
    named = os.environ.get(STORE_VARIABLE, "").strip()
    if "://" not in named:
        raise ConfigError(
            f"{STORE_VARIABLE} must say where the machines of a cluster put what they make: s3://bucket/folder, or "
            f"file:///folder that all of them have. Received: {named!r:.80}."
        )
    return named


class Parcels:
    """The parcels of a store.

    Parameters
    ----------
    url
        Where they are, as fsspec has it.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def put(self, job: str, content: bytes) -> str:
        """Store a parcel of a job, whole or not at all; its SHA-256.

        Raises
        ------
        JobError
            If the store is gone, full or refuses.
        """
        digest = hashlib.sha256(content).hexdigest()
        with _explained():
            system, path = _at(self._url, job, digest)
            system.makedirs(path.rpartition("/")[0], exist_ok=True)
            with system.transaction, system.open(path, "wb") as file:
                file.write(content)
        return digest

    def get(self, job: str, digest: str) -> bytes:
        """A parcel, once it is known to be the one that was stored.

        Raises
        ------
        JobError
            If it is missing or another one, or the store is gone.
        """
        with _explained():
            system, path = _at(self._url, job, digest)
            content: bytes = system.cat_file(path)
        if hashlib.sha256(content).hexdigest() != digest:
            raise JobError("What another machine made is damaged in the store: its SHA-256 is another one.")
        return content

    def drop(self, job: str, digest: str | None = None) -> None:
        """Delete a parcel of a job, or all of them; what the store refuses stays."""
        with suppress(Exception):
            system, path = _at(self._url, job, digest or "")
            system.rm(path.rstrip("/"), recursive=digest is None)


def packed(folder: Path) -> bytes | None:
    """A folder as one parcel; None if it changed meanwhile, or has nothing.

    It is what was there at one moment: whoever goes on from it finds it as after a crash.
    """
    before = stamps(folder)
    content = io.BytesIO()
    try:
        with tarfile.open(fileobj=content, mode="w") as archive:
            for name in sorted(before):
                entry = tarfile.TarInfo(name)
                data = (folder / name).read_bytes()
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    except OSError:
        return None
    return content.getvalue() if before and stamps(folder) == before else None


def unpacked(content: bytes, target: Path) -> Path:
    """Put what was packed into a folder that is not there yet; what leads out of it is refused.

    Raises
    ------
    JobError
        If it is no parcel.
    OSError
        If the disk refuses.
    """
    try:
        with scratch_folder(target.parent, target.name) as part:
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                archive.extractall(part, filter="data")
            part.chmod(0o755)
            part.rename(target)
    except tarfile.TarError as error:
        raise JobError(f"What another machine made cannot be unpacked: {error}.") from error
    return target


def stamps(folder: Path) -> _Stamps:
    """What changes with any file of a folder."""
    found: _Stamps = {}
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file() and not path.is_symlink():
                known = path.stat()
                found[path.relative_to(folder).as_posix()] = known.st_ino, known.st_mtime_ns, known.st_size
    return found


class _explained:  # noqa: N801  used as a function
    """Say what a store cannot do as a JobError: each of the libraries behind fsspec has errors of its own."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """A JobError of any other error."""
        if isinstance(error, Exception) and not isinstance(error, JobError):
            reason = f"{type(error).__name__}: {error!s:.200}"
            text = "The store of the cluster is gone, full or refuses ({reason}). Nothing is lost; it is tried again."
            raise JobError(text, reason=reason) from error


@lru_cache(maxsize=4)
def _system(url: str) -> tuple[Any, str]:
    """The file system of a store, and the folder in it."""
    protocol = url.partition("://")[0]
    system, root = fsspec.core.url_to_fs(url, **_PATIENCE.get(protocol, {}))
    return system, str(root).rstrip("/")


def _at(url: str, job: str, digest: str) -> tuple[Any, str]:
    """The file system, and where a parcel is in it."""
    system, root = _system(url)
    return system, f"{root}/parcels/{job}/{digest}"
