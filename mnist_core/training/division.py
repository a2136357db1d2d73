"""Which training images are set aside for validation: whole writers where it is known who wrote what."""

import numpy as np
import numpy.typing as npt

from mnist_core.errors import ConfigError
from mnist_core.training.config import TrainingConfig
from mnist_core.types import Int16Array, describe

# The lot by which writers are drawn. It is the same for every seed: two models then share their validation writers, and
# what one has learned can be taught to another without showing it any of them.
_LOT = 0


def held_out_images(
    images: int, share: float, seed: int, writers: npt.NDArray[np.int16] | None = None
) -> npt.NDArray[np.bool_]:
    """Which of so many images are held out.

    Parameters
    ----------
    images
        How many there are.
    share
        About how many of them to hold out: as a share of all.
    seed
        Of the lot where writers are not known; where they are, the lot is the same for every seed.
    writers
        Who wrote each image, (images,). None where that is not known: then single images are drawn.

    Returns
    -------
    bool (images,). No writer has images on both sides.
    """
    if writers is None:
        held_out = np.zeros(images, bool)
        held_out[np.random.default_rng(seed).permutation(images)[: round(images * share)]] = True
        return held_out
    if len(writers) != images:
        raise ValueError(f"writers must be as many as images, {images:,}. Received: {describe(len(writers))}.")
    names, written = np.unique(writers, return_counts=True)
    order = np.random.default_rng(_LOT).permutation(len(names))
    # Whole writers, until one more would lead farther away from the share than it leads there.
    drawn = int((np.cumsum(written[order]) - written[order] / 2 <= images * share).sum())
    return np.isin(writers, names[order[: max(drawn, 1)]])


def divided_rows(
    images: int, config: TrainingConfig, writers: Int16Array | None, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Places of a dataset's images for training, and of those for validation: other writers', where these are known.

    A limit takes some of either part, so what is for validation without it is never learned from with it.
    """
    if writers is not None:
        writers = writers[:images]
    held_out = held_out_images(images, config.validation_share, config.seed, writers)
    order = np.random.default_rng(config.seed).permutation(images)
    most = min(config.limit or images, images)
    validation = order[held_out[order]]
    if most < images:
        validation = validation[: round(most * config.validation_share)]
    training = order[~held_out[order]][: most - len(validation)]
    if not (len(training) and len(validation)):
        raise ConfigError(f"{name} must leave images for training and for validation. Received: {most} in all.")
    return np.sort(training), np.sort(validation)
