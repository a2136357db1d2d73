"""Which version this is; the package, its command and the citation say the same."""

__version__ = "0.7.0"
