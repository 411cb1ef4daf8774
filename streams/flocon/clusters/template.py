"""The description of a campaign: one of its posts with the changing parts named instead of shown."""

import re
from typing import Final

from flocon_detectors.evidence import Evidence

_SLOTS: Final = {
    "contact.handle": "handle",
    "contact.phone": "phone",
    "contact.invite_link": "link",
    "listing.price_grid": "prices",
    "listing.quantity": "price",
    "listing.hours": "hours",
    "listing.area": "area",
    "listing.min_order": "minimum",
    "recruit.pay": "pay",
    "violence.bounty": "targets",
    "safeguard.threat_to_life": "targets",
}
_URL: Final = re.compile(r"(?:https?://|www\.)\S+")
_LONGEST: Final = 280
_TITLE: Final = 90


def template_of(text: str, evidence: tuple[Evidence, ...]) -> str:
    """The text with its slots in braces, such as `❄️ {prices}, livraison {area} {hours}, snap {handle}`."""
    spans = sorted(
        (item.start, -item.end, _SLOTS[item.signal])
        for item in evidence
        if item.part == "text" and item.signal in _SLOTS
    )
    pieces: list[str] = []
    at = 0
    for start, negative_end, name in spans:
        if start >= at:
            pieces += (text[at:start], f"{{{name}}}")
            at = -negative_end
    pieces.append(text[at:])
    plain = _URL.sub("{url}", "".join(pieces))
    plain = re.sub(r"(\{\w+\})(?:[\s,/|·\-–]*\1)+", r"\1", " ".join(plain.split()))
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"


def title_of(template: str) -> str:
    """The template, short enough for a line of a list."""
    return template if len(template) <= _TITLE else template[: _TITLE - 1].rstrip() + "…"
