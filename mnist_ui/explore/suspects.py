"""Wrong labels?: the labels that networks doubt which have never learned from the image."""

import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.labels.check import LabelCheck
from mnist_core.labels.finding import LABELS
from mnist_core.labels.published import DATASET, PUBLISHED, SOURCE, published_among
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.reader.answer import percent
from mnist_core.types import Dataset
from mnist_ui import resources, waiting
from mnist_ui.choices import choose, choose_page
from mnist_ui.explore.address import AMONG, EXPLORE_ADDRESS, LIST_PAGE, SHOW_AS
from mnist_ui.explore.exploring import open_image
from mnist_ui.explore.quiz import published, show_quiz
from mnist_ui.explore.tiles import SIDE, split_words, title_of
from mnist_ui.gallery import gallery
from mnist_ui.state import reader

# Divides into full rows of 12, 10, 6, 5 or 4.
IN_PAGE = 60
FIRST = 50
LIST, QUIZ = "list", "quiz"
VIEWS = {LIST: N_("All of them"), QUIZ: N_("Quiz: the dataset, the model, or you?")}
TEST = "test"


def show_suspects(dataset: Dataset) -> None:
    """What the check of the labels found, as a list and as a quiz; or how to have them checked."""
    if "train" not in dataset.splits:
        st.info(
            _("These images are only to test with. No network learns from them, so none can doubt their labels."),
            icon=":material/info:",
        )
        return
    saying = _("Five networks learn, each from four fifths of the images, and read the rest.")
    check = waiting.found(LABELS, dataset, saying=saying, offer=_offer_check, can_stop=True)
    if check is None:
        return
    catalogue = resources.catalogue(dataset, reader.model_name())
    with st.container(horizontal=True):
        split = _choose_split(dataset)
        views = {name: _(words) for name, words in VIEWS.items()}
        view = choose(EXPLORE_ADDRESS, SHOW_AS, _("How to look at them"), list(views), words=views.__getitem__)
    found = check.suspects(split)
    if not len(found):
        st.success(_("Not one label is in doubt here."), icon=":material/check_circle:")
    elif view == QUIZ:
        show_quiz(catalogue, check, split, found)
    else:
        _show_list(catalogue, check, found, split)


def _offer_check() -> bool:
    """What a check of the labels is, and a button to begin it."""
    st.write(
        _(
            "People labelled these images, and people make mistakes. To find some, five small networks learn to read, "
            "each from four fifths of the training images, and then read those that they have not seen. Where they are "
            "sure of another digit than the label says, the label may be wrong. That takes a few minutes, once, and "
            "you can go on meanwhile."
        )
    )
    return st.button(_("Check the labels"), type="primary", icon=":material/fact_check:")


def _how(check: LabelCheck) -> str:
    """How suspects are found, in plain words."""
    return _(
        "To find them, {folds} networks learned to read, each from all training images but one part in {folds}, and "
        "then read that part. So every image was read by a network that had never seen it (test images by all of "
        "them). They read {accuracy} of the training images as labelled. The others are shown here, first those whose "
        "label the networks find least probable. There either the network is wrong, or the label."
    ).format(folds=check.made.folds, accuracy=percent(check.made.accuracy))


def _choose_split(dataset: Dataset) -> str:
    """Which images; the test images at first, which nobody learns from."""
    names = list(dataset.splits)
    first = TEST if TEST in names else names[0]
    return choose(EXPLORE_ADDRESS, AMONG, _("Which images"), names, first=first, words=split_words, forgets=[LIST_PAGE])


def _say_how_many(check: LabelCheck, found: Indices, split: str) -> None:
    """How many there are, and how many of those that people have published were found."""
    images = len(range(len(check.dataset))[check.dataset.splits[split]])
    message = _("Of {count} images, **{found}** are read as something else than their label.")
    said = [message.format(count=number(images), found=number(len(found)))]
    if check.dataset.name == DATASET and split == TEST:
        message = _(
            "People have looked for wrong test labels, too, and published {published} that are wrong or cannot be "
            "decided. **{among} of these** are among the first {first} here."
        )
        among = published_among(check, FIRST)
        said.append(message.format(published=len(PUBLISHED), among=among, first=FIRST))
    elif found.size:
        said.append(_("Most of them are merely hard to read, further down more and more."))
    st.write(" ".join(said))


def _show_list(catalogue: Catalogue, check: LabelCheck, found: Indices, split: str) -> None:
    """A page of the suspects, each a way to all that is known of it, and all of them as a table."""
    st.write(_how(check))
    _say_how_many(check, found, split)
    is_published = catalogue.dataset.name == DATASET and split == TEST
    page = choose_page(EXPLORE_ADDRESS, len(found), IN_PAGE, f"{catalogue.dataset.name}-{split}", LIST_PAGE)
    shown = found[page].tolist()
    gallery(
        catalogue.dataset.images[shown],
        [_caption(check, index) for index in shown],
        ["doubt" if published(check, index) else "" for index in shown],
        key="suspects-grid",
        title=_("Labels in doubt, the most doubtful first"),
        spoken=[_sentence(catalogue, check, index) for index in shown],
        side=SIDE,
        on_pick=lambda position: open_image(catalogue, shown[position]),
    )
    said = [
        _(
            "Below each image: its label → what the networks read, and how sure they are. Click one to see all about "
            "it. The method is confident learning (Northcutt, Jiang and Chuang, JAIR 70, 2021) with the library "
            "cleanlab."
        )
    ]
    if is_published:
        said.append(_("A dotted frame: published as wrong or undecidable ({source}).").format(source=SOURCE))
    st.caption(" ".join(said))
    with st.expander(_("As a table"), icon=":material/table:"):
        _show_table(catalogue, check, found)


def _show_table(catalogue: Catalogue, check: LabelCheck, found: Indices) -> None:
    """All suspects with both probabilities."""
    share = st.column_config.NumberColumn(format="percent")
    names = _("its probability"), _("the other's probability")
    st.dataframe(
        {
            _("image"): [catalogue.name(index) for index in found.tolist()],
            _("label"): check.dataset.labels[found],
            names[0]: check.given_probability[found],
            _("read as"): check.suggested[found],
            names[1]: check.suggested_probability[found],
        },
        column_config=dict.fromkeys(names, share),
        hide_index=True,
    )


def _caption(check: LabelCheck, index: int) -> str:
    """Label, suggestion, and how sure the networks are of that."""
    sure = min(round(100 * float(check.suggested_probability[index])), 99)  # a network is never certain
    return f"{check.dataset.labels[index]} → {check.suggested[index]}  {sure} %"


def _sentence(catalogue: Catalogue, check: LabelCheck, index: int) -> str:
    """What the label says and what the networks say."""
    return _("{image}: labelled {label} ({probability} probable), read as {read} ({sure}).").format(
        image=title_of(catalogue, index),
        label=check.dataset.labels[index],
        probability=percent(float(check.given_probability[index])),
        read=check.suggested[index],
        sure=percent(float(check.suggested_probability[index])),
    )
