"""Recorded attempts: rows for lists, files for steps and pictures."""
