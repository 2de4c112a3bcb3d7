"""Plays the evaluations that people asked for, one at a time and after everything else."""
