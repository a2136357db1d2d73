"""Commands about models: `evaluate`, `reliability`, `predict`, `verify`, `export` and `notebook`."""

import argparse
import json
import math
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.cli.data import OrOwn
from mnist_core.cli.following import score_line
from mnist_core.datasets.registry import measured_on
from mnist_core.errors import BundleError, ConfigError, DatasetError, MnistError, in_words
from mnist_core.extras import TRAIN, check_installed
from mnist_core.files import written_file
from mnist_core.ink import read_picture
from mnist_core.model.bundle import SHIPPED, model_folder, model_names, read_card, verify_bundle
from mnist_core.model.doubt import said_lines
from mnist_core.model.recognizer import open_recognizer
from mnist_core.model.reliability import Reliability, counted
from mnist_core.notebook.cells import as_notebook, as_script
from mnist_core.notebook.training import training_cells
from mnist_core.numbers.paper import PageReading
from mnist_core.types import SURE_IN_FIGURES, Box, Prediction

if TYPE_CHECKING:
    from mnist_core.readings.evaluation import Evaluation


def add_models(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that measure, use, check and pack a model."""
    evaluate = commands.add_parser("evaluate", help="measure a model on test images")
    evaluate.add_argument("model", nargs="?", default=SHIPPED)
    evaluate.add_argument("--data", nargs="+", choices=OrOwn(measured_on()), help="(those that can be had)")
    form = evaluate.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object with every figure of each dataset")
    form.add_argument("--html", type=Path, metavar="FILE", help="write all figures to a page that needs nothing else")
    evaluate.set_defaults(command=_evaluate)

    reliability = commands.add_parser(
        "reliability", help="count on its validation digits how often a model is right, and keep it on its card"
    )
    reliability.add_argument("model", metavar="MODEL")
    reliability.set_defaults(command=_reliability)

    predict = commands.add_parser("predict", help="read digits, numbers and lines of them from picture files")
    predict.add_argument("files", nargs="+", metavar="FILE")
    predict.add_argument("--single", action="store_true", help="take each picture for one digit, whatever is on it")
    predict.add_argument("--model", default=SHIPPED)
    predict.add_argument("--json", action="store_true", help="print one JSON object a file")
    predict.set_defaults(command=_predict)

    verify = commands.add_parser("verify", help="check every file of a model against its card")
    verify.add_argument("models", nargs="*", metavar="MODEL")
    verify.set_defaults(command=_verify)

    export = commands.add_parser("export", help="write a model to one zip file, in every form that can be made of it")
    export.add_argument("model", metavar="MODEL")
    target = export.add_mutually_exclusive_group(required=True)
    target.add_argument("--output", type=Path, metavar="FILE", help="zip file to write")
    target.add_argument(
        "--html", type=Path, metavar="FILE", help="page to write that reads with it, and needs nothing else"
    )
    export.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    export.set_defaults(command=_export)

    notebook = commands.add_parser("notebook", help="write how a model was trained, for a run without the app")
    notebook.add_argument("model", metavar="MODEL")
    notebook.add_argument("--output", type=Path, required=True, metavar="FILE", help="a .ipynb or a .py file")
    notebook.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    notebook.set_defaults(command=_notebook)


def _evaluate(options: argparse.Namespace) -> int:
    evaluations = _evaluations(options.model, options.data)
    if options.json:
        print(json.dumps({each.dataset: each.to_json() for each in evaluations}))
    elif options.html:
        _write_report(options.model, evaluations, options.html)
        print(f"Written to {options.html}")
    else:
        print("\n".join(map(_evaluation_lines, evaluations)))
    return 0


def _evaluations(model: str, names: "Sequence[str] | None") -> "list[Evaluation]":
    """What a model makes of the named datasets; without names of all that can be had, and the others are said.

    Raises
    ------
    MnistError
        If the model cannot be used, or a named dataset or all datasets cannot be had.
    """
    from mnist_core.readings.evaluation import fresh_evaluation

    if names:
        return [fresh_evaluation(model, name, download=True) for name in names]
    evaluations, failures = [], []
    for name in measured_on():
        try:
            evaluations.append(fresh_evaluation(model, name, download=True))
        except DatasetError as error:
            failures.append(error)
    if not evaluations:
        raise failures[0]
    for failure in failures:
        print(f"left out: {failure}", file=sys.stderr)
    return evaluations


def _evaluation_lines(evaluation: "Evaluation") -> str:
    """An evaluation in two lines."""
    images, right = evaluation.sure()
    sure = f"{right:.2%} of the {images:,}" if images else "none"
    return (
        f"{score_line(evaluation.dataset, evaluation.score)}\n{'':<17} loss {evaluation.loss:.4f}, calibration error "
        f"{evaluation.calibration_error:.2%}; right where it was at least {100 * SURE_IN_FIGURES:.0f} % sure: {sure}"
    )


def _write_report(model: str, evaluations: "Sequence[Evaluation]", target: Path) -> None:
    """Write evaluations as a page, in the place of one that is there."""
    from mnist_core.report.report import html_report

    page = html_report(model, read_card(model_folder(model)), evaluations)
    text = "The report could not be written to {target}: {error}. Choose another place."
    with in_words(BundleError, text, target=target), written_file(target) as part:
        part.write_text(page, encoding="utf-8")


def _reliability(options: argparse.Namespace) -> int:
    read_card(model_folder(options.model))  # whoever mistypes it need not wait until TensorFlow is loaded
    check_installed(TRAIN)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from mnist_core.training.reliability import count_reliability

    card = count_reliability(model_folder(options.model))
    assert card.reliability is not None
    print("\n".join(_reliability_lines(card.reliability)))
    return 0


def _reliability_lines(found: Reliability) -> Iterator[str]:
    """A line for each bin, and one for all digits."""
    for low, high, answers, right in found.bins:
        yield f"{low:7.1%} to {high:6.1%}: {right:,} of {answers:,} answers right"
    yield f"{found.digits:,} digits of {' and '.join(found.datasets)}, {found.refused:,} of them taken for none"


def _predict(options: argparse.Namespace) -> int:
    recognizer, card = open_recognizer(model_folder(options.model))
    status = 0
    for file in options.files:
        try:
            drawing = read_picture(file)
            page = None if options.single else recognizer.read_page(drawing)
            # Whoever asks for one digit of what has several gets what all of it looks like.
            prediction = page.digits[0] if page and len(page.digits) == 1 else recognizer.predict(drawing)
        except MnistError as error:
            status = 1
            answer: dict[str, object] = {"error": str(error)}
            line = f"{file}: {error}"
        else:
            answer = _answer(prediction, card.reliability) | (_page_answer(page, drawing.size) if page else {})
            line = f"{file}: {_page_line(page) if page and len(page.digits) > 1 else _line(prediction)}"
        print(json.dumps({"file": file} | answer) if options.json else line, flush=True)
    return status


def _answer(prediction: Prediction, reliability: Reliability | None) -> dict[str, object]:
    """One digit, for JSON."""
    return {
        "digit": prediction.digit,
        "probability": prediction.probability,
        "probabilities": prediction.probabilities.tolist(),
        "novelty": prediction.novelty,
        "is_digit": prediction.is_digit,
        "reliability": counted(prediction, reliability),
    }


def _line(prediction: Prediction) -> str:
    """One digit in words."""
    doubt = "" if prediction.is_digit else ", unlike the digits it has learned"
    return f"{prediction.digit} ({_share(prediction.probability)}{doubt})"


def _page_answer(page: PageReading, size: tuple[int, int]) -> dict[str, object]:
    """All that was read on a picture, for JSON: its lines, and where digits and signs are, as shares of its sides."""
    digits = [
        {
            "digit": each.digit,
            "line": each.line,
            "probability": each.probability,
            "novelty": each.novelty,
            "is_sure": each.is_digit and each.is_sure,
        }
        | _place(each.box, size)
        for each in page.digits
    ]
    signs = [{"sign": each.name} | _place(each.box, size) for each in page.signs]
    return {"lines": said_lines(page.digits), "boxes": digits + signs}


def _place(box: Box | None, size: tuple[int, int]) -> dict[str, float]:
    """A box as shares of a picture's width and height; nothing where none is known."""
    if box is None:
        return {}
    width, height = size
    sides = {"x": box.x / width, "y": box.y / height, "width": box.width / width, "height": box.height / height}
    return {side: round(share, 4) for side, share in sides.items()}


def _page_line(page: PageReading) -> str:
    """Several digits in words."""
    least = min(each.probability for each in page.digits)
    return f"{' | '.join(said_lines(page.digits))} (each at least {_share(least)})"


def _share(probability: float) -> str:
    """A probability in percent, never more than was said."""
    return f"{math.floor(1000 * min(probability, 0.999)) / 10:.1f}%"


def _verify(options: argparse.Namespace) -> int:
    for name in options.models or model_names():
        verify_bundle(model_folder(name))
        print(f"{name}: every file is there and is the one that the card names.")
    return 0


def _notebook(options: argparse.Namespace) -> int:
    _check_free(options.output, "--output", options)
    forms = {".ipynb": as_notebook, ".py": as_script}
    form = forms.get(options.output.suffix)
    if form is None:
        raise ConfigError(f"--output must end with {' or '.join(forms)}. Received: {options.output}.")
    text = form(training_cells(read_card(model_folder(options.model))))
    failure = "{target} could not be written: {error}. Choose another place."
    with in_words(BundleError, failure, target=options.output), written_file(options.output) as part:
        part.write_text(text, encoding="utf-8")
    print(f"Written to {options.output}")
    return 0


def _check_free(target: Path, option: str, options: argparse.Namespace) -> None:
    """Refuse to replace a file where nobody said so."""
    if target.exists() and not options.overwrite:
        raise BundleError(f"{target} is there already. Choose another {option}, or give --overwrite.")


def _export(options: argparse.Namespace) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    target, option = (options.html, "--html") if options.html else (options.output, "--output")
    _check_free(target, option, options)
    if options.html:
        _export_page(options.model, target)
    else:
        from mnist_core.model.export import export_model

        print("\n".join(export_model(options.model, target)))
    print(f"Written to {target}")
    return 0


def _export_page(model: str, target: Path) -> None:
    """Write the page that reads with a model."""
    from mnist_core.reader.page.home import home_page

    page = home_page(model)
    text = "The page could not be written to {target}: {error}. Choose another place."
    with in_words(BundleError, text, target=target), written_file(target) as part:
        part.write_text(page, encoding="utf-8")
