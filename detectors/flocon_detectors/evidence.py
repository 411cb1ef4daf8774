"""Evidence: what a detector saw, where, and in which group it counts.

Decisions are made on *groups*, never on one signal alone. The letters are those used by the decision rules
(`config/decisions.yaml`) and in every output line.
"""

from typing import Final

import msgspec

GROUPS: Final = {
    "P": "product (code or term)",
    "Q": "quantity with price",
    "C": "contact or pull to another app",
    "L": "logistics: delivery, hours, area",
    "M": "merchandising: menu, promotion, loyalty, quality, reviews",
    "A": "availability",
    "Y": "payment",
    "J": "job or role",
    "W": "wage",
    "K": "perks or requirements",
    "V": "violent act",
    "T": "target, place or bounty",
    "S": "solicitation",
    "X": "game or pop-culture look (modifier)",
    "O": "obfuscation (modifier)",
    "-": "no group: contexts and safeguards",
}


class Evidence(msgspec.Struct, frozen=True, array_like=False):
    """One thing seen in one part of a post.

    Attributes:
        signal: name of the signal, such as `listing.price_grid`.
        group: one letter of `GROUPS`.
        part: role of the part of the post it stands in (`text`, `title`, `bio`, `alt`, …).
        start: first code point, counted in the original part.
        end: one past the last code point, counted in the original part.
        text: what was read: the canonical form.
        original: the same span as the author wrote it.
    """

    signal: str
    group: str
    part: str
    start: int
    end: int
    text: str
    original: str
