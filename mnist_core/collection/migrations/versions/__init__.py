"""One module for each step. A step that has been shipped is never changed: the next one is added."""
