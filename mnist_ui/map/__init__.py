"""Map: digits as points, the own drawing among them, new maps and what can be taken away."""
