"""Studies on the running product: faults, delays, comparisons. The tables people quote come from here.

A study starts the product as a user would (`rlt up`) and works through its public API.
"""
