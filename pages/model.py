"""What the network is, how well it reads, and how it learned."""

import streamlit as st

from mnist_core.model.bundle import model_folder, read_history
from mnist_core.training.config import TrainingConfig
from mnist_ui import resources, state
from mnist_ui.figures.curves import training_curve
from mnist_ui.messages import explained
from mnist_ui.scores import show_scores

st.title("The network that reads", anchor=False)

with explained():
    name = state.model_name()
    _, card = resources.model(name)
    datasets = " and ".join(TrainingConfig.from_json(card.config).data)
    st.write(
        f"**{card.name}** has {card.parameters:,} weights. It learned from {datasets} in {card.epochs} rounds (epochs) "
        f"of training, {card.seconds / 60:.0f} minutes in all."
    )
    st.subheader("How often it is right", anchor=False)
    show_scores(card)
    if card.handwriting:
        st.subheader("How it reads other styles, pens and places", anchor=False)
        st.caption(
            "The strokes of the same 14 people, drawn in other ways. Slashes, bars, feet and hooks were added to their "
            "own strokes; photos and numbers were made of them."
        )
        share = st.column_config.ProgressColumn("read right", min_value=0.0, max_value=1.0, format="percent")
        st.dataframe(
            [
                {"drawn as": name, "share": score.accuracy, "of": score.images}
                for name, score in card.handwriting.items()
            ],
            column_config={"share": share},
            hide_index=True,
        )
    if card.non_digits:
        st.subheader("What it knows to be no digit", anchor=False)
        share = st.column_config.ProgressColumn("answered with doubt", min_value=0.0, max_value=1.0, format="percent")
        st.dataframe(
            [{"drawn": name, "share": found.rejected, "of": found.images} for name, found in card.non_digits.items()],
            column_config={"share": share},
            hide_index=True,
        )
    st.subheader("How it learned", anchor=False)
    history = read_history(model_folder(name), card)
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        column.plotly_chart(training_curve(history, measure), key=measure, config={"displayModeBar": False})
    st.caption(
        "One epoch shows it every training image once. Training images are turned, bent and redrawn at random. That "
        "makes them harder than the untouched validation images, whose curve can therefore be the better one."
    )
