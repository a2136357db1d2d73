"""The reader in JavaScript, which reads strokes in a browser as this library does: its modules and what they need."""
