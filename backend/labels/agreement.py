"""How far two raters agree. Pure."""

from collections import Counter
from collections.abc import Collection

Pair = tuple[str, str]
"""What the first said, and what the second said."""


def kappa(pairs: Collection[Pair]) -> float | None:
    """Cohen's κ: agreement beyond chance; None when there is nothing, or nothing to agree beyond.

    κ = (p_o - p_e) / (1 - p_e), with p_e from each rater's own shares.
    """
    total = len(pairs)
    if total == 0:
        return None
    observed = sum(first == second for first, second in pairs) / total
    firsts = Counter(first for first, _ in pairs)
    seconds = Counter(second for _, second in pairs)
    chance = sum(firsts[word] * seconds[word] for word in firsts) / total**2
    return None if chance == 1 else (observed - chance) / (1 - chance)
