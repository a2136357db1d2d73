"""Evaluate: how good a model is, where it fails, how sure and how robust, and better than what."""
