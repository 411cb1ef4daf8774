"""What screening must not show: the people a bounty names, and how to reach a minor who offers himself.

The offsets stay, the words go; whoever shows or keeps a text masks it where its evidence is masked (`masked_text`).
"""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from flocon_detectors.evidence import Evidence

MASK: Final = "▒▒▒"
"""Stands where something must not be shown."""


def hide(evidence: Sequence[Evidence], *, protected: bool) -> tuple[Evidence, ...]:
    """The evidence with what must not be shown masked.

    Args:
        evidence: what was found.
        protected: the post is a minor's offer of himself: contacts are masked too.
    """
    named = [item for item in evidence if item.signal == "safeguard.threat_to_life"]
    return tuple(
        msgspec.structs.replace(item, text=MASK, original=MASK)
        if any(_overlap(item, name) for name in named) or (protected and item.signal.startswith("contact."))
        else item
        for item in evidence
    )


def is_protected(rules: Collection[str], safeguard: Collection[str]) -> bool:
    """Whether a post is a minor's offer of himself: a child to protect, never a suspect."""
    return "minor" in safeguard and "recruit.self_offer" in rules


def masked_text(text: str, evidence: Sequence[Evidence], part: str = "text") -> str:
    """A part of the post with its masked spans masked."""
    spans = {(item.start, item.end) for item in evidence if item.part == part and item.original == MASK}
    at = len(text)
    for start, end in sorted(spans, reverse=True):
        if end <= at or start < at:
            text = text[:start] + MASK + text[min(end, at) :]
            at = start
    return text


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.part == other.part and one.start < other.end and other.start < one.end
