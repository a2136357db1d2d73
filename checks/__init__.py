"""What `make check` looks for in the sources, beside format, lint, types and imports; the bill of materials."""
