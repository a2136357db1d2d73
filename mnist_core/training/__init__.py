"""Training: what a run depends on, what it learns from, and the loop."""
