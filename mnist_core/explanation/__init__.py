"""Why a model answers as it does: hidden patches, changed ink, and the drawing that would be read otherwise."""
