"""Cameras of the simulated cell."""
