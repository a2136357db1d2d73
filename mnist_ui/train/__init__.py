"""Train: a run chosen, watched and ended, and the models that came of them."""
