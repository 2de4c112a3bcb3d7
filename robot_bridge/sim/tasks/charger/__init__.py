"""Plugging a two-pronged charger into a socket that it hides itself."""
