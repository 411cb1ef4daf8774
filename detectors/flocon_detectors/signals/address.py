"""Street addresses (`31 avenue Foch`, `12 High Street`, `Hauptstraße 5`): a shop that can be found is a shop.

Only offers are excused by one; in an offer of violence an address is the target.
"""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_ADDRESS: Final = re.compile(
    r"(?<![\w,.])\d{1,3}\s?(?:bis|ter)?,?\s(?:rue|avenue|av\.?|boulevard|bd|place|quai|chemin|route|impasse|allee|cours)"
    r"\s(?:(?:de|du|des|la|le|les)\s|l'|d')*[a-z]{3,}"
    r"|(?<![\w,.])\d{1,3}\s[a-z]{3,}(?:\s[a-z]{3,})?\s(?:street|road|lane|avenue)(?![a-z])"
    r"|(?<![a-z])[a-z]{3,}(?:strasse|gatan|gata|gade|straat|katu)\s\d{1,3}(?![\d€])"
)


def detect(view: View) -> Iterator[Span]:
    """Each address, as `context.shop`."""
    for match in _ADDRESS.finditer(view.text):
        yield Span("context.shop", "-", match.start(), match.end())
