"""A model as one zip: for Keras and LiteRT, for people and, where TensorFlow is installed, in its forms."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from mnist_core.errors import BundleError, in_words
from mnist_core.extras import TRAIN, is_installed
from mnist_core.files import scratch_folder, write_zip, written_file
from mnist_core.model.bundle import CARD, files_of, is_taught, model_folder, verify_bundle
from mnist_core.model.markdown import card_in_markdown

CARD_IN_WORDS = "card.md"


def export_model(model: str | Path, target: Path) -> list[str]:
    """Write all that there is of a model to one zip file, in a folder named after it, or "taught".

    Keras, and so TensorFlow, makes the SavedModel and the ONNX file where it is installed: this is nothing for the web
    process.

    Parameters
    ----------
    model
        Its name, or its directory.
    target
        The zip file; one that is there is replaced, and stays whole until then.

    Returns
    -------
    The names of the files in it, in their order.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged, or the zip cannot be written. Nothing is then left of it.
    """
    folder = model_folder(model) if isinstance(model, str) else model
    card = verify_bundle(folder)
    text = "The zip could not be written to {target}: {error}. Free some space or choose another place, and try again."
    with (
        in_words(BundleError, text, target=target),
        written_file(target) as part,
        scratch_folder(target.parent, "export") as stage,
    ):
        # The name of a taught model is its visitor's secret, and the zip may be given away.
        top = Path(stage) / ("taught" if is_taught(folder.name) else folder.resolve().name)
        _copy(folder, top, (CARD, *files_of(card)))
        if is_installed(TRAIN):
            from mnist_core.model.conversion import convert

            convert(top)
        return _zipped(Path(stage), part)


def _copy(folder: Path, top: Path, names: Iterable[str]) -> None:
    """Copy the files of a model, and add its card in words."""
    top.mkdir()
    for name in names:
        shutil.copyfile(folder / name, top / name)
    card = verify_bundle(top)  # once more: the model may have been replaced meanwhile
    (top / CARD_IN_WORDS).write_text(card_in_markdown(card), encoding="utf-8")


def _zipped(stage: Path, target: Path) -> list[str]:
    """Zip the files below a folder, without their times: the same files give the same bytes."""
    files = {path.relative_to(stage).as_posix(): path for path in sorted(stage.rglob("*")) if path.is_file()}
    write_zip(target, ((name, path.read_bytes()) for name, path in files.items()))
    return list(files)
