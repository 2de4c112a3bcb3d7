"""Threading the tail of a zip tie through its head until the ratchet holds."""
