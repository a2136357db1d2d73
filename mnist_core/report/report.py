"""All that is known of how well a model reads, as one HTML file that needs nothing else."""

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from mnist_core.datasets import TRAINABLE, load_dataset
from mnist_core.errors import DatasetError, MnistError
from mnist_core.foreign import in_html
from mnist_core.model.bundle import GRAPH, model_folder, read_history
from mnist_core.model.card import Accuracy, ModelCard
from mnist_core.readings.comparison import Comparison, Measure, comparison_words
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.writers import by_writer, worst_first, written_by
from mnist_core.report.charts import Axis, Line, errors, line_chart, shares
from mnist_core.robustness.dials import DIALS, Dial
from mnist_core.robustness.robustness import Robustness
from mnist_core.types import CLASSES, SURE_IN_FIGURES, UInt8Array

STYLE = Path(__file__).with_name("report.css")
SURE_PERCENT = round(100 * SURE_IN_FIGURES)
# So many mistakes are shown.
MISTAKES = 24
FIGURES = (
    "images",
    "wrong",
    "right",
    "95 % interval",
    "loss",
    f"right when {SURE_PERCENT} % sure or more",
    "calibration error",
)
ENLARGEMENT = 3
# So much of an axis a tick's name takes.
TICK_SHARE = 0.14
LOSS_TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

History = Mapping[str, Sequence[float]]


def html_report(
    name: str,
    card: ModelCard,
    evaluations: Sequence[Evaluation],
    comparison: Comparison | None = None,
    robustness: Robustness | None = None,
    *,
    other: str = "the other model",
    history: History | None = None,
) -> str:
    """A report of a model's figures, for the screen, a phone or paper, that asks nothing of any server.

    Parameters
    ----------
    name
        The model's.
    evaluations
        What it makes of the test images of each dataset, at least of one.
    comparison
        With another model, `other` its name.
    robustness
        How well it reads images of the first dataset that were made harder to read.
    history
        Loss and accuracy of each epoch; None for those in the model's directory, if they can be read.

    Raises
    ------
    DatasetError
        If there is no evaluation.
    """
    if not evaluations:
        raise DatasetError("A report needs the evaluation of a model on at least one dataset. Received: none.")
    parts = [
        _head(name, card, evaluations),
        *map(_evaluation, evaluations),
        _curves(history or _stored_history(name, card)),
        _comparison(comparison, name, other) if comparison else "",
        _robustness(robustness) if robustness else "",
        _notes(card),
    ]
    style = STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>How well {in_html(name)} reads</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main>\n</body>\n</html>\n"
    )


def _head(name: str, card: ModelCard, evaluations: Sequence[Evaluation]) -> str:
    """What the model is, and its figures in one table."""
    rows = zip(FIGURES, *map(_summary, evaluations), strict=True)
    return (
        f"<h1>How well {in_html(name)} reads</h1>"
        f'<p class="lead">A network with {card.parameters:,} parameters that learned from '
        f"{in_html(' and '.join(card.data_hashes))} in {card.epochs:,} epochs. None of the images below was among "
        "those that it learned from.</p>" + _table(("", *(_title(each.dataset) for each in evaluations)), rows)
    )


def _summary(evaluation: Evaluation) -> tuple[str, ...]:
    """One evaluation's column of `FIGURES`."""
    accuracy = evaluation.accuracy
    return (
        f"{accuracy.images:,}",
        f"{accuracy.errors:,}",
        percent(accuracy.accuracy),
        f"{percent(accuracy.low)} to {percent(accuracy.high)}",
        f"{evaluation.loss:.4f}",
        _sure(evaluation),
        percent(evaluation.calibration_error),
    )


def _evaluation(evaluation: Evaluation) -> str:
    """All figures of one dataset."""
    accuracy = evaluation.accuracy
    return (
        f"<section><h2>{in_html(_title(evaluation.dataset))}</h2>"
        f"<p>{accuracy.errors:,} of {accuracy.images:,} wrong: {percent(accuracy.accuracy)} are read right.</p>"
        f"<h3>What is taken for what</h3>{_confusion(evaluation)}"
        f"<h3>Each digit</h3>{_classes(evaluation)}"
        f"<h3>How sure, and how rightly so</h3>{_certainty(evaluation)}"
        f"{_mistakes(evaluation)}{_writers(evaluation)}</section>"
    )


