"""The legal limit of THC as shops of legal hemp must state it (`<0,3 % THC`, `THC < 0.2%`)."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_LIMIT: Final = re.compile(
    r"(?:<|inferieur a|moins de|under|max\.?|below)?\s?0[.,][0-3]\d?\s?%\s?(?:de\s)?thc|thc\s?(?:<|inferieur a|:|moins de|under|max\.?)?\s?0[.,][0-3]\d?\s?%"
)


def detect(view: View) -> Iterator[Span]:
    """Each statement of the limit, as `context.cbd_legal`."""
    if "thc" not in view.text:
        return
    for match in _LIMIT.finditer(view.text):
        yield Span("context.cbd_legal", "-", match.start(), match.end())
