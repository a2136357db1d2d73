"""A training as a notebook, and whether what it does is the same."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.errors import ConfigError
from mnist_core.model.bundle import SHIPPED, model_folder, read_card
from mnist_core.notebook import code
from mnist_core.notebook.cells import as_notebook, as_script
from mnist_core.notebook.training import COUNT, training_cells
from mnist_core.training.augmentation import augment
from mnist_core.training.config import Augmentation
from mnist_core.training.division import divided_rows
from mnist_core.training.presets import PRESETS


def card_of(config, **split):
    """The card of a model that was trained in a way, on a machine that does not know who wrote what."""
    rows = divided_rows(COUNT, config, None, "mnist")
    counts = dict(zip(("training", "validation"), map(len, rows), strict=True)) | split
    return replace(read_card(model_folder(SHIPPED)), config=config.to_json(), split=counts)


@pytest.fixture
def _unknown_writers(monkeypatch):
    monkeypatch.setattr("mnist_core.notebook.training.writers_of", lambda _name: None)


@pytest.mark.usefixtures("_unknown_writers")
@pytest.mark.parametrize("name", ["quick", "classic", "lenet-5", "vgg", "resnet"])
def test_each_recipe_on_mnist_is_a_script_that_needs_nothing_of_the_app(name):
    script = as_script(training_cells(card_of(PRESETS[name].config)))
    compile(script, name, "exec")
    assert "mnist_core" not in script
    assert script.count("augment(") == 2 * (PRESETS[name].config.augmentation is not None)
    assert script.count("WeightAverage") == 2 * (PRESETS[name].config.averaging > 0)
    assert ("def augment" in script) == (PRESETS[name].config.augmentation is not None)
    assert ("class WeightAverage" in script) == (PRESETS[name].config.averaging > 0)


@pytest.mark.usefixtures("_unknown_writers")
def test_a_notebook_has_a_sentence_before_each_step():
    cells = json.loads(as_notebook(training_cells(card_of(PRESETS["quick"].config))))["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code"] * (len(cells) // 2)
    assert all("".join(cell["source"]).strip() for cell in cells)
    assert len({cell["id"] for cell in cells}) == len(cells)


@pytest.mark.usefixtures("_unknown_writers")
def test_the_digits_that_were_set_aside_are_set_aside_again():
    config = replace(PRESETS["quick"].config, limit=5000, seed=3)
    names = {}
    settings = as_script(training_cells(card_of(config))[:1]).replace("import matplotlib.pyplot as plt", "")
    exec(settings, names)
    part = np.frombuffer(names["zlib"].decompress(names["base64"].b64decode(names["PART"])), np.uint8)
    training, validation = divided_rows(COUNT, config, None, "mnist")
    np.testing.assert_array_equal(np.flatnonzero(part == 1), training)
    np.testing.assert_array_equal(np.flatnonzero(part == 2), validation)


def test_digits_are_changed_in_the_same_way():
    names = {}
    exec(f"import cv2\nimport numpy as np\n{code.AUGMENTATION}", names)
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28)).astype(np.uint8)
    how = Augmentation()
    limits = {name: getattr(how, name) for name in how.__dataclass_fields__}
    changed = names["augment"](images, limits, np.random.default_rng(5))
    np.testing.assert_array_equal(changed, augment(images, how, np.random.default_rng(5)))


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (PRESETS["handwriting"].config, "learned from mnist, pen-digits"),
        (PRESETS["fine-tune"].config, "went on from default"),
        (replace(PRESETS["quick"].config, data=("uci-digits",)), "learned from uci-digits"),
    ],
)
def test_what_plain_code_cannot_do_is_refused(config, reason):
    card = replace(read_card(model_folder(SHIPPED)), config=config.to_json())
    with pytest.raises(ConfigError, match=reason):
        training_cells(card)


@pytest.mark.usefixtures("_unknown_writers")
def test_a_part_that_nobody_knows_any_more_is_refused():
    with pytest.raises(ConfigError, match="Train it again"):
        training_cells(card_of(PRESETS["quick"].config, validation=17))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quick", "lenet-5", "resnet"])
def test_the_script_trains_the_same_network(name, tmp_path, mnist):
    from mnist_core.training.trained_model import train_model

    config = replace(PRESETS[name].config, name="again", limit=3000, epochs=2, mild_epochs=1)
    card = train_model(config, tmp_path / "again", download=False)
    train, test = mnist.split("train"), mnist.split("test")
    arrays = {"x_train": train.images, "y_train": train.labels, "x_test": test.images, "y_test": test.labels}
    file = tmp_path / "mnist.npz"
    np.savez(file, **arrays)
    # In place of Keras's download, which comes from another host.
    at_hand = f"import keras.src.datasets.mnist as files\nfiles.get_file = lambda **_: {str(file)!r}\nSEED ="
    (tmp_path / "again.py").write_text(as_script(training_cells(card)).replace("SEED =", at_hand, 1))
    ran = subprocess.run(
        [sys.executable, "-I", "again.py"], cwd=tmp_path, env=os.environ | {"MPLBACKEND": "Agg"},
        capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    accuracy = float(re.findall(r"accuracy ([0-9.]+)", ran.stdout)[-1])
    assert accuracy == pytest.approx(card.scores["mnist"].accuracy, abs=0.002)
