"""Reading the parts of a post that passed the gate: codes and detectors become spans, spans become evidence.

Two rules of this file decide what counts. A code that needs other groups counts only where they are present. And
what an account says of itself, its name and bio, completes an offer but does not make one: it counts as codes and
direct contacts only, and only where the post shows two groups itself. Snow in a post and "DMs open, Lille" in a bio
are no sale.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from flocon_detectors.evidence import Evidence
from flocon_detectors.gate import IDENTITY_PARTS
from flocon_detectors.matcher import Hit
from flocon_detectors.signals import (
    address,
    area,
    bounty,
    brand,
    cbd,
    contact,
    hours,
    layout,
    min_order,
    minor,
    price_grid,
    volume,
    wage,
)
from flocon_detectors.signals.view import Span, View

_OFFERS: Final = (
    price_grid.detect,
    layout.detect,
    hours.detect,
    area.detect,
    min_order.detect,
    cbd.detect,
    address.detect,
    volume.detect,
)
"""Detectors of offers; they find nothing in a text without a digit."""
_TRADE: Final = (wage.detect, bounty.detect, minor.detect)
"""Detectors of jobs and violence: they find nothing without a digit, and matter only beside a role, act or target."""
_WORDS: Final = (contact.detect, brand.detect)
DETECTORS: Final = (*_WORDS, *_OFFERS, *_TRADE)
"""Every detector."""
_DIGIT: Final = re.compile(r"\d")

_TRADE_GROUPS: Final = frozenset("JVT")
_OWN_GROUPS: Final = 2
"""Groups a post must show itself before names and bios count."""


class Reading:
    """One part of a post with the spans found in it.

    Args:
        part: its role.
        text: as written.
        hits: codes found in it.
        derive: whether detectors are run; without them only codes count.
        trade: whether the post holds a role, an act or a target.

    Attributes:
        view: the prepared part.
        codes: the span of each of `view.hits`.
        derived: what detectors found.
    """

    def __init__(self, part: str, text: str, hits: list[Hit], *, derive: bool, trade: bool) -> None:
        self.view = View(part, text, _outermost(hits))
        self.codes = [Span(hit.entry.signal, hit.entry.group, hit.start, hit.end) for hit in self.view.hits]
        self.derived: list[Span] = []
        if derive:
            numbers = (*_OFFERS, *(_TRADE if trade else ())) if _DIGIT.search(self.view.text) else ()
            self.derived = [span for detect in (*_WORDS, *numbers) for span in detect(self.view)]

    def reduce_to_identity(self) -> None:
        """Keep codes of products and direct contacts only."""
        self.view.hits = [hit for hit in self.view.hits if hit.entry.group == "P"]
        self.codes = [span for span in self.codes if span.group == "P"]
        self.derived = [span for span in self.derived if span.group == "C"]

    def kept(self, groups: set[str]) -> list[Span]:
        """The spans that count, given the groups present."""
        codes = zip(self.view.hits, self.codes, strict=True)
        return [span for hit, span in codes if _is_met(hit, groups)] + self.derived


def read(parts: Iterable[tuple[str, str, list[Hit]]], *, derive: bool) -> list[Reading]:
    """Read the parts of a post: its own first, then its author's where they may count.

    Args:
        parts: role, text and code hits of each part.
        derive: whether detectors are run.
    """
    parts = list(parts)
    trade = any(hit.entry.group in _TRADE_GROUPS for _, _, hits in parts for hit in hits)
    readings = [Reading(*part, derive=derive, trade=trade) for part in parts if part[0] not in IDENTITY_PARTS]
    shown = {span.group for reading in readings for span in chain(reading.codes, reading.derived)}
    if len(shown - {"-", "O", "X"}) >= _OWN_GROUPS:
        for part in parts:
            if part[0] in IDENTITY_PARTS:
                reading = Reading(*part, derive=derive, trade=trade)
                reading.reduce_to_identity()
                readings.append(reading)
    return readings


def groups_of(readings: Sequence[Reading]) -> set[str]:
    """Letters of the groups present, once codes that need other groups have been settled."""
    groups = {span.group for reading in readings for span in reading.derived}
    hits = [hit for reading in readings for hit in reading.view.hits]
    while new := {hit.entry.group for hit in hits if _is_met(hit, groups)} - groups:
        groups |= new
    return groups


def illicit_of(readings: Sequence[Reading], groups: set[str]) -> set[str]:
    """Letters of the groups in which a counting word names the crime itself."""
    hits = (hit for reading in readings for hit in reading.view.hits)
    return {hit.entry.group for hit in hits if hit.entry.illicit and _is_met(hit, groups)}


def _is_met(hit: Hit, groups: set[str]) -> bool:
    return all(need in groups for need in hit.entry.needs)


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Without hits that stand inside a longer hit of the same group (`coffee` in `coffee shop`)."""
    kept: list[Hit] = []
    reach: dict[str, int] = {}
    for hit in hits:  # in order of text, longest first
        if hit.end > reach.get(hit.entry.group, -1):
            reach[hit.entry.group] = hit.end
            kept.append(hit)
        elif any(other.start == hit.start and other.end == hit.end for other in kept[-3:]):
            kept.append(hit)
    return kept


def evidence_of(readings: Sequence[Reading], groups: set[str]) -> tuple[Evidence, ...]:
    """What counts, in order of text, with spans in the original; each thing once."""
    evidence: dict[tuple[str, str, int, int], Evidence] = {}
    for reading in readings:
        view = reading.view
        original = view.canonical.original
        for span in sorted(reading.kept(groups), key=lambda span: (span.start, span.end, span.signal)):
            start, end = view.canonical.span(span.start, span.end)
            text = span.value or view.text[span.start : span.end].strip()
            key = (span.signal, view.part, start, end)
            evidence.setdefault(
                key, Evidence(span.signal, span.group, view.part, start, end, text, original[start:end])
            )
    return tuple(evidence.values())
