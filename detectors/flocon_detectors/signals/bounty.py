"""Price lists of violent acts, and names with sums on their heads.

A list that prices two or more acts is an offer by itself. A list that prices people (names or handles with a sum
in a real currency) is a threat to life, whoever wrote it: it goes to a human at once. Game money and the titles
of games and series do not count.
"""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_SUM: Final = re.compile(
    r"(?<![\w.,])[£$€]?\s?\d{1,3}(?:[ .,]?\d{3})*(?:[.,]\d)?\s?(?:k\b|mille\b|lax\b)?\s?(?:€|eur(?:os?)?\b|£|\$|kr\b|sek\b|dkk\b|nok\b|lax\b|k\b|mille\b)"
)
_HANDLE: Final = re.compile(r"@[A-Za-z0-9_.]{3,32}")
_NAME: Final = re.compile(r"(?<!\w)[A-ZÀ-Þ][a-zß-ÿ'’-]{2,}(?:\s+[A-ZÀ-Þ][a-zß-ÿ'’.-]*)+")
_ACTS: Final = 2
_TARGETS: Final = 2


def detect(view: View) -> Iterator[Span]:
    """A sum beside an act as reward (W), `violence.price_list` (S) for priced acts, `violence.bounty` (T) for people."""
    acts = sorted({hit.start for hit in view.hits if hit.entry.signal == "violence.act"})
    bounty = any(hit.entry.signal in {"violence.bounty", "violence.act"} for hit in view.hits)
    if not bounty:
        return
    fiction = any(hit.entry.group == "X" or hit.entry.signal == "context.gaming" for hit in view.hits)
    if acts:
        for reward in _SUM.finditer(view.text):
            yield Span("recruit.pay", "W", reward.start(), reward.end())
    priced_acts: list[tuple[int, int]] = []
    priced_people: list[tuple[int, int]] = []
    position = 0
    for line in re.split(r"(?<=[\n;])", view.text):
        end = position + len(line)
        amount = _SUM.search(line)
        if amount:
            if any(position <= act < end for act in acts):
                priced_acts.append((position, end))
            start, stop = view.canonical.span(position, end)
            written = view.canonical.original[start:stop]
            if _HANDLE.search(written) or _NAME.search(written):
                priced_people.append((position, end))
        position = end
    if len(priced_acts) >= _ACTS:
        yield Span("violence.price_list", "S", priced_acts[0][0], priced_acts[-1][1])
    if len(priced_people) >= _TARGETS and not fiction:
        yield Span("violence.bounty", "T", priced_people[0][0], priced_people[-1][1])
        yield Span("safeguard.threat_to_life", "-", priced_people[0][0], priced_people[-1][1])
