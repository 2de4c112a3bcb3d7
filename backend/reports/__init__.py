"""The figures that people quote, computed from rows and defined in words beside the numbers."""
