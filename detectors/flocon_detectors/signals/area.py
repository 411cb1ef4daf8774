"""Areas in numbers: departments and postcodes served (`secteur 75/92/93`, `livraison 69`). Cities are codes."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_DEPARTMENT: Final = r"(?:0[1-9]|[1-8]\d|9[0-5]|97[1-6]|2[ab])"
_LIST: Final = re.compile(
    rf"(?<![\w/.,:+])(?:{_DEPARTMENT}(?:\s?[/|\-,+]\s?|\s?(?:et|&)\s?)){{1,12}}{_DEPARTMENT}(?![\w/.,:]|\s?(?:€|g\b|h\b|%|ou\b|or\b))"
)
_SINGLE: Final = re.compile(
    rf"(?<![a-z])(?:secteurs?|zones?|dep(?:artements?)?|livraisons?|livre|sur le|dans le|partout (?:dans|sur) le)\s?:?\s?(?:{_DEPARTMENT}(?:\d{{3}})?)(?![\w€%/]|\s?(?:€|g\b|h\b|eur|min))"
)


def detect(view: View) -> Iterator[Span]:
    """Each list of two or more departments, or one number after a word for an area."""
    text = view.text
    for match in _LIST.finditer(text):
        # `75/92/93` is how sellers write; numbers set apart in other ways are areas only beside a delivery
        if match.group().count("/") >= 1 or view.has("listing.delivery"):
            yield Span("listing.area", "L", match.start(), match.end())
    for match in _SINGLE.finditer(text):
        yield Span("listing.area", "L", match.start(), match.end())
