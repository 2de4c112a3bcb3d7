"""An automatic operator for simulated robots: a client of the API like any person.

It works under an account of its own, and its labels are always marked as automatic.
"""
