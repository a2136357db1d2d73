"""Which labels of a dataset are wrong: networks read what they have not learned from."""
