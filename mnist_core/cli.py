"""The command line: `python -m mnist_core fetch|train|evaluate|predict|verify`."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from mnist_core.data import DATASETS, load_dataset
from mnist_core.errors import BundleError, MnistError
from mnist_core.ink import read_picture
from mnist_core.model.bundle import SHIPPED, model_folder, model_names, verify_bundle
from mnist_core.model.card import Score
from mnist_core.model.recognizer import load_recognizer
from mnist_core.training.config import PRESETS, TrainingConfig


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0, or 1 after an error that was printed in a sentence."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except MnistError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    parser = argparse.ArgumentParser(prog="python -m mnist_core", description="MNIST Studio on the command line.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    fetch = commands.add_parser("fetch", help="download datasets and verify them")
    fetch.add_argument("names", nargs="*", metavar="DATASET", default=list(DATASETS), help=", ".join(DATASETS))
    fetch.set_defaults(command=_fetch)

    train = commands.add_parser("train", help="train a model and measure it on the test images")
    train.add_argument("--preset", choices=PRESETS, default="handwriting", help="settings to start from (%(default)s)")
    train.add_argument("--name", help="the model's name (the preset's)")
    train.add_argument("--data", nargs="+", choices=DATASETS, help="datasets to learn from (the preset's)")
    train.add_argument("--epochs", type=int, help="most epochs to run")
    train.add_argument("--limit", type=int, help="most images to take of each dataset")
    train.add_argument("--seed", type=int, help="for the split, the weights, the order and the augmentation")
    train.add_argument("--output", type=Path, help="directory to write the model to (the models of the data home)")
    train.add_argument("--overwrite", action="store_true", help="replace a model that is there")
    train.set_defaults(command=_train)

    evaluate = commands.add_parser("evaluate", help="measure a model on test images")
    evaluate.add_argument("model", nargs="?", default=SHIPPED)
    evaluate.add_argument("--data", nargs="+", choices=DATASETS, default=list(DATASETS))
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    evaluate.set_defaults(command=_evaluate)

    predict = commands.add_parser("predict", help="read digits from picture files")
    predict.add_argument("files", nargs="+", metavar="FILE")
    predict.add_argument("--model", default=SHIPPED)
    predict.add_argument("--json", action="store_true", help="print one JSON object a file")
    predict.set_defaults(command=_predict)

    verify = commands.add_parser("verify", help="check every file of a model against its card")
    verify.add_argument("models", nargs="*", metavar="MODEL")
    verify.set_defaults(command=_verify)
    return parser


def _fetch(options: argparse.Namespace) -> int:
    for name in options.names:
        dataset = load_dataset(name)
        print(f"{name}: {len(dataset):,} images, verified. {dataset.provenance}. {dataset.licence}.")
    return 0


def _train(options: argparse.Namespace) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    config = _training_config(options)
    if config.name == SHIPPED and not options.output:
        raise BundleError(f"{SHIPPED!r} is the name of the model that came with the app. Choose another --name.")
    folder = options.output or model_folder(config.name)
    if folder.exists() and not options.overwrite:
        raise BundleError(f"There is a model in {folder} already. Choose another --name, or give --overwrite.")
    if not options.data:
        # Somebody offline who asked for no dataset in particular still gets a model; the warning says from what.
        found = dict.fromkeys(load_dataset(name, fallback=True).name for name in config.data)
        config = replace(config, data=tuple(found))

    from mnist_core.training.loop import train_model

    card = train_model(config, folder)
    print(f"\n{config.name}: {card.parameters:,} parameters, {card.epochs} epochs in {card.seconds / 60:.1f} minutes")
    for name, score in card.scores.items():
        print(_in_words(name, score))
    print(f"Written to {folder}")
    return 0


def _training_config(options: argparse.Namespace) -> TrainingConfig:
    """The preset with what the command line changes of it."""
    named = {"name": options.name, "epochs": options.epochs, "limit": options.limit, "seed": options.seed}
    changes = {name: value for name, value in named.items() if value is not None}
    if options.data:
        changes["data"] = tuple(options.data)
    return replace(PRESETS[options.preset], **changes)


def _evaluate(options: argparse.Namespace) -> int:
    from mnist_core.analysis.evaluation import evaluate

    recognizer = load_recognizer(options.model)
    scores = {name: evaluate(recognizer, load_dataset(name).split("test")) for name in options.data}
    if options.json:
        print(json.dumps({name: asdict(score) | {"accuracy": score.accuracy} for name, score in scores.items()}))
    else:
        print("\n".join(_in_words(name, score) for name, score in scores.items()))
    return 0


def _in_words(name: str, score: Score) -> str:
    """A score in one line."""
    return (
        f"{name + ' test:':<17} {score.accuracy:.2%} right ({score.errors} of {score.images:,} wrong; "
        f"95 % interval {score.low:.2%} to {score.high:.2%})"
    )


def _predict(options: argparse.Namespace) -> int:
    recognizer = load_recognizer(options.model)
    status = 0
    for file in options.files:
        try:
            prediction = recognizer.predict(read_picture(file))
        except MnistError as error:
            status = 1
            answer: dict[str, object] = {"error": str(error)}
            line = f"{file}: {error}"
        else:
            answer = {
                "digit": prediction.digit,
                "probability": prediction.probability,
                "probabilities": prediction.probabilities.tolist(),
                "novelty": prediction.novelty,
                "is_digit": prediction.is_digit,
            }
            doubt = "" if prediction.is_digit else ", unlike the digits it has learned"
            line = f"{file}: {prediction.digit} ({prediction.probability:.1%}{doubt})"
        print(json.dumps({"file": file} | answer) if options.json else line, flush=True)
    return status


def _verify(options: argparse.Namespace) -> int:
    for name in options.models or model_names():
        verify_bundle(model_folder(name))
        print(f"{name}: every file is there and is the one that the card names.")
    return 0
