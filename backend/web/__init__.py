"""What all rooms share towards the browser: who is asking, what they may, how errors look."""
