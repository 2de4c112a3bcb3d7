"""Judgements on episodes: append-only, correctable, each with its author."""
