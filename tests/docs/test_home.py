"""What the home page says of how well digits are read is what the shipped model's card says."""

from mnist_core.model.bundle import SHIPPED, model_folder, read_card
from tests.docs.pages import DOCS, Page


def test_the_figures_are_those_of_the_card():
    text, scores = Page(DOCS / "index.md").text, read_card(model_folder(SHIPPED)).scores
    for dataset in ("mnist", "pen-digits"):
        score = scores[dataset]
        assert f"{score.images:,}" in text
        assert f"{100 * score.accuracy:.2f} %" in text
