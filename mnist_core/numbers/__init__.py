"""Numbers of several digits: the parts of a drawing, and the best way to make digits of them."""
