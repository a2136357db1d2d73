"""How it works: the words that the app uses."""
