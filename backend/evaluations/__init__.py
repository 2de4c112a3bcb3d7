"""Checkpoints on fixed simulated starts: asked for, followed and cancelled by people."""
