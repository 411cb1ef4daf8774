"""What a detector is given, and what it gives back."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from flocon_detectors.matcher import Hit
from flocon_detectors.signals.rungs import Rung, find_rungs
from flocon_detectors.text import Canonical


class Span(NamedTuple):
    """A signal in canonical text; `value` is its normal form where that differs from what stands there."""

    signal: str
    group: str
    start: int
    end: int
    value: str | None = None


class View:
    """One part of a post, prepared once for all detectors.

    Args:
        part: role of the part (`text`, `title`, `bio`, …).
        original: the part as written.
        hits: the codes found in it.
    """

    def __init__(self, part: str, original: str, hits: Sequence[Hit]) -> None:
        self.part = part
        self.canonical = Canonical(original)
        self.text = self.canonical.text
        self.hits = list(hits)

    @cached_property
    def rungs(self) -> list[Rung]:
        """Quantities with their price, in order of text."""
        return find_rungs(self.text)

    def has(self, signal: str) -> bool:
        """Whether a code of this signal stands in the part."""
        return any(hit.entry.signal == signal for hit in self.hits)
