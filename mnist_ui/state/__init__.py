"""What a visitor's session holds: its keys, and the records that live under them."""
