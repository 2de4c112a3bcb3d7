"""The built-in model: convolutional patches, a small transformer, a flow-matching action expert."""
