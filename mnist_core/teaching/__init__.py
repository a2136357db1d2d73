"""Teaching a model single drawings, and taking home what was taught."""
