"""Which robot and cameras make one cell. A driver is a module with the three names of `Driver`."""
