"""What `make check` looks for in the sources, beside format, lint, types and the direction of imports."""
