"""Simulated robots driven turn by turn, as fast as they can be computed, to the last bit alike."""
