"""The address of the collected drawings: `?of=mine&said=3,none&right=no&page=2`. It names no person."""

from mnist_ui.address import PAGE, PART, Address

OF, SAID, READ, RIGHT, SINCE, CODE, DRAWING = "of", "said", "read", "right", "since", "code", "drawing"

DRAWINGS_ADDRESS = Address("drawings", (OF, PART, SAID, READ, RIGHT, SINCE, CODE, PAGE, DRAWING))
