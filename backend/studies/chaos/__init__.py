"""Kill the product's processes in mid-episode and count what was lost. `rlt chaos`."""
