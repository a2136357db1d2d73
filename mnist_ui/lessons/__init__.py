"""Lessons: the page that has them, the bar that leads through one on all pages, and what is checked."""
