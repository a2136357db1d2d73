"""The command line: `python -m mnist_core fetch|train|tune|jobs|embed|drawings|evaluate|predict|verify|export`."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core import jobs
from mnist_core.cli.drawings import add_drawings
from mnist_core.cli.embed import add_embed
from mnist_core.cli.following import (
    INTERRUPTED,
    PROGRAM,
    ended_job,
    epoch_line,
    follow,
    job_line,
    model_summary,
    score_line,
    told_start,
)
from mnist_core.cli.tune import add_tune, follow_search
from mnist_core.datasets import DATASETS, TRAINABLE, load_dataset
from mnist_core.errors import BundleError, ConfigError, JobError, MnistError, in_words
from mnist_core.files import written_file
from mnist_core.ink import read_picture
from mnist_core.model.bundle import SHIPPED, model_folder, model_names, read_card, verify_bundle
from mnist_core.model.recognizer import load_recognizer
from mnist_core.owners import KEEPER
from mnist_core.training.config import TrainingConfig
from mnist_core.training.presets import PRESETS, config_from_parameters
from mnist_core.training.run_settings import RunSettings, start_run
from mnist_core.tuning.searches import TUNE
from mnist_core.types import SURE_IN_FIGURES

if TYPE_CHECKING:
    from mnist_core.readings.evaluation import Evaluation


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0, 1 after an error that it printed in a sentence, 130 after Ctrl-C."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    options = parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except MnistError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    parser = argparse.ArgumentParser(prog=PROGRAM, description="MNIST Studio on the command line.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    fetch = commands.add_parser("fetch", help="download datasets and verify them")
    fetch.add_argument("names", nargs="*", metavar="DATASET", default=list(DATASETS), help=", ".join(DATASETS))
    fetch.set_defaults(command=_fetch)

    train = commands.add_parser("train", help="start a job that trains a model and measures it on the test images")
    train.add_argument("--preset", choices=PRESETS, default="handwriting", help="settings to start from (%(default)s)")
    train.add_argument("--name", help="the model's name (the preset's)")
    train.add_argument("--data", nargs="+", choices=TRAINABLE, help="datasets to learn from (the preset's)")
    train.add_argument("--epochs", type=int, help="most epochs to run")
    train.add_argument("--limit", type=int, help="most images to take of each dataset")
    train.add_argument("--seed", type=int, help="for the split, the weights, the order and the augmentation")
    train.add_argument("--from", dest="start_from", metavar="MODEL", help="model to go on from, as fine-tune does")
    train.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="any setting, such as optimizer=sgd or augmentation.rotation=20; may be given more than once",
    )
    train.add_argument("--tensorboard", action="store_true", help="write logs for TensorBoard into the job's folder")
    train.add_argument("--follow", action="store_true", help="tell how the job goes on until it ends")
    train.add_argument("--output", type=Path, metavar="DIR", help="train in this process and write the model there")
    train.add_argument("--overwrite", action="store_true", help="with --output: replace a model that is there")
    train.set_defaults(command=_train)

    listed = commands.add_parser("jobs", help="list the jobs, newest first, or follow, stop or change one")
    listed.add_argument("--json", action="store_true", help="print one JSON object a job")
    listed.set_defaults(command=_list_jobs)
    actions = listed.add_subparsers(metavar="ACTION")
    for name, act, text in (
        ("follow", _follow, "tell how a job goes on until it ends"),
        ("stop", _stop, "have a job end early and keep its best"),
        ("cancel", _cancel, "end a job and discard what it has"),
        ("resume", _resume, "go on with a job that failed or was cancelled"),
        ("remove", _remove, "delete a job that has ended; its model stays"),
        ("restore", _restore, "bring a job back that was removed within the last day"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("job", metavar="ID", help="the job's id, or last for the newest")
        action.set_defaults(command=partial(_with_job, act))

    add_tune(commands)
    add_embed(commands)
    add_drawings(commands)

    evaluate = commands.add_parser("evaluate", help="measure a model on test images")
    evaluate.add_argument("model", nargs="?", default=SHIPPED)
    evaluate.add_argument("--data", nargs="+", choices=DATASETS, default=list(DATASETS))
    form = evaluate.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object with every figure of each dataset")
    form.add_argument("--html", type=Path, metavar="FILE", help="write all figures to a page that needs nothing else")
    evaluate.set_defaults(command=_evaluate)

    predict = commands.add_parser("predict", help="read digits from picture files")
    predict.add_argument("files", nargs="+", metavar="FILE")
    predict.add_argument("--model", default=SHIPPED)
    predict.add_argument("--json", action="store_true", help="print one JSON object a file")
    predict.set_defaults(command=_predict)

    verify = commands.add_parser("verify", help="check every file of a model against its card")
    verify.add_argument("models", nargs="*", metavar="MODEL")
    verify.set_defaults(command=_verify)

    export = commands.add_parser("export", help="write a model to one zip file, in every form that can be made of it")
    export.add_argument("model", metavar="MODEL")
    export.add_argument("--output", type=Path, required=True, metavar="FILE", help="zip file to write")
    export.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    export.set_defaults(command=_export)
    return parser


def _fetch(options: argparse.Namespace) -> int:
    for name in options.names:
        dataset = load_dataset(name)
        print(f"{name}: {len(dataset):,} images, verified. {dataset.provenance}. {dataset.licence}.")
    return 0


def _train(options: argparse.Namespace) -> int:
    parameters = _parameters(options)
    config = config_from_parameters(parameters)
    if config.start_from:
        read_card(model_folder(config.start_from))  # whoever mistypes it need not wait for the job to say so
    if options.output:
        return _train_here(config, options, with_other_data="data" not in parameters)
    if options.overwrite:
        raise ConfigError("--overwrite goes with --output: a job takes a name that no model has yet.")
    if config.name == SHIPPED:
        raise BundleError(f"{SHIPPED!r} is the name of the model that came with the app. Choose another --name.")
    job = start_run(RunSettings(config, parameters["preset"], tensorboard=options.tensorboard))
    return told_start(job, is_followed=options.follow, follow=follow)


def _parameters(options: argparse.Namespace) -> dict[str, str]:
    """The settings that the command line names, as `config_from_parameters` takes them."""
    names = ("preset", "name", "epochs", "limit", "seed", "start_from")
    given = {name: str(value) for name in names if (value := getattr(options, name)) is not None}
    if options.data:
        given["data"] = ",".join(options.data)
    return given | {key: value for key, _, value in (text.partition("=") for text in options.settings)}


def _train_here(config: TrainingConfig, options: argparse.Namespace, *, with_other_data: bool) -> int:
    """Train in this process and write the model to a folder."""
    folder = options.output
    if options.tensorboard:
        raise ConfigError("--tensorboard writes into the folder of a job, and --output makes none: leave out one.")
    if folder.exists() and not options.overwrite:
        raise BundleError(f"There is a model in {folder} already. Choose another --output, or give --overwrite.")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

    import keras

    from mnist_core.training.trained_model import train_model, with_data_at_hand

    def tell(epoch: int, measures: dict[str, float]) -> None:
        print(epoch_line(epoch, config.epochs, measures), flush=True)

    if with_other_data:
        # Somebody offline who asked for no dataset in particular still gets a model; the warning says from what.
        config = with_data_at_hand(config)
    card = train_model(config, folder, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=tell)])
    print(model_summary(card, folder))
    return 0


def _list_jobs(options: argparse.Namespace) -> int:
    for job in jobs.all_jobs():
        print(json.dumps({"id": job.id} | asdict(job), default=str) if options.json else job_line(job))
    return 0


def _with_job(act: Callable[[str], int], options: argparse.Namespace) -> int:
    """Do something with the job that the command line names."""
    if options.job != "last":
        return act(options.job)
    known = jobs.all_jobs()
    if not known:
        raise JobError(f"There are no jobs. Start one: {PROGRAM} train")
    return act(known[0].id)


def _follow(job_id: str) -> int:
    return follow_search(job_id) if jobs.find(job_id).kind == TUNE else follow(job_id)


def _stop(job_id: str) -> int:
    print(job_line(jobs.stop(job_id, KEEPER)))
    return 0


def _cancel(job_id: str) -> int:
    jobs.cancel(job_id, KEEPER)
    print(job_line(ended_job(job_id)))  # a worker that does not end by itself is killed while somebody looks
    return 0


def _resume(job_id: str) -> int:
    print(job_line(jobs.resume(job_id, KEEPER)))
    return 0


def _remove(job_id: str) -> int:
    jobs.find(job_id)  # to remove what is not there is no error, to mistype an id is one
    can_return = jobs.remove(job_id, KEEPER)
    advice = f"; for a day it can be brought back: {PROGRAM} jobs restore {job_id}" if can_return else ""
    print(f"{job_id}  removed{advice}")
    return 0


def _restore(job_id: str) -> int:
    print(job_line(jobs.restore(job_id, KEEPER)))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from mnist_core.readings.evaluation import fresh_evaluation

    evaluations = [fresh_evaluation(options.model, name, download=True) for name in options.data]
    if options.json:
        print(json.dumps({each.dataset: each.to_json() for each in evaluations}))
    elif options.html:
        _write_report(options.model, evaluations, options.html)
        print(f"Written to {options.html}")
    else:
        print("\n".join(map(_evaluation_lines, evaluations)))
    return 0


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


def _export(options: argparse.Namespace) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if options.output.exists() and not options.overwrite:
        raise BundleError(f"{options.output} is there already. Choose another --output, or give --overwrite.")

    from mnist_core.model.export import export_model

    print("\n".join(export_model(options.model, options.output)))
    print(f"Written to {options.output}")
    return 0
