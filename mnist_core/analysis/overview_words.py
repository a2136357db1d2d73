"""What one sees in the figures of a dataset, or of two beside each other, in sentences."""

from itertools import combinations

import numpy as np

from mnist_core.analysis.overview import MEDIAN, Overview
from mnist_core.types import Float32Array

PURPOSES = {"train": "for training", "test": "for testing"}
# Figures that differ by less than this share count as the same.
SAME = 0.01


def sentences(overview: Overview, name: str) -> list[str]:
    """What one sees in a dataset, for somebody who knows nothing of statistics.

    Parameters
    ----------
    name
        What the dataset is called.
    """
    if not overview.images:
        return [f"{name} has no images yet."]
    digits = np.flatnonzero(overview.of_digit).tolist()
    said = [_size(overview, name), _frequencies(overview, digits), _empty(overview)]
    if len(digits) > 1:
        said += [_ink(overview, digits), _slant(overview, digits), _spread(overview, digits), _alike(overview, digits)]
    return [sentence for sentence in said if sentence]


def compare(a: Overview, b: Overview, name_a: str, name_b: str) -> list[str]:
    """What is different in two datasets, for somebody who knows nothing of statistics.

    Parameters
    ----------
    name_a, name_b
        What they are called.
    """
    if not a.images or not b.images:
        return [f"{name} has no images yet." for each, name in ((a, name_a), (b, name_b)) if not each.images]
    digits = np.flatnonzero((a.of_digit > 0) & (b.of_digit > 0)).tolist()
    said = [_sizes(a, b, name_a, name_b), _inks(a, b, name_a, name_b)]
    if digits:
        said += [_slants(a, b, name_a, name_b, digits), _averages(a, b, digits)]
    return said


def correlation(a: Float32Array, b: Float32Array) -> float:
    """How much two images go together, -1 to 1 (Pearson); 0 if one of them has one shade."""
    x, y = (image.reshape(-1).astype(np.float64) - image.mean(dtype=np.float64) for image in (a, b))
    lengths = np.linalg.norm(x) * np.linalg.norm(y)
    return float(x @ y / lengths) if lengths else 0.0


def _size(overview: Overview, name: str) -> str:
    """How many images there are, and what for."""
    parts = zip(overview.splits, overview.counts.sum(axis=1).tolist(), strict=False)
    purposes = " and ".join(f"{count:,} {PURPOSES.get(split, f'in {split}')}" for split, count in parts if count)
    return f"{name} has {_images(overview.images)} of handwritten digits" + (f": {purposes}." if purposes else ".")


def _frequencies(overview: Overview, digits: list[int]) -> str:
    """Which digit is frequent and which rare."""
    counts = overview.of_digit
    most, least = max(digits, key=lambda digit: counts[digit]), min(digits, key=lambda digit: counts[digit])
    if len(digits) == 1:
        return f"All of them show a {most}."
    if counts[most] == counts[least]:
        return f"Each digit has {_images(int(counts[most]))}."
    most_often, least_often = _images(int(counts[most])), f"{counts[least]:,}"
    return f"The {most} is the most frequent digit ({most_often}), the {least} the rarest ({least_often})."


def _empty(overview: Overview) -> str:
    """How much of an image is background."""
    return f"{_percent(overview.empty)} of all pixels are empty and {_percent(overview.full)} are full ink."


def _ink(overview: Overview, digits: list[int]) -> str:
    """Which digit takes most ink; nothing if none does."""
    ink = overview.ink[:, MEDIAN].tolist()
    most, least = max(digits, key=lambda digit: ink[digit]), min(digits, key=lambda digit: ink[digit])
    if ink[most] == ink[least]:
        return ""
    return (
        f"The {most} takes the most ink, the {least} the least: half of the {most}s would fill more than "
        f"{_percent(ink[most])} of the image with full ink, half of the {least}s more than {_percent(ink[least])}."
    )


