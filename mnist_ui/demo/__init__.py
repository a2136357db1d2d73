"""The demo for a room, and the challenge."""
