"""Plugging an RJ45-like plug into a jack: 0.15 mm of play on each side."""
