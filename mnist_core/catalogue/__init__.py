"""The catalogue of a dataset: what is known of each image, how it is searched, and what all of them have in common."""
