"""Layout of a menu: lines that begin with an emoji and hold a price, whatever the emoji means (emoji as bullet)."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors import emojis
from flocon_detectors.signals.view import Span, View

_PRICE: Final = re.compile(
    r"\d{1,4}(?:[.,]\d{1,2})?\s?(?:€|eur|e\b|£|\$|kr\b|,-|:-|balles)|[£$€]\s?\d|\d\s?gr?\b"
)
_LINES: Final = 3


def detect(view: View) -> Iterator[Span]:
    """A run of three or more such lines, as one menu."""
    characters = emojis.emoji_chars()
    start = end = position = 0
    lines = 0
    for line in view.text.split("\n"):
        stripped = line.lstrip(" -*•·>")
        if stripped and stripped[0] in characters and _PRICE.search(line):
            if not lines:
                start = position
            lines += 1
            end = position + len(line)
        elif stripped:
            if lines >= _LINES:
                yield Span("listing.menu", "M", start, end)
            lines = 0
        position += len(line) + 1
    if lines >= _LINES:
        yield Span("listing.menu", "M", start, end)
