"""Draw: where drawings come from, how they are prepared, and why they are read as they are."""
