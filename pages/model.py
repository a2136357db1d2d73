"""What the network is, how well it reads, and how it learned."""

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import number, pgettext
from mnist_core.model.bundle import is_taught, model_folder, read_history
from mnist_core.readings.handwriting import condition_words
from mnist_core.training.config import TrainingConfig
from mnist_ui import resources
from mnist_ui.figures.curves import training_curve
from mnist_ui.messages import explained
from mnist_ui.reader_home import link_to_reader, offer_reader
from mnist_ui.scores import listed, show_reliability, show_scores
from mnist_ui.state import reader

st.title(_("The network that reads"), anchor=False)

with explained():
    name = reader.model_name()
    _recognizer, card = resources.model(name)
    st.write(
        _(
            "**{model}** has {weights} weights. It learned from {datasets} in {epochs} rounds (epochs) of training, "
            "{minutes} minutes in all."
        ).format(
            model=in_markdown(reader.shown_name(name) if is_taught(name) else card.name),
            weights=number(card.parameters),
            datasets=in_markdown(listed(TrainingConfig.from_json(card.config).data)),
            epochs=card.epochs,
            minutes=number(card.seconds / 60),
        )
    )
    with st.container(horizontal=True, gap="small"):
        offer_reader(name, "take-reader-home")
        link_to_reader(name)
    st.header(_("How often it is right"), anchor=False)
    show_scores(card)
    st.header(_("How often it is right when it is sure"), anchor=False)
    show_reliability(card)
    if card.handwriting:
        st.header(_("How it reads other styles, pens and places"), anchor=False)
        st.caption(
            _(
                "The strokes of the same 14 people, drawn in other ways. Slashes, bars, feet and hooks were added to "
                "their own strokes, and some parts written anew; photos and numbers were made of them."
            )
        )
        share = st.column_config.ProgressColumn(_("read right"), min_value=0.0, max_value=1.0, format="percent")
        st.dataframe(
            [
                {"drawn as": condition_words(name), "share": score.accuracy, "of": score.images}
                for name, score in card.handwriting.items()
            ],
            column_config={"drawn as": _("drawn as"), "share": share, "of": pgettext("so many images", "of")},
            hide_index=True,
        )
    if card.non_digits:
        st.header(_("What it knows to be no digit"), anchor=False)
        title = _("answered with doubt")
        share = st.column_config.ProgressColumn(title, min_value=0.0, max_value=1.0, format="percent")
        st.dataframe(
            [
                {"drawn": condition_words(name), "share": found.rejected, "of": found.images}
                for name, found in card.non_digits.items()
            ],
            column_config={"drawn": _("drawn"), "share": share, "of": pgettext("so many images", "of")},
            hide_index=True,
        )
    st.header(_("How it learned"), anchor=False)
    history = read_history(model_folder(name), card)
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        column.plotly_chart(training_curve(history, measure), key=measure, config={"displayModeBar": False})
    st.caption(
        _(
            "One epoch shows it every training image once. Training images are turned, bent and redrawn at random. "
            "That makes them harder than the untouched validation images, whose curve can therefore be the better one."
        )
    )
