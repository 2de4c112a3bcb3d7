"""Campaigns of training and evaluation, their curves and checkpoints."""
