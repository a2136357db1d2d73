"""What `examples.VERSION` stands for. Where this fails, networks learn from other images than they did: raise it."""

from mnist_core import ink, synthesis
from mnist_core.training import examples
from mnist_core.training.config import TrainingConfig
from tests.fingerprints import about, fingerprints


def test_what_is_made_for_training_is_what_the_version_stands_for(data_folder, fresh_home, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_DATA", str(data_folder))
    config = TrainingConfig(data=("pen-digits",), limit=40, stroke_variants=2, non_digits=5)
    made = examples.load_examples(config)
    assert f"1-{synthesis.VERSION}-{ink.VERSION}" == examples.VERSION
    assert len(made.training) == 2 * 36 + 5
    assert fingerprints(made.training.images[36::9]) == about([-2741, -2147, -2304, -2791, -2807])
    assert fingerprints(made.validation.images[::4]) == about([-2856, -47, 457, -1231])
