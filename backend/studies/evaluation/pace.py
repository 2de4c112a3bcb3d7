"""How the base policy is played when nothing learned plays it. Pure."""

BASE_EXECUTE = 20
"""Steps of a chunk of 50 that the base policy plays by itself, as the paper's does."""


def base_name(speed: float, execute: int) -> str:
    """What comparisons call the base policy at a pace."""
    return f"base x{speed:g} every {execute}"


BASE = base_name(1.0, BASE_EXECUTE)
"""The base policy as it was trained."""
