"""Explore: the images of a dataset, found, browsed and looked at; the odd, the doubtful, the whole."""
