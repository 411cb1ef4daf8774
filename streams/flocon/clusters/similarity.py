"""How alike two posts are: Jaccard over masked words, each word weighted by how telling it is."""

from collections.abc import Callable


def weighted_jaccard(left: frozenset[str], right: frozenset[str], weight: Callable[[str], float]) -> float:
    """Weight of the shared tokens over the weight of all tokens; 0 for two empty sets.

    Tokens are summed in sorted order, so that the last bit does not depend on the order of a set.
    """
    shared = left & right
    if not shared:
        return 0.0
    common = sum(map(weight, sorted(shared)))
    rest = sum(map(weight, sorted(left ^ right)))
    return common / (common + rest)
