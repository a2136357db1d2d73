"""Finding digits on pictures of paper and screens: the network, what it learns from, and its training.

What it has learned serves `mnist_core.numbers.finding`, which knows nothing of Keras.
"""
