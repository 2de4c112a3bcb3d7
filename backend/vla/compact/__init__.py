"""The built-in model: convolutional eyes, a small transformer, a flow-matching action expert."""
