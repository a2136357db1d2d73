"""The chart: an atlas as the browser shows it, with everything that its points can be coloured by."""

import contextlib

from mnist_core.datasets.own import is_own_name, is_shared
from mnist_core.datasets.registry import training_images
from mnist_core.errors import BundleError
from mnist_core.language import current
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.maps.answers import map_answers
from mnist_core.maps.embedding import Embedding
from mnist_core.model.bundle import graph_digest
from mnist_core.types import Dataset, Readings
from mnist_ui import resources
from mnist_ui.map.atlas import Sheets, layout_words
from mnist_ui.space import Colouring, Layout, SpaceView, You

BY_LABEL, BY_READING = N_("Which digit it is"), N_("What the network reads")
BY_RIGHT, BY_NOVELTY = N_("Right or wrong"), N_("Novelty")
# Where the screen is tall enough; the style sheet keeps the map within the first screen.
HEIGHT = 760


def chart(sheets: Sheets, answers: Readings | None, model: str, you: You | None) -> SpaceView:
    """An atlas as it is shown.

    Parameters
    ----------
    answers
        What a model makes of the images, if that is known.
    model
        Its name.
    you
        Where the visitor is.
    """
    atlas, main = sheets.atlas, sheets.main
    layouts = [
        _layout(info.id, layout_words(name, info), each)
        for (name, info), each in zip(atlas.layouts.items(), sheets.layouts, strict=True)
    ]
    return SpaceView(
        layouts=tuple(layouts),
        labels=main.labels,
        colourings=_colourings(sheets, answers, model),
        dataset=_served(main.config.dataset),
        indices=main.indices,
        first_test=training_images(main.config.dataset),
        read=answers.digits if answers else None,
        sure=answers.probability if answers else None,
        flat=_layout(atlas.flat.id, _("Flat"), sheets.flat) if atlas.flat and sheets.flat else None,
        you=you,
        height=HEIGHT,
        title=_("Map of digits"),
    )


def answers_of(sheets: Sheets, model: str) -> Readings | None:
    """What a model makes of the images of an atlas; None while that is not known.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged.
    """
    main = sheets.atlas.main.id
    with contextlib.suppress(LookupError):
        return resources.made(("answers", main, graph_digest(model)), lambda: _known_answers(sheets.main, model))
    return None


def _known_answers(embedding: Embedding, model: str) -> Readings:
    found = map_answers(embedding, model)
    if found is None:  # raised, as what is returned would be kept
        raise LookupError(f"{model} has not read the images of the map")
    return found


def _layout(map_id: str, name: str, embedding: Embedding) -> Layout:
    """The coordinates of a map, made ready for the browser once."""
    return resources.made(("layout", map_id, name), lambda: Layout(name, embedding.coordinates))


def _colourings(sheets: Sheets, answers: Readings | None, model: str) -> tuple[Colouring, ...]:
    """What the points can be coloured by."""
    main = sheets.atlas.main.id
    by_label = resources.made(("labels", main, current()), lambda: Colouring.of_digits(_(BY_LABEL), sheets.main.labels))
    if answers is None:
        return (by_label,)
    key = "colourings", main, graph_digest(model), current()
    return by_label, *resources.made(key, lambda: _by_answers(answers))


def _by_answers(answers: Readings) -> tuple[Colouring, ...]:
    """The colours that need a model."""
    return (
        Colouring.of_digits(_(BY_READING), answers.digits),
        Colouring.of_verdicts(_(BY_RIGHT), answers.is_right),
        Colouring.of_scale(_(BY_NOVELTY), answers.novelty, _("like what it learned from"), _("strange to it")),
    )


def images_of(embedding: Embedding) -> Dataset | None:
    """The dataset that a map is of, if it is on this machine."""
    name = embedding.config.dataset
    return resources.dataset(name) if resources.has_images(name) else None


def reader_name(embedding: Embedding, model: str) -> str | None:
    """The model that a map is of, by name: the one given if it is that; None if it is gone or has changed.

    A map of pixels is of none in particular: any will do.
    """
    for name in dict.fromkeys((model, embedding.config.model)):
        with contextlib.suppress(BundleError):
            if embedding.config.source == "pixels" or graph_digest(name) == embedding.graph:
                return name
    return None


def _served(name: str) -> str | None:
    """The dataset, if its pictures are served one by one; those of one that is not shared are served to nobody."""
    return name if resources.has_images(name) and (not is_own_name(name) or is_shared(name)) else None
