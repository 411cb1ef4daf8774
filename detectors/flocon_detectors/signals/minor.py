"""Ages below 18 written as a number (`16 ans`, `17 yo`): beside a job of the trade, a child to protect."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_AGE: Final = re.compile(
    r"(?<![\w,.])1[2-7]\s?(?:-\s?1[2-7]\s?)?(?:ans?|yo|y/o|years? old|ar\b|jahre|jaar|arig)(?![a-z])"
)


def detect(view: View) -> Iterator[Span]:
    """Each such age, as `safeguard.minor`."""
    for match in _AGE.finditer(view.text):
        yield Span("safeguard.minor", "-", match.start(), match.end())
