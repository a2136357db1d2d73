"""The tables of docs/results/model-card.md, written from the shipped model's record: `python -m checks.model_card`.

A table stands between `<!-- NAME -->` and `<!-- end -->`, and is written again when the model or its measures change.
A test holds the page to what this would write.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mnist_core.model.bundle import read_card
from mnist_core.model.card import Accuracy, ModelCard
from mnist_core.model.reliability import interval
from mnist_core.paths import SHIPPED_MODELS
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.evaluation_file import stored_evaluation

PAGE = Path(__file__).parents[1] / "docs/results/model-card.md"
DATASETS = {
    "mnist": "MNIST test",
    "pen-digits": "pen-digits test",
    "uji-digits": "uji-digits test",
    "semeion": "semeion",
    "uci-digits": "uci-digits test",
}
CONDITIONS = {
    "turned -20 degrees": "turned by -20 degrees",
    "turned +20 degrees": "turned by 20 degrees",
    "slanted -0.3": "slanted by -0.3",
    "slanted +0.3": "slanted by 0.3",
    "pixels, pen of 60 px": "seen as pixels, pen of 60 px",
    "filling 10% with a pen of 60 px": "filling a tenth of the canvas, pen of 60 px",
    "photos": "on generated photos",
    "numbers with clear gaps": "numbers with clear gaps, all digits right",
    "numbers with touching neighbours": "numbers whose neighbours touch, all digits right",
    "numbers with touching neighbours, as pixels": "the same as pictures",
    "printed digits of new typefaces": "printed digits of typefaces that it has not learned from",
    "small print of new typefaces": "the same, small",
}
STYLE = "style: "
STRANGERS = ("all kinds", "printed letters", "two digits", "tangles", "halves of digits")
_BLOCK = re.compile(r"<!-- (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def main() -> None:
    """Write the tables again."""
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")


def written(text: str) -> str:
    """The page with its tables as they are to be."""
    card = read_card(SHIPPED_MODELS / "default")

    def block(match: re.Match[str]) -> str:
        lines = "\n".join(TABLES[match[1]](card))
        return f"<!-- {match[1]} -->\n{lines}\n<!-- end -->"

    return _BLOCK.sub(block, text)


def _scores(card: ModelCard) -> Iterator[str]:
    """Every test set as a whole."""
    yield "| tested on | images | misread | accuracy | 95 % interval | loss | calibration error | rejected |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for name, title in DATASETS.items():
        each = card.scores[name]
        figures = f"{each.loss:.4f} | {percent(each.calibration_error, 2)} | {percent(each.rejected, 2)}"
        yield f"| {title} | {_counted(each, 2)} | {figures} |"


def _sure(_card: ModelCard) -> Iterator[str]:
    """How often it is right where it is sure."""
    yield "| where it states 90 % or more | images | of | right |"
    yield "| --- | --- | --- | --- |"
    for title, each in _evaluations():
        sure, right = each.sure()
        yield f"| {title} | {sure:,} | {len(each):,} | {percent(right, 2)} |"


def _reliability(card: ModelCard) -> Iterator[str]:
    """How often answers of each probability are right."""
    found = card.reliability
    assert found is not None
    yield f"| probability, of {found.digits:,} validation digits | answers | right | 95 % interval |"
    yield "| --- | --- | --- | --- |"
    for low, high, answers, right in reversed(found.bins):
        known = between(*interval(right, answers), 2) if answers else ""
        yield f"| {100 * low:g} to {100 * high:g} % | {answers:,} | {right:,} | {known} |"
    yield f"| taken for no digit | {found.refused:,} | | |"


def _recall(_card: ModelCard) -> Iterator[str]:
    """How many of a hundred of each digit are read right."""
    yield "| | " + " | ".join(map(str, range(10))) + " |"
    yield "| --- " * 11 + "|"
    for title, each in _evaluations():
        yield f"| {title} | " + " | ".join(f"{100 * digit.recall:.1f}" for digit in each.report[:10]) + " |"


def _worst(_card: ModelCard) -> Iterator[str]:
    """What each test set's digits are most often mistaken for."""
    yield "| most frequent mistake | read as | images | of |"
    yield "| --- | --- | --- | --- |"
    for title, each in _evaluations():
        mistakes = each.confusion[:10, :10].copy()
        mistakes[range(10), range(10)] = 0
        digit, read = divmod(int(mistakes.argmax()), 10)
        yield f"| {title}: {digit} | {read} | {mistakes[digit, read]} | {each.confusion[digit].sum():,} |"


def _conditions(card: ModelCard) -> Iterator[str]:
    """The test writers' digits, changed."""
    styles = {name: each for name, each in card.handwriting.items() if name.startswith(STYLE)}
    worst = sorted(styles, key=lambda name: styles[name].accuracy)[:3]
    yield "| | of | misread | accuracy | 95 % interval |"
    yield "| --- | --- | --- | --- | --- |"
    for name, title in CONDITIONS.items():
        yield f"| {title} | {_counted(card.handwriting[name], 1)} |"
    for name in worst:
        yield f"| one of the three worst styles: {name.removeprefix(STYLE)} | {_counted(styles[name], 1)} |"


def _strangers(card: ModelCard) -> Iterator[str]:
    """What is no digit."""
    yield "| | images | AUROC | rejected |"
    yield "| --- | --- | --- | --- |"
    for kind in STRANGERS:
        told = card.non_digits[kind]
        yield f"| {kind} | {told.images:,} | {told.auroc:.3f} | {percent(told.rejected, 1)} |"


TABLES: dict[str, Callable[[ModelCard], Iterator[str]]] = {
    "scores": _scores,
    "sure": _sure,
    "reliability": _reliability,
    "recall": _recall,
    "worst": _worst,
    "conditions": _conditions,
    "strangers": _strangers,
}


def _evaluations() -> Iterator[tuple[str, Evaluation]]:
    """What the model made of each test set, with the name of that."""
    for name, title in DATASETS.items():
        evaluation = stored_evaluation("default", name)
        assert evaluation is not None, name
        yield title, evaluation


def _counted(read: Accuracy, places: int) -> str:
    """Cells for an accuracy: images, misread, accuracy and its interval."""
    return (
        f"{read.images:,} | {read.errors} | {percent(read.accuracy, places)} | {between(read.low, read.high, places)}"
    )


def percent(share: float, places: int) -> str:
    """A share as the pages write it: 0.9957 is "99.57 %"."""
    return f"{100 * share:.{places}f} %"


def between(low: float, high: float, places: int) -> str:
    """An interval of shares as the pages write it."""
    return f"{100 * low:.{places}f} to {percent(high, places)}"


if __name__ == "__main__":
    main()