def _slant(overview: Overview, digits: list[int]) -> str:
    """Which digit leans most; nothing if none does."""
    slant = overview.slant[:, MEDIAN].tolist()
    most, least = max(digits, key=lambda digit: abs(slant[digit])), min(digits, key=lambda digit: abs(slant[digit]))
    if slant[most] == slant[least]:
        return ""
    return (
        f"The {most} leans the most, {_lean(slant[most])}, and the {least} the least, {_lean(slant[least])} (medians)."
    )


def _spread(overview: Overview, digits: list[int]) -> str:
    """Which digit is written in the most different ways; nothing if none does."""
    spread = np.sqrt(np.square(overview.spread.astype(np.float64)).mean(axis=(1, 2))).tolist()
    most, least = max(digits, key=lambda digit: spread[digit]), min(digits, key=lambda digit: spread[digit])
    if spread[most] == spread[least]:
        return ""
    return (
        f"The {most}s differ most from each other: a pixel is typically {_percent(spread[most])} of full ink away from "
        f"its average. The {least}s differ least: {_percent(spread[least])} (standard deviation)."
    )


def _alike(overview: Overview, digits: list[int]) -> str:
    """Which averages are alike."""
    pairs = {(a, b): correlation(overview.average[a], overview.average[b]) for a, b in combinations(digits, 2)}
    near = max(pairs, key=lambda pair: pairs[pair])
    return f"The average {near[0]} and the average {near[1]} are the most alike of all (correlation {pairs[near]:.2f})."


def _sizes(a: Overview, b: Overview, name_a: str, name_b: str) -> str:
    """Which has more images."""
    if a.images == b.images:
        return f"{name_a} and {name_b} have {_images(a.images)} each."
    more, less, name, other = (a, b, name_a, name_b) if a.images > b.images else (b, a, name_b, name_a)
    times = more.images / less.images
    return f"{name} has {_images(more.images)}, {times:.1f} times as many as {other} ({less.images:,})."


def _inks(a: Overview, b: Overview, name_a: str, name_b: str) -> str:
    """Which has more ink, and which the harder edges."""
    more, less, name, other = (a, b, name_a, name_b) if a.mean_ink > b.mean_ink else (b, a, name_b, name_a)
    if more.mean_ink <= less.mean_ink * (1 + SAME):
        ink = f"Images of both have about the same ink, {_percent(more.mean_ink)} of full ink"
    else:
        surplus = f"{_percent(more.mean_ink)} of full ink against {_percent(less.mean_ink)}"
        ink = f"An image of {name} has more ink than one of {other}, {surplus}"
    full_a, full_b = _percent(a.full_strokes), _percent(b.full_strokes)
    return f"{ink}. Of the pixels with any ink, {full_a} are full in {name_a} and {full_b} in {name_b}."


def _slants(a: Overview, b: Overview, name_a: str, name_b: str, digits: list[int]) -> str:
    """Which digit leans differently."""
    first, second = (each.slant[:, MEDIAN].tolist() for each in (a, b))
    most = max(digits, key=lambda digit: abs(first[digit] - second[digit]))
    if first[most] == second[most]:
        return "No digit leans differently."
    return (
        f"The {most} leans the most differently: {_lean(first[most])} in {name_a}, {_lean(second[most])} in {name_b} "
        "(medians)."
    )


def _averages(a: Overview, b: Overview, digits: list[int]) -> str:
    """Which averages are alike and which are not."""
    alike = {digit: correlation(a.average[digit], b.average[digit]) for digit in digits}
    most, least = max(alike, key=lambda digit: alike[digit]), min(alike, key=lambda digit: alike[digit])
    if np.array_equal(a.average[digits], b.average[digits]):
        return "The average images of both are the same."
    if most == least:
        return f"The two average images of a {most} have a correlation of {alike[most]:.2f}."
    return (
        f"Both write the {most} most alike (correlation of the two average images {alike[most]:.2f}) and the {least} "
        f"most differently ({alike[least]:.2f})."
    )


def _images(count: int) -> str:
    """So many images."""
    return "1 image" if count == 1 else f"{count:,} images"


def _lean(degrees: float) -> str:
    """An angle and its direction."""
    if round(abs(degrees), 1) == 0:
        return "not at all"
    return f"{abs(degrees):.1f}° to the {'right' if degrees > 0 else 'left'}"


def _percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.1f} %"
