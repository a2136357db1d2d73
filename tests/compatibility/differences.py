"""What is other than it was."""

import pytest

# Another processor rounds in another way; a figure is shown with so many places, and a sum is of many of them.
SHARE, DIFFERENCE = 2e-3, 0.02


def missing(expected, found):
    """The numbers that are not among those that are found; others may be there, as words are rewritten."""
    left = list(found)
    gone = []
    for number in expected:
        same = next((each for each in left if each == pytest.approx(number, rel=SHARE, abs=DIFFERENCE)), None)
        if same is None:
            gone.append(number)
        else:
            left.remove(same)
    return gone


def differing(expected, found, where):
    """What is other than it was, as sentences; numbers may differ by what rounding does to them."""
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, pair in enumerate(zip(expected, found, strict=True)):
            yield from differing(*pair, f"{where}[{index}]")
    elif isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        for name in expected:
            yield from differing(expected[name], found[name], f"{where}.{name}")
    elif isinstance(expected, int | float) and isinstance(found, int | float):
        if found != pytest.approx(expected, rel=SHARE, abs=DIFFERENCE):
            yield f"{where}: {expected} is {found} now"
    elif expected != found:
        yield f"{where}: {expected} is {found} now"
