"""How it works: the walk through the network, and the glossary."""
