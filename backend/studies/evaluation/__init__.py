"""Policies on the same fixed starts: success, speed, audits, and intervals around all of it."""
