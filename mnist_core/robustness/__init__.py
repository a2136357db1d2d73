"""How robust a model is: images that are made worse step by step."""
