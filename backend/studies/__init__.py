"""Studies on the running product: faults, delays, comparisons. Their tables are what people quote.

A study starts the product as a user would (`rlt up`) and works through its public API.
"""
