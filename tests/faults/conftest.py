"""Faults and attacks: on this machine alone, and bounded in count and time."""

from tests.browser.conftest import browser

__all__ = ["browser"]
