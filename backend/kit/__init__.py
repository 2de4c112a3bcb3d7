"""Small things that every room needs: clock, ids, JSON."""
