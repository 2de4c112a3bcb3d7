"""A kinematic robot without physics, for tests and for trying the console."""
