"""Maps of a dataset: places in two or three dimensions, how far they can be trusted, and the film of a training."""
