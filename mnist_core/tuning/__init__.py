"""Hyperparameter search with Keras Tuner: what is tried, how a trial trains, and what has come of all of them."""
