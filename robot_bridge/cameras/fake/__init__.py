"""Drawn pictures of the fake robot's cell."""
