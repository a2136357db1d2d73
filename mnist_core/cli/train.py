"""Commands that train: `train`, and the way from options to a run."""

import argparse
import os
from pathlib import Path

from mnist_core.cli.data import OrOwn
from mnist_core.cli.following import epoch_line, follow, model_summary, told_start
from mnist_core.datasets import TRAINABLE
from mnist_core.errors import BundleError, ConfigError
from mnist_core.extras import TRAIN, check_installed
from mnist_core.model.bundle import SHIPPED, model_folder, read_card
from mnist_core.training.config import TrainingConfig
from mnist_core.training.presets import PRESETS, config_from_parameters
from mnist_core.training.run_settings import RunSettings, start_run


def add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that trains."""
    train = commands.add_parser("train", help="start a job that trains a model and measures it on the test images")
    train.add_argument("--preset", choices=PRESETS, default="handwriting", help="settings to start from (%(default)s)")
    train.add_argument("--name", help="the model's name (the preset's)")
    train.add_argument("--data", nargs="+", choices=OrOwn(TRAINABLE), help="datasets to learn from (the preset's)")
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
    check_installed(TRAIN)
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