def _confusion(evaluation: Evaluation) -> str:
    """The confusion matrix, shaded by the logarithm of the counts."""
    counts = np.asarray(evaluation.confusion).tolist()
    highest = math.log1p(max(max(row) for row in counts))
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(CLASSES))
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>'
        + "".join(_cell(count, digit == read, math.log1p(count) / highest) for read, count in enumerate(row))
        + "</tr>"
        for digit, row in enumerate(counts)
    )
    return (
        '<div class="wide"><table class="confusion"><caption>Rows: what it is. Columns: what is read. The deeper the '
        "colour, the more, on a logarithmic scale.</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(count: int, is_right: bool, shade: float) -> str:
    """One cell of the confusion matrix; nothing stands where nothing was counted."""
    kind = "right" if is_right else "wrong"
    return f'<td class="{kind}" style="--shade:{0.6 * shade:.2f}">{f"{count:,}" if count else ""}</td>'


def _classes(evaluation: Evaluation) -> str:
    """Precision, recall and F1."""
    rows = (
        (each.label, percent(each.precision), percent(each.recall), percent(each.f1), f"{each.support:,}")
        for each in evaluation.report
    )
    return _table(("digit", "precision", "recall", "F1", "images"), rows)


def _certainty(evaluation: Evaluation) -> str:
    """Reliability and risk-coverage, drawn and as a table."""
    table = evaluation.reliability
    stated = Line("", [(mean, right) for _, mean, right in table], has_dots=True)
    coverage, risk = (np.asarray(values, float).tolist() for values in evaluation.risk_coverage)
    risks = Line("", list(zip(coverage, risk, strict=True)))
    rows = ((f"{images:,}", percent(mean), percent(right)) for images, mean, right in table)
    return (
        f"<p>{in_html(_sure_in_words(evaluation))} What it says and how often it is right differ by "
        f"{percent(evaluation.calibration_error)} on average (expected calibration error).</p>"
        '<div class="pair">'
        + line_chart(
            [stated],
            shares("stated probability"),
            shares("share right"),
            "Right as often as it says? On the dashed line it would be.",
            has_diagonal=True,
        )
        + line_chart(
            [risks],
            shares("share answered, the surest first"),
            errors("share wrong", max(risk)),
            "How much is wrong if it may refuse what it is least sure of.",
        )
        + "</div>"
        + _table(("images", "stated", "right"), rows)
    )


def _mistakes(evaluation: Evaluation) -> str:
    """The worst mistakes, with their images where these are on this machine."""
    worst = np.asarray(evaluation.mistakes)[:MISTAKES].tolist()
    if not worst:
        return ""
    images = _images(evaluation)
    items = "".join(_mistake(evaluation, index, images) for index in worst)
    return f'<h3>The worst mistakes</h3><ol class="mistakes">{items}</ol>'


def _writers(evaluation: Evaluation) -> str:
    """How the mistakes spread over the people who wrote the digits, where these are known."""
    of, accuracy = written_by(evaluation), evaluation.accuracy
    if of is None or len(of) != len(evaluation) or not accuracy.errors:
        return ""
    found = by_writer(evaluation, of)
    spread = found.spread
    rare = [each for each in worst_first(found.writers) if each.is_rare]
    named = ", ".join(f"{each.number} ({each.read.errors:,} of {each.read.images:,})" for each in rare)
    return (
        f"<h3>By writer</h3><p>{len(found.writers):,} people wrote these digits. {spread.flawless:,} of them have no "
        f"mistake; by chance it would be {_range(spread.flawless_by_chance)}. The worst tenth of them "
        f"({spread.tenth:,}) has {spread.worst:,} of the {accuracy.errors:,} mistakes; by chance it would be "
        f"{_range(spread.worst_by_chance)}. Misread more or less often than chance allows: {named or 'nobody'}.</p>"
    )


def _range(ends: tuple[int, int]) -> str:
    """From where to where."""
    low, high = ends
    return f"{low:,} to {high:,}"


def _mistake(evaluation: Evaluation, index: int, images: UInt8Array | None) -> str:
    """One mistake."""
    label, read = int(evaluation.labels[index]), int(evaluation.digits[index])
    picture = f'<img src="{_data_url(images[index])}" alt="image {index}, a {label}">' if images is not None else ""
    stated = percent(float(evaluation.probability[index]), 0)
    return f"<li>{picture}a <strong>{label}</strong>, read as <strong>{read}</strong> ({stated})<br>image {index}</li>"


def _curves(history: History | None) -> str:
    """Loss and accuracy of each epoch."""
    if not history:
        return ""
    epochs = len(history["loss"])
    x = Axis("epoch", [(epoch, f"{epoch:g}") for epoch in _epoch_ticks(epochs)])
    charts = (
        line_chart(_parts(history, "loss"), x, _loss_axis(history), "Loss (lower is better)"),
        line_chart(_parts(history, "accuracy"), x, _accuracy_axis(history), "Accuracy (higher is better)"),
    )
    best = 1 + int(np.argmin(history["val_loss"]))
    return (
        f'<section><h2>How it learned</h2><div class="pair">{"".join(charts)}</div>'
        f'<p class="note">The validation loss was lowest after epoch {best} of {epochs}.</p></section>'
    )


def _parts(history: History, measure: str) -> list[Line]:
    """Training and validation."""
    return [
        Line(part, list(enumerate(map(float, history[key]), 1)), has_dots=len(history[key]) < 10)
        for part, key in (("training", measure), ("validation", f"val_{measure}"))
    ]


def _epoch_ticks(epochs: int) -> list[float]:
    """From the first epoch to the last, in at most five steps."""
    step = max(1, math.ceil((epochs - 1) / 5))
    return [1.0 + step * number for number in range(max(2, math.ceil((epochs - 1) / step) + 1))]


def _loss_axis(history: History) -> Axis:
    """A logarithmic axis that holds all losses."""
    losses = [*history["loss"], *history["val_loss"]]
    first = max((tick for tick in LOSS_TICKS if tick <= min(losses)), default=LOSS_TICKS[0])
    last = min((tick for tick in LOSS_TICKS if tick >= max(losses) and tick > first), default=LOSS_TICKS[-1])
    return Axis("loss", [(tick, f"{tick:g}") for tick in LOSS_TICKS if first <= tick <= last], is_logarithmic=True)


def _accuracy_axis(history: History) -> Axis:
    """An axis from a round share below all accuracies to 100 %."""
    lowest = min(*history["accuracy"], *history["val_accuracy"])
    low = max((share for share in (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99) if share <= lowest), default=0)
    return Axis("accuracy", [(low + (1 - low) * step / 5, percent(low + (1 - low) * step / 5, 1)) for step in range(6)])


def _comparison(found: Comparison, name: str, other: str) -> str:
    """Two models on the same images."""
    points = _measure("read right", found.accuracy, 100, " %")
    loss = _measure("loss", found.loss, 1, "", 4)
    calibration = _measure("calibration error", found.calibration_error, 100, " %")
    only = f"Only {name} reads {len(found.only_a):,} of them, only {other} {len(found.only_b):,}."
    return (
        f"<section><h2>Compared with {in_html(other)}</h2><p>On the {found.images:,} images of "
        f"{in_html(_title(found.dataset))}: {in_html(comparison_words(found, name, other))} {in_html(only)}</p>"
        + _table(("", name, other, "difference", "95 % interval"), (points, loss, calibration))
        + '<p class="note">Intervals: Newcombe\'s for paired shares; of the others, a paired bootstrap of 1,000 '
        "resamples. They take the images for independent of each other.</p></section>"
    )


def _measure(title: str, measure: Measure, factor: float, unit: str, digits: int = 2) -> tuple[str, ...]:
    """One compared figure as a row."""
    a, b = (f"{factor * value:.{digits}f}{unit}" for value in (measure.a, measure.b))
    change, low, high = (f"{factor * value:+.{digits}f}" for value in (measure.difference, measure.low, measure.high))
    return title, a, b, change, f"{low} to {high}"


def _robustness(found: Robustness) -> str:
    """How the accuracy falls the further each dial is turned, and with each kind of corruption."""
    charts = "".join(_dial(dial, found.dials[dial.name]) for dial in DIALS.values())
    rows = (
        (kind, percent(score.accuracy), f"{percent(score.low)} to {percent(score.high)}")
        for kind, score in found.corruptions.items()
    )
    return (
        f"<section><h2>How much it bears</h2><p>Of {found.images:,} images as they are, "
        f"{percent(found.clean.accuracy)} are read right; of the same ones spoilt in fifteen ways, "
        f"{percent(found.mean_corruption_error)} are read wrong on average (mean corruption error).</p>"
        f'<div class="pair">{charts}</div>' + _table(("spoilt by", "right", "95 % interval"), rows) + "</section>"
    )


def _dial(dial: Dial, scores: Sequence[Accuracy]) -> str:
    """One dial's curve."""
    points = [(value, score.accuracy) for value, score in zip(dial.values, scores, strict=True)]
    ticks = [(value, dial.label(value)) for value in _apart(dial.values)]
    return line_chart([Line("", points, has_dots=True)], Axis(dial.name, ticks), shares("share right"), dial.sentence)


def _apart(values: Sequence[float]) -> list[float]:
    """The first and the last of rising values, and of the others those whose names have room between."""
    room = TICK_SHARE * (values[-1] - values[0])
    kept = [values[0]]
    for value in values[1:-1]:
        if value - kept[-1] >= room and values[-1] - value >= room:
            kept.append(value)
    return [*kept, values[-1]]


def _notes(card: ModelCard) -> str:
    """How the figures were made, and of what."""
    return (
        "<section><h2>How to read this</h2><p>The interval of a share is Wilson's, with 95 % confidence; the loss is "
        "the mean cross-entropy in nats. Precision: how many of those read as a digit are one. Recall: how many of a "
        "digit are read as it. F1 is their harmonic mean. The macro average counts each digit alike, the weighted one "
        "each image.</p>"
        f'<p class="note">Model made {in_html(card.created)}; SHA-256 of its LiteRT graph '
        f"<code>{in_html(card.files.get(GRAPH, 'unknown'))}</code>. Written by MNIST Studio.</p></section>"
    )


def _stored_history(name: str, card: ModelCard) -> History | None:
    """The curves in a model's directory."""
    with suppress(MnistError):
        return read_history(model_folder(name), card)
    return None


def _images(evaluation: Evaluation) -> UInt8Array | None:
    """The images that were read, if they are on this machine and are the same."""
    try:
        test = load_dataset(evaluation.dataset, download=False).split("test")
    except MnistError:
        return None
    return test.images if np.array_equal(test.labels, evaluation.labels) else None


def _data_url(image: UInt8Array) -> str:
    """A grey image (h, w) as a PNG within the document."""
    large = np.asarray(image).repeat(ENLARGEMENT, axis=0).repeat(ENLARGEMENT, axis=1)
    _, png = cv2.imencode(".png", large)
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode("ascii")


def _title(dataset: str) -> str:
    """What the test images of a dataset are; its name if nobody knows it."""
    spec = TRAINABLE.get(dataset)
    return spec.report_title or spec.test_title if spec else dataset


def _sure(evaluation: Evaluation) -> str:
    """How often it is right when it says that it is sure."""
    images, right = evaluation.sure()
    return percent(right) if images else "never that sure"


def _sure_in_words(evaluation: Evaluation) -> str:
    """How often it is that sure, and right then, as a sentence."""
    images, right = evaluation.sure()
    if not images:
        return f"It is never {SURE_PERCENT} % sure."
    return f"Of {images:,} images it is at least {SURE_PERCENT} % sure, and {percent(right)} of these it reads right."


def percent(share: float, digits: int = 2) -> str:
    """A share in percent, which no line is broken in."""
    return f"{100 * share:.{digits}f}\N{NO-BREAK SPACE}%"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are text."""
    columns = "".join(f'<th scope="col">{in_html(cell)}</th>' for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{in_html(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table></div>'
