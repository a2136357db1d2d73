"""What `synthesis.VERSION` stands for. Where this fails, other images are made of the same strokes: raise it."""

import numpy as np

from mnist_core import synthesis
from mnist_core.synthesis.non_digits import NonDigits
from mnist_core.synthesis.variation import rewritten
from tests.fingerprints import about, fingerprints
from tests.strokes import DIGITS

STROKES = {label: [np.array(stroke, np.float32) for stroke in strokes] for label, strokes in DIGITS.items()}


def test_strokes_give_the_images_that_the_version_stands_for():
    written = [rewritten(strokes, label, np.random.default_rng(label)) for label, strokes in STROKES.items()]
    of_digits, of_nothing = NonDigits([[strokes] for strokes in STROKES.values()]), NonDigits([])
    assert synthesis.VERSION == 1
    assert [label for _image, label in written] == list(range(10))
    assert fingerprints([image for image, _label in written]) == about(
        [-1778, -1565, -1201, -2049, -6038, -2390, -5779, -2680, -2964, -691]
    )
    assert fingerprints([of_digits.image(np.random.default_rng(seed)) for seed in range(10)]) == about(
        [258, -3127, -532, -2525, -997, -3943, -796, -1355, -3141, 314]
    )
    assert fingerprints([of_nothing.image(np.random.default_rng(seed)) for seed in range(10)]) == about(
        [532, -2503, 103, -2117, -25, -3086, -507, -1010, -2436, -1769]
    )
