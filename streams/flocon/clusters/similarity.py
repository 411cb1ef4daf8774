"""How alike two posts are: Jaccard over masked words, each word weighted by how telling it is."""

from collections.abc import Callable, Iterable


class Weighed:
    """The words of one post with their weights, ready to be compared with many others.

    Args:
        tokens: its words.
        weight: weight of a word.

    Attributes:
        total: weight of all words. Sums are taken in sorted order, so that no last bit depends on that of a set.
    """

    def __init__(self, tokens: Iterable[str], weight: Callable[[str], float]) -> None:
        self._words = [(token, weight(token)) for token in sorted(tokens)]
        self.total = sum(value for _, value in self._words)

    def jaccard(self, other: frozenset[str], other_total: float) -> float:
        """Weight of the shared words over the weight of all words; 0 where none is shared.

        Args:
            other: the words of another post.
            other_total: its `total`.
        """
        shared = sum([value for token, value in self._words if token in other])
        return shared / (self.total + other_total - shared) if shared else 0.0
