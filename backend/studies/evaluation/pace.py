"""How the base policy is played when nothing learned plays it. Pure."""

BASE_EXECUTE = 20
"""Steps of a chunk of 50 that the base policy plays by itself, as the paper's does."""
FASTER = (1.0, 1.5, 2.0)
"""Speeds at which it is played when it is re-planned as often as an actor."""


def base_name(speed: float, execute: int) -> str:
    """What comparisons call the base policy at a pace."""
    return f"base x{speed:g} every {execute}"


def base_paces(speed: float, execute: int) -> list[tuple[float, int]]:
    """All paces that an actor with this reference has to beat: the base's own, then faster ones."""
    faster = [(one, execute) for one in sorted({*FASTER, speed})]
    return list(dict.fromkeys([(1.0, BASE_EXECUTE), *faster]))


BASE = base_name(1.0, BASE_EXECUTE)
"""The base policy by itself."""
