"""A dataset's archive: an npz file whose arrays are verified one by one, found on disk or downloaded from a mirror."""

import errno
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_core import paths
from mnist_core.array_files import read_npz
from mnist_core.errors import DatasetError, in_words
from mnist_core.files import array_sha256, scratch_folder, written_file
from mnist_core.installation import PROGRAM
from mnist_core.records import FAULTS, UNUSABLE, decoding

DOWNLOAD_TIMEOUT_S = 30

Arrays = dict[str, np.ndarray]
# Called with how many bytes are here, and how many there are.
Progress = Callable[[int, int], None]

# What the system says where a disk is full or may not be written.
REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mirror:
    """One place to download a dataset from.

    Attributes
    ----------
    urls
        The files to fetch.
    parse
        Turns the fetched files, in that order, into the archive's arrays.
    """

    urls: Sequence[str]
    parse: Callable[[Sequence[Path]], Arrays]


@dataclass(frozen=True)
class Archive:
    """What a dataset's npz file is called, what its arrays must hold, and where to get them.

    Attributes
    ----------
    filename
        Name of the npz file in the data folders.
    sha256
        Name of each array to the SHA-256 of its bytes. The file's own hash does not matter: the same arrays compressed
        in another way are the same data.
    """

    filename: str
    sha256: Mapping[str, str]
    mirrors: Sequence[Mirror]

    @property
    def digest(self) -> str:
        """A short name of what its arrays hold."""
        return hashlib.sha256("".join(self.sha256.values()).encode()).hexdigest()[:12]

    @property
    def is_here(self) -> bool:
        """Whether a data folder has the file, sound or not."""
        return self.path is not None

    def load(self, *, download: bool) -> Arrays:
        """The verified arrays, from the first data folder that has the file, else from the mirrors.

        Raises
        ------
        DatasetError
            If the file is damaged, or there is none and it may not or cannot be downloaded.
        """
        path = self.path
        if path:
            return self.read(path)
        if not download:
            raise DatasetError(
                f"{self.filename} is not on this machine (looked in {', '.join(map(str, paths.dataset_folders()))}). "
                f"Get it with: {PROGRAM} fetch"
            )
        return self.download()

    def read(self, path: Path) -> Arrays:
        """The verified arrays of an npz file.

        Raises
        ------
        DatasetError
            If the file cannot be read or holds other data.
        """
        text = "{path} is not the expected dataset: {error} Delete it to have it fetched again."
        with in_words(DatasetError, text, UNUSABLE, path=path), decoding():
            arrays = read_npz(path)
            self.verify(arrays)
        return arrays

    def verify(self, arrays: Arrays) -> None:
        """Refuse arrays that are not, byte for byte, the expected ones."""
        for name, expected in self.sha256.items():
            if name not in arrays:
                raise ValueError(f"There is no array {name!r} in it.")
            received = array_sha256(arrays[name])
            if received != expected:
                raise ValueError(f"Array {name!r} must have SHA-256 {expected[:12]}.... Received: {received[:12]}....")

    def download(self, progress: Progress | None = None, scratch: Path | None = None) -> Arrays:
        """Fetch, verify and keep the arrays, from the first mirror that gives them.

        Parameters
        ----------
        progress
            Called with how many bytes of a mirror's files are here and how many there are, as far as that is known.
            What it raises ends the download. By default a bar is drawn.
        scratch
            Folder for what is not yet verified: somebody else's to empty, should this process be killed. By default it
            is put beside the file.

        Raises
        ------
        DatasetError
            If no mirror gives them, or the disk is full. The data folder is then as it was.
        """
        target = paths.downloads_folder() / self.filename
        failures = []
        for mirror in self.mirrors:
            try:
                arrays = self._fetch(mirror, target, progress, scratch or target.parent)
            except (OSError, *FAULTS) as error:
                if getattr(error, "errno", None) in REFUSALS:
                    text = "{path} could not be written: {error}. Free some space and try again."
                    raise DatasetError(text, path=target, error=error) from error
                log.info("%s: %s", mirror.urls[0], error)
                failures.append(f"{mirror.urls[0]}: {type(error).__name__}: {error}")
                continue
            return arrays
        raise DatasetError(
            f"{self.filename} could not be downloaded. Tried:\n  "
            + "\n  ".join(failures)
            + "\nCheck the connection, or "
            f"put the file into {target.parent} by hand. Without it, the dataset uci-digits needs no download."
        )

    @property
    def path(self) -> Path | None:
        """The file in the first data folder that has it."""
        return next((path for folder in paths.dataset_folders() if (path := folder / self.filename).exists()), None)

    def _fetch(self, mirror: Mirror, target: Path, progress: Progress | None, scratch: Path) -> Arrays:
        """Download from one mirror, verify, and move the npz file into place."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(scratch, "download") as folder:
            bar = _Told(progress) if progress else True
            files = [_download(url, folder, bar) for url in mirror.urls]
            arrays = mirror.parse(files)
        self.verify(arrays)
        with written_file(target) as part, part.open("wb") as file:
            np.savez_compressed(file, **{name: arrays[name] for name in self.sha256})  # type: ignore[arg-type]
        return arrays


class _Told:
    """A progress bar, as pooch uses one, that tells how far the files of a mirror are instead of drawing it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._before = self._done = self._total = 0

    @property
    def total(self) -> int:
        """Bytes of the file that is fetched."""
        return self._total

    @total.setter
    def total(self, size: int) -> None:
        self._before, self._done, self._total = self._before + self._total, 0, size

    def update(self, more: int) -> None:
        """Tell that so many more bytes are here; pooch counts the last, smaller piece as a whole one."""
        self._done = min(self._done + more, self._total)
        self._progress(self._before + self._done, self._before + self._total)

    def reset(self) -> None:
        """Nothing: pooch fills the bar by this and `update` when a file is whole."""
        self._done = 0

    def close(self) -> None:
        """Nothing is open."""


def _download(url: str, folder: Path, bar: "_Told | bool") -> Path:
    """Fetch one file, its progress told or drawn."""
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)  # it recommends to pin the container's hash
    fetch = pooch.HTTPDownloader(progressbar=bar, timeout=DOWNLOAD_TIMEOUT_S)
    # The arrays are verified, not the container: known_hash stays open on purpose.
    return Path(pooch.retrieve(url, known_hash=None, path=folder, downloader=fetch))
