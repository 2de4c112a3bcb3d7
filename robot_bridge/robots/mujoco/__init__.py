"""The simulated arm as a robot driver."""
