"""Algorithms: each assembles the pieces of this package into something that learns."""
