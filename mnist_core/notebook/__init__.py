"""What was done here as a notebook or a script that runs without this app: plain Keras, numpy and matplotlib."""
