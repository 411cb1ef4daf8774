"""Volumes with a price (`10 ml 6€`, `50cl : 12 €`): what is sold so is e-liquid, perfume or drink, in a shop."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_VOLUME: Final = re.compile(
    r"(?<![\w,.])\d{1,4}\s?(?:ml|cl)[ ]?[=:>-]?[ ]?\d{1,3}(?:[.,]\d{2})?\s?(?:€|eur|£|kr)"
)


def detect(view: View) -> Iterator[Span]:
    """Each of them, as `context.shop`."""
    if "ml" not in view.text and "cl" not in view.text:
        return
    for match in _VOLUME.finditer(view.text):
        yield Span("context.shop", "-", match.start(), match.end())
