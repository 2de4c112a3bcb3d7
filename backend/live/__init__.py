"""Everything that moves, pushed to open pages."""
