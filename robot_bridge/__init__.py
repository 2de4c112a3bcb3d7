"""The robot side of the console: a 50 Hz process that owns one robot and its safety."""

__version__ = "0.1.0"
