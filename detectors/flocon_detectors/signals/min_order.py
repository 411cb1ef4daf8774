"""Minimum orders: `min 50`, `minimum de commande 50€`, `50 minimum`, `min order £40`."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_SUM: Final = r"[£$€]?\d{2,4}\s?(?:€|eur(?:os?)?|e\b|kr\b|£|g\b)?"
_WORD: Final = r"(?:mini(?:mum)?|min)"
_MINIMUM: Final = re.compile(
    rf"(?<![a-z0-9]){_WORD}\.?\s?(?:de\s)?(?:commande|order|livraison|bestelling)?\s?[:=]?\s?{_SUM}(?!\s?(?:min|h\b|ans))"
    rf"|(?<![\w,.]){_SUM}\s?(?:de\s)?minimum(?![a-z])"
)


def detect(view: View) -> Iterator[Span]:
    """Each minimum with its sum."""
    if "min" not in view.text:
        return
    for match in _MINIMUM.finditer(view.text):
        yield Span("listing.min_order", "M", match.start(), match.end())
