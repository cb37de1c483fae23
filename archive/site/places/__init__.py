"""Districts, provinces and school years: what the archive holds of each, when, and why a cell is empty."""
