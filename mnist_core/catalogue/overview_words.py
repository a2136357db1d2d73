"""What one sees in the figures of a dataset, or of two beside each other, in sentences."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
from babel.lists import format_list

from mnist_core.catalogue.overview import MEDIAN, Overview
from mnist_core.language import current, ngettext, number, percent
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import Float32Array

PURPOSES = {"train": N_("{count} for training"), "test": N_("{count} for testing")}
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
        return [_("{dataset} has no images yet.").format(dataset=name)]
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
        empty = (name for each, name in ((a, name_a), (b, name_b)) if not each.images)
        return [_("{dataset} has no images yet.").format(dataset=name) for name in empty]
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
    purposes = [_part(split, count) for split, count in parts if count]
    if not purposes:
        message = _("{dataset} has {images} of handwritten digits.")
        return message.format(dataset=name, images=_images(overview.images))
    return _("{dataset} has {images} of handwritten digits: {purposes}.").format(
        dataset=name, images=_images(overview.images), purposes=format_list(purposes, locale=current())
    )


def _part(split: str, count: int) -> str:
    """How many images a split has."""
    if split in PURPOSES:
        return _(PURPOSES[split]).format(count=number(count))
    return _("{count} in {split}").format(count=number(count), split=split)


def _frequencies(overview: Overview, digits: list[int]) -> str:
    """Which digit is frequent and which rare."""
    counts = overview.of_digit
    most, least = max(digits, key=lambda digit: counts[digit]), min(digits, key=lambda digit: counts[digit])
    if len(digits) == 1:
        return _("All of them show a {digit}.").format(digit=most)
    if counts[most] == counts[least]:
        return _("Each digit has {images}.").format(images=_images(int(counts[most])))
    message = _("The {most} is the most frequent digit ({most_often}), the {least} the rarest ({least_often}).")
    often = {"most_often": _images(int(counts[most])), "least_often": number(int(counts[least]))}
    return message.format(most=most, least=least, **often)


def _empty(overview: Overview) -> str:
    """How much of an image is background."""
    message = _("{empty} of all pixels are empty and {full} are full ink.")
    return message.format(empty=percent(overview.empty), full=percent(overview.full))


def _ink(overview: Overview, digits: list[int]) -> str:
    """Which digit takes most ink; nothing if none does."""
    ink = overview.ink[:, MEDIAN].tolist()
    message = _(
        "The {most} takes the most ink, the {least} the least: half of the {most}s would fill more than {most_ink} of "
        "the image with full ink, half of the {least}s more than {least_ink}."
    )
    return _extremes(message, "ink", {digit: ink[digit] for digit in digits}, percent)


def _slant(overview: Overview, digits: list[int]) -> str:
    """Which digit leans most; nothing if none does."""
    slant = overview.slant[:, MEDIAN].tolist()
    message = _("The {most} leans the most, {most_lean}, and the {least} the least, {least_lean} (medians).")
    return _extremes(message, "lean", {digit: slant[digit] for digit in digits}, _lean)


def _spread(overview: Overview, digits: list[int]) -> str:
    """Which digit is written in the most different ways; nothing if none does."""
    spread = np.sqrt(np.square(overview.spread.astype(np.float64)).mean(axis=(1, 2))).tolist()
    message = _(
        "The {most}s differ most from each other: a pixel is typically {most_away} of full ink away from its average. "
        "The {least}s differ least: {least_away} (standard deviation)."
    )
    return _extremes(message, "away", {digit: spread[digit] for digit in digits}, percent)


def _extremes(message: str, what: str, values: dict[int, float], in_words: Callable[[float], str]) -> str:
    """A message about the digit with the largest value and that with the smallest; nothing if they are the same."""
    most, least = (pick(values, key=lambda digit: abs(values[digit])) for pick in (max, min))
    if values[most] == values[least]:
        return ""
    told = {f"{name}_{what}": in_words(values[digit]) for name, digit in (("most", most), ("least", least))}
    return message.format(most=most, least=least, **told)


def _alike(overview: Overview, digits: list[int]) -> str:
    """Which averages are alike."""
    pairs = {(a, b): correlation(overview.average[a], overview.average[b]) for a, b in combinations(digits, 2)}
    near = max(pairs, key=lambda pair: pairs[pair])
    message = _("The average {first} and the average {second} are the most alike of all (correlation {correlation}).")
    return message.format(first=near[0], second=near[1], correlation=number(pairs[near], 2))


def _sizes(a: Overview, b: Overview, name_a: str, name_b: str) -> str:
    """Which has more images."""
    if a.images == b.images:
        message = _("{first} and {second} have {images} each.")
        return message.format(first=name_a, second=name_b, images=_images(a.images))
    more, less, name, other = (a, b, name_a, name_b) if a.images > b.images else (b, a, name_b, name_a)
    return _("{larger} has {images}, {times} times as many as {smaller} ({fewer}).").format(
        larger=name,
        images=_images(more.images),
        times=number(more.images / less.images, 1),
        smaller=other,
        fewer=number(less.images),
    )


def _inks(a: Overview, b: Overview, name_a: str, name_b: str) -> str:
    """Which has more ink, and which the harder edges."""
    more, less, name, other = (a, b, name_a, name_b) if a.mean_ink > b.mean_ink else (b, a, name_b, name_a)
    if more.mean_ink <= less.mean_ink * (1 + SAME):
        ink = _("Images of both have about the same ink, {more} of full ink.")
    else:
        ink = _("An image of {inkier} has more ink than one of {other}, {more} of full ink against {less}.")
    full = _("Of the pixels with any ink, {first} are full in {first_name} and {second} in {second_name}.")
    inks = {"more": percent(more.mean_ink), "less": percent(less.mean_ink)}
    shares = {"first": percent(a.full_strokes), "second": percent(b.full_strokes)}
    return " ".join(
        (
            ink.format(inkier=name, other=other, **inks),
            full.format(first_name=name_a, second_name=name_b, **shares),
        )
    )


def _slants(a: Overview, b: Overview, name_a: str, name_b: str, digits: list[int]) -> str:
    """Which digit leans differently."""
    first, second = (each.slant[:, MEDIAN].tolist() for each in (a, b))
    most = max(digits, key=lambda digit: abs(first[digit] - second[digit]))
    if first[most] == second[most]:
        return _("No digit leans differently.")
    message = _("The {digit} leans the most differently: {first} in {first_name}, {second} in {second_name} (medians).")
    leans = {"first": _lean(first[most]), "second": _lean(second[most])}
    return message.format(digit=most, first_name=name_a, second_name=name_b, **leans)


def _averages(a: Overview, b: Overview, digits: list[int]) -> str:
    """Which averages are alike and which are not."""
    alike = {digit: correlation(a.average[digit], b.average[digit]) for digit in digits}
    most, least = max(alike, key=lambda digit: alike[digit]), min(alike, key=lambda digit: alike[digit])
    if np.array_equal(a.average[digits], b.average[digits]):
        return _("The average images of both are the same.")
    if most == least:
        message = _("The two average images of a {digit} have a correlation of {correlation}.")
        return message.format(digit=most, correlation=number(alike[most], 2))
    message = _(
        "Both write the {most} most alike (correlation of the two average images {highest}) and the {least} most "
        "differently ({lowest})."
    )
    correlations = {"highest": number(alike[most], 2), "lowest": number(alike[least], 2)}
    return message.format(most=most, least=least, **correlations)


def _images(count: int) -> str:
    """So many images."""
    return ngettext("1 image", "{count} images", count).format(count=number(count))


def _lean(degrees: float) -> str:
    """An angle and its direction."""
    if round(abs(degrees), 1) == 0:
        return _("not at all")
    message = _("{degrees}° to the right") if degrees > 0 else _("{degrees}° to the left")
    return message.format(degrees=number(abs(degrees), 1))
