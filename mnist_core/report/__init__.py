"""The report: what is known of a model as one HTML file."""
