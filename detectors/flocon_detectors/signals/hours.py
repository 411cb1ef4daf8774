"""Opening hours in numbers: `12h-00h`, `11h-minuit`, `18:00-02:00`, `10am-2am`. Words for hours are codes."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_HOUR: Final = r"(?:[01]?\d|2[0-4])\s?(?:h(?:[0-5]\d)?|:[0-5]\d|\s?[ap]m)"
_RANGE: Final = re.compile(
    rf"(?<![\w:]){_HOUR}\s?(?:-|>|/|a|au|jusqu'?a|to|till?|bis|tot|til)\s?(?:{_HOUR}|minuit|midi|midnight|late)(?![\w:])"
)


def detect(view: View) -> Iterator[Span]:
    """Each range of hours."""
    for match in _RANGE.finditer(view.text):
        yield Span("listing.hours", "L", match.start(), match.end(), re.sub(r"\s+", "", match.group()))
