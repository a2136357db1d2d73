"""Faults and attacks: on this machine alone, and bounded in count and time."""

from tests.browser.conftest import browser, home

__all__ = ["browser", "home"]
