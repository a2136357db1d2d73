"""What the pages share and only they need."""
