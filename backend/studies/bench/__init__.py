"""Figures of the running product: label delay, loop lateness. `rlt bench`."""
