"""A model: how it is built, kept and used. Using one loads neither Keras nor TensorFlow."""
