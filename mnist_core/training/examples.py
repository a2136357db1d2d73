"""What a network learns from and what its training is steered by. Test images never come here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import keras
import numpy as np

from mnist_core import ink, synthesis
from mnist_core.datasets import PenStrokes, load_dataset, load_pen_strokes, writers_of
from mnist_core.datasets.registry import spec_of
from mnist_core.files import array_sha256
from mnist_core.store import cached_arrays
from mnist_core.synthesis.non_digits import NonDigits
from mnist_core.synthesis.typefaces import printed
from mnist_core.synthesis.variation import rewritten
from mnist_core.training import teachers
from mnist_core.training.augmentation import augment
from mnist_core.training.config import TrainingConfig
from mnist_core.training.division import divided_rows
from mnist_core.types import CLASSES, IMAGE_SIDE, Float32Array, UInt8Array, as_shades, check_number

# Raise the number when the same strokes and settings give other images here: those that the old code made are then no
# longer found in the cache. `tests/training/test_versions.py` notices.
VERSION = f"1-{synthesis.VERSION}-{ink.VERSION}"

# The label of what is no digit.
NON_DIGIT = CLASSES
# How many times each pen-stroke digit of the validation part is there, as TrainingConfig.stroke_variants.
VALIDATION_VARIANTS = 4


@dataclass(frozen=True, eq=False)
class Images:
    """Images and what they show.

    Attributes
    ----------
    images
        uint8 (n, 28, 28).
    labels
        uint8 (n,): 0 to 9, or `NON_DIGIT`.
    soft
        float32 (k, 10): what teachers say of the first k of them, where they were asked.
    """

    images: UInt8Array
    labels: UInt8Array
    soft: Float32Array | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def digits(self) -> "Images":
        """Those that are digits."""
        return Images(self.images[self.labels < CLASSES], self.labels[self.labels < CLASSES])

    def first(self, most: int) -> "Images":
        """The first so many of them."""
        return Images(self.images[:most], self.labels[:most])


@dataclass(frozen=True, eq=False)
class Examples:
    """Images to learn from and images to steer by.

    Attributes
    ----------
    training
        All images to learn from.
    always
        Every epoch shows the first so many of them.
    in_turn
        The others come in rounds of so many, and every epoch shows one round.
    hashes
        Name of each dataset to the SHA-256 of its training images before they were divided.
    """

    training: Images
    validation: Images
    hashes: Mapping[str, str]
    always: int
    in_turn: int = 0

    @property
    def shown(self) -> int:
        """How many images an epoch shows."""
        return self.always + self.in_turn


@dataclass(frozen=True, eq=False)
class WrittenDigits:
    """Some digits of a dataset of pen strokes: those in these rows."""

    dataset: str
    strokes: PenStrokes
    rows: np.ndarray

    def of_label(self, label: int) -> list[Sequence[Float32Array]]:
        """The strokes of each of them that has a label."""
        return [self.strokes.strokes(row) for row in self.rows[self.strokes.labels[self.rows] == label]]


def load_examples(config: TrainingConfig, *, download: bool = True, by_writer: bool = True) -> Examples:
    """The examples that a config asks for, from the training splits alone.

    Parameters
    ----------
    by_writer
        Whether to set aside whole writers where they are known; versions before 0.7 did not.

    Raises
    ------
    DatasetError
        If a dataset cannot be had.
    ConfigError
        If there are too few images to set some aside for validation, or fewer than the config asks for.
    """
    training = _Part(config.stroke_variants, config.non_digits, config.printed)
    non_digits, in_print = (round(each * config.validation_share) for each in (config.non_digits, config.printed))
    validation = _Part(VALIDATION_VARIANTS, non_digits, in_print)
    hashes = {}
    most = 0
    soft = None
    # Those that the teachers were asked about come first.
    for name in sorted(config.data, key=lambda name: name != teachers.ASKED_ABOUT):
        dataset = load_dataset(name, download=download).split("train")
        most = max(most, len(dataset))
        hashes[name] = array_sha256(dataset.images)
        divided = divided_rows(len(dataset), config, writers_of(name) if by_writer else None, name)
        if config.soft_labels and name == teachers.ASKED_ABOUT:
            soft = teachers.soft_labels(hashes[name])[divided[0]]
        for part, rows in zip((training, validation), divided, strict=True):
            part.images.append(Images(dataset.images[rows], dataset.labels[rows]))
            if spec_of(name).load_strokes:
                part.digits.append(WrittenDigits(name, load_pen_strokes(name, download=download), rows))
    check_number("limit", config.limit, 0, most, whole=True)
    datasets = _joined(training.images)
    rounds = [training.made(config.seed, turn) for turn in range(config.pool)]
    held_out = _joined([*validation.images, validation.made(config.seed)])
    together = replace(_joined([datasets, *rounds]), soft=soft)
    if config.pool == 1:
        return Examples(together, held_out, hashes, len(together))
    return Examples(together, held_out, hashes, len(datasets), len(rounds[0]))


@dataclass(frozen=True, eq=False)
class _Part:
    """What one of the two parts is made of.

    Attributes
    ----------
    variants
        How many times each pen-stroke digit is in it, as it is and written anew.
    non_digits, printed
        How many images of what is no digit, and of printed digits, are in it.
    images, digits
        The images of the datasets, and the digits of those that are pen strokes.
    """

    variants: int
    non_digits: int
    printed: int
    images: list[Images] = field(default_factory=list)
    digits: list[WrittenDigits] = field(default_factory=list)

    def made(self, seed: int, turn: int = 0) -> Images:
        """The images that are made for it: each turn gives as many others."""
        made = [_rewritten(each, self.variants - 1, (seed, turn)) for each in self.digits]
        if self.non_digits:
            made.append(_non_digits(self.digits, self.non_digits, (seed, turn)))
        if self.printed:
            made.append(_printed(self.printed, (seed, turn)))
        return _joined(made)


def _rewritten(digits: WrittenDigits, times: int, seed: tuple[int, int]) -> Images:
    """Pen-stroke digits written again so many times."""
    strokes, rows = digits.strokes, digits.rows

    def build() -> dict[str, np.ndarray]:
        rng = np.random.default_rng((*seed, len(rows)))
        made = [rewritten(strokes.strokes(row), int(strokes.labels[row]), rng) for _ in range(times) for row in rows]
        images = np.array([image for image, _ in made], np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
        return {"images": images, "labels": np.array([label for _, label in made], np.uint8)}

    return Images(**cached_arrays(f"rewritten-{_key([digits])}-{times}-{_of(seed)}", ("images", "labels"), build))


def _non_digits(digits: Sequence[WrittenDigits], count: int, seed: tuple[int, int]) -> Images:
    """So many images of what is no digit, made of the strokes of digits."""

    def build() -> dict[str, np.ndarray]:
        rng = np.random.default_rng((*seed, count))
        by_label = [[strokes for each in digits for strokes in each.of_label(label)] for label in range(CLASSES)]
        source = NonDigits(by_label)
        images = np.array([source.image(rng) for _ in range(count)], np.uint8)
        return {"images": images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)}

    arrays = cached_arrays(f"non-digits-{_key(digits)}-{count}-{_of(seed)}", ("images",), build)
    return Images(arrays["images"], np.full(count, NON_DIGIT, np.uint8))


def _printed(count: int, seed: tuple[int, int]) -> Images:
    """So many printed digits, of the typefaces to learn from."""

    def build() -> dict[str, np.ndarray]:
        rng = np.random.default_rng((*seed, count))
        labels = rng.integers(CLASSES, size=count).astype(np.uint8)
        return {"images": np.stack([printed(label, rng) for label in labels.tolist()]), "labels": labels}

    return Images(**cached_arrays(f"printed-{count}-{_of(seed)}-{VERSION}", ("images", "labels"), build))


def _key(digits: Sequence[WrittenDigits]) -> str:
    """A short name of the strokes that something is made of and of the code that makes it."""
    of_what = "-".join(f"{each.dataset}-{array_sha256(each.rows)[:12]}" for each in digits) or "none"
    return f"{of_what}-{VERSION}"


def _of(seed: tuple[int, int]) -> str:
    """A seed and a turn, for the name of what is made by them."""
    return "-".join(map(str, seed))


def _joined(parts: Sequence[Images]) -> Images:
    """All of them in one."""
    if not parts:
        return Images(np.empty((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8), np.empty(0, np.uint8))
    return Images(np.concatenate([each.images for each in parts]), np.concatenate([each.labels for each in parts]))


def targets(images: Images, rows: np.ndarray, config: TrainingConfig) -> Float32Array | UInt8Array:
    """What a network is to say of the images in these rows.

    Returns
    -------
    uint8 (b,), the labels; or float32 (b, 10 or 11), a probability for each class, where teachers have a say.
    """
    labels = images.labels[rows]
    if not config.soft_labels:
        return labels
    wanted = np.eye(CLASSES + (config.non_digits > 0), dtype=np.float32)[labels]
    if images.soft is not None:
        asked = np.flatnonzero(rows < len(images.soft))
        wanted[asked] *= 1 - config.soft_labels
        wanted[asked, :CLASSES] += config.soft_labels * images.soft[rows[asked]]
    return wanted


class Batches(keras.utils.PyDataset):
    """Shuffled, augmented training batches; the seed, the epoch and the batch's number decide its content.

    Parameters
    ----------
    sharers
        How many devices share each batch in equal parts; the few images that cannot be are left out of an epoch.
    always, in_turn
        Every epoch shows the first so many images (by default all), and one round of the others, of so many.
    """

    def __init__(
        self, images: Images, config: TrainingConfig, sharers: int = 1, always: int | None = None, in_turn: int = 0
    ) -> None:
        # Batches are made beside the training step: OpenCV and numpy let go of the interpreter lock.
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._images, self._config = images, config
        self._always, self._in_turn = len(images) if always is None else always, in_turn
        self._shown = (self._always + in_turn) // sharers * sharers
        self.start_at(0)

    def __len__(self) -> int:
        return -(-self._shown // self._config.batch_size)

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch."""
        self.start_at(self._epoch + 1)

    def start_at(self, epoch: int) -> None:
        """Give the batches of this epoch, counted from 0."""
        self._epoch = epoch
        rng = np.random.default_rng((self._config.seed, self._epoch))
        rows = np.concatenate([np.arange(self._always), self._round()])
        self._order = rng.permutation(rows)[: self._shown]

    def _round(self) -> np.ndarray:
        """Rows of the images whose turn it is in this epoch."""
        rounds = (len(self._images) - self._always) // self._in_turn if self._in_turn else 1
        return np.arange(self._in_turn) + self._always + self._epoch % rounds * self._in_turn

    def __getitem__(self, index: int) -> tuple[Float32Array, Float32Array | UInt8Array]:
        """One batch: images float32 (b, 28, 28) in [0, 1] and their `targets`."""
        size = self._config.batch_size
        rows = self._order[index * size : (index + 1) * size]
        images = self._images.images[rows]
        if augmentation := self._config.augmentation_of(self._epoch):
            rng = np.random.default_rng((self._config.seed, self._epoch, index))
            images = augment(images, augmentation, rng)
        return as_shades(images), targets(self._images, rows, self._config)
