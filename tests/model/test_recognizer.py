import subprocess
import sys
import threading

import numpy as np
import pytest

from mnist_core import Drawing, ink, load_dataset, paths
from mnist_core.errors import DrawingError, EmptyDrawingError
from tests.strokes import DIGITS, SEVEN


@pytest.fixture(scope="module")
def images():
    """1,000 images in MNIST form."""
    return np.array(load_dataset("uci-digits", download=False).images[:1000])


@pytest.mark.parametrize("digit", DIGITS)
def test_golden_drawings_are_read(recognizer, digit):
    prediction = recognizer.predict(Drawing.from_strokes(DIGITS[digit]))
    assert (prediction.digit, prediction.is_digit) == (digit, True)
    assert prediction.probability > 0.8


# The shipped model's word on the seven of tests/strokes.py.
GOLDEN_PROBABILITY = 0.99981
GOLDEN_NOVELTY = 0.05189


def test_one_golden_prediction_to_the_third_decimal(recognizer):
    prediction = recognizer.predict(Drawing.from_strokes(SEVEN))
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert prediction.probability == pytest.approx(GOLDEN_PROBABILITY, abs=1e-3)
    assert prediction.novelty == pytest.approx(GOLDEN_NOVELTY, abs=1e-3)


def test_all_ways_in_agree(recognizer):
    drawing = Drawing.from_strokes(SEVEN)
    image = ink.digit_image(drawing)
    many, novelty = recognizer.predict_many(ink.stages(drawing)[-1].image[np.newaxis])
    for prediction in (recognizer.predict(drawing), recognizer.predict(image)):
        np.testing.assert_allclose(prediction.probabilities, many[0], atol=1e-6)
        assert prediction.novelty == pytest.approx(novelty[0], abs=1e-5)


def test_a_batch_gives_what_its_images_give_one_by_one(recognizer, images):
    some = images[:300]  # more than one batch, the last one smaller
    probabilities, novelty = recognizer.predict_many(some)
    singly = [recognizer.predict_many(image[np.newaxis]) for image in some]
    np.testing.assert_allclose(probabilities, np.concatenate([each[0] for each in singly]), atol=1e-5)
    np.testing.assert_allclose(novelty, np.concatenate([each[1] for each in singly]), atol=1e-4)


def test_no_images_give_no_predictions(recognizer):
    probabilities, novelty = recognizer.predict_many(np.empty((0, 28, 28), np.uint8))
    assert (probabilities.shape, novelty.shape) == ((0, 10), (0,))


def test_litert_agrees_with_keras(recognizer, images):
    import keras

    model = keras.models.load_model(paths.SHIPPED_MODELS / "default" / "model.keras")
    expected = model.predict(images.astype(np.float32) / 255, verbose=0)
    probabilities, novelty = recognizer.predict_many(images)
    # The graph keeps its weights as float16.
    np.testing.assert_allclose(probabilities, expected["probabilities"], atol=3e-3)
    np.testing.assert_allclose(novelty, expected["novelty"][:, 0], atol=3e-3)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), expected["probabilities"].argmax(axis=1))


def test_one_recognizer_serves_eight_threads(recognizer, images):
    expected = np.stack([recognizer.predict(_image(image)).probabilities for image in images])
    wrong: list[int] = []

    def read(start: int) -> None:
        for step in range(len(images)):
            index = (start + step) % len(images)
            if not np.array_equal(recognizer.predict(_image(images[index])).probabilities, expected[index]):
                wrong.append(index)

    threads = [threading.Thread(target=read, args=(125 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def _image(pixels):
    return ink.digit_image(Drawing.from_pixels(pixels))


@pytest.mark.parametrize(
    "images",
    [np.zeros((2, 28, 28), np.float32), np.zeros((28, 28), np.uint8), np.zeros((2, 28, 28, 1), np.uint8), [[1]]],
)
def test_a_batch_of_another_form_is_refused(recognizer, images):
    with pytest.raises(DrawingError, match="Received"):
        recognizer.predict_many(images)


def test_nothing_to_read_is_an_error_not_a_digit(recognizer):
    with pytest.raises(EmptyDrawingError):
        recognizer.predict(np.zeros((28, 28), np.uint8))


HEAVY = ("tensorflow", "keras", "umap", "numba")


def test_reading_and_the_pages_load_neither_tensorflow_nor_keras():
    code = f"""
import sys, pathlib
import numpy as np
import mnist_core.cli
from mnist_core import Drawing, load_recognizer
from mnist_ui import canvas, messages, resources
from mnist_ui.figures import answer, curves, strip
from streamlit.testing.v1 import AppTest
load_recognizer().predict(Drawing.from_strokes({SEVEN!r}))
app = AppTest.from_file("streamlit_app.py", default_timeout=60)
for page in sorted(pathlib.Path("pages").glob("*.py")):
    assert not app.switch_page(str(page)).run().exception, page
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert result.stdout.strip().splitlines()[-1:] == ["[]"], result.stderr
