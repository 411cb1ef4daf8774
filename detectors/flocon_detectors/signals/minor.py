"""Ages below 18 written as a number (`16 ans`, `17 yo`): beside a job of the trade, a child to protect."""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_AGE: Final = re.compile(
    r"(?<![\w,.])1[2-7]\s?(?:-\s?1[2-7]\s?)?(?:ans?|yo|y/o|years? old|ar\b|jahre|jaar|arig)(?![a-z])"
)


_SEEKS: Final = re.compile(
    r"(?:^|(?<=[\n.!?,;])|j'ai|moi|mec de|meuf de|jeune de|mineur de|im|i'm|i am)\s{0,2}1[2-7]\s?(?:ans?|yo|y/o|years? old)"
    r"[ ,]{1,3}(?:et )?(?:je )?(?:cherche|recherche|veux|suis (?:chaud|deter|motive)|looking for|need)(?![a-z])"
)


def detect(view: View) -> Iterator[Span]:
    """Each such age, as `safeguard.minor`; and who writes of himself and seeks, as `recruit.self_offer`."""
    for match in _SEEKS.finditer(view.text):
        yield Span("recruit.self_offer", "J", match.start(), match.end())
    for match in _AGE.finditer(view.text):
        yield Span("safeguard.minor", "-", match.start(), match.end())
