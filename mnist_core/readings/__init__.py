"""What a model makes of images, and what follows from it: measures, confusions, comparisons, neighbours."""
