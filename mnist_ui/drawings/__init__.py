"""Drawings: what was collected, for whom, and what can be done with it."""
