"""Driving an M3 screw with a powered bit on a long lever."""
