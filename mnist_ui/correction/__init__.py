"""What a visitor says of the answers, what a model learns of that, and who the visitor is."""
