"""What is to be done: instruction, words for failures, reference figures."""
