"""The built-in model: measured eyes, a small transformer, a flow-matching action expert."""
