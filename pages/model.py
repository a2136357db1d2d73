"""What the network is, how well it reads, and how it learned."""

import streamlit as st

from mnist_core.model.bundle import model_folder, read_history
from mnist_core.training.config import TrainingConfig
from mnist_ui import resources, state
from mnist_ui.figures.answer import percent
from mnist_ui.figures.curves import training_curves
from mnist_ui.messages import explained

DESCRIPTIONS = {
    "mnist": "MNIST test: 10,000 digits that it has never seen",
    "pen-digits": "Pen strokes of 14 writers whom it has never seen",
    "uci-digits": "Digits scanned at 8 x 8 pixels, which it was not trained for",
}

st.title("The network that reads", anchor=False)

with explained():
    name = state.model_name()
    _, card = resources.model(name)
    st.write(
        f"**{card.name}** has {card.parameters:,} weights. It learned from {' and '.join(TrainingConfig.from_json(card.config).data)} in "
        f"{card.epochs} rounds (epochs), {card.seconds / 60:.0f} minutes in all."
    )
    st.subheader("How often it is right", anchor=False)
    for column, (dataset, score) in zip(st.columns(len(card.scores)), card.scores.items(), strict=True):
        column.metric(DESCRIPTIONS.get(dataset, dataset), percent(score.accuracy), border=True)
        column.caption(
            f"{score.errors} of {score.images:,} wrong. With 95 % confidence between {percent(score.low)} and "
            f"{percent(score.high)}."
        )
    st.subheader("How it learned", anchor=False)
    st.plotly_chart(training_curves(read_history(model_folder(name), card)))
    st.caption(
        "One epoch shows it every training image once. Training images are turned, bent and redrawn at random, which "
        "makes them harder than the untouched validation images: that is why the validation curve can be the better one."
    )
