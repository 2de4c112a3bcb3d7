"""Robots: their bridges' control sessions, leases, commands and pictures."""
