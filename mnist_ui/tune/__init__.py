"""Tune: a search chosen and watched, its trials, and earlier searches."""
