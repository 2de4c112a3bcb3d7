"""People, automatic accounts, their sessions and tokens."""
