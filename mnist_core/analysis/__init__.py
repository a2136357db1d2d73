"""What is known of a model once it is trained."""
