"""The gate: whether what one pass of the automaton saw could add up to evidence.

It answers from bits, for every post; what it turns away costs nothing more. It may let too much through, never too
little: what it passes is looked at by all detectors.
"""

import re
from collections.abc import Sequence
from typing import Final

from flocon_detectors.matcher import ALARM, AMBIGUOUS, GROUP_BIT, ILLICIT, MONEY, QUANTITY

Scanned = tuple[str, str, str, list[tuple[int, int, int]]]
"""A part that was scanned: role, text as written, word form, raw matches."""

IDENTITY_PARTS: Final = frozenset({"author_name", "bio"})
"""Parts that describe the account rather than the post; restricted codes count nowhere else."""

_SOLO: Final = GROUP_BIT["P"] | ILLICIT | ALARM
_BEYOND_CODES: Final = (
    ILLICIT | ALARM | QUANTITY | MONEY | GROUP_BIT["C"] | GROUP_BIT["Y"] | GROUP_BIT["V"] | GROUP_BIT["J"]
)
_DERIVABLE: Final = re.compile(r"[\d@_]|\.me/|\.gg/|tr\.ee/")
_VIOLENCE: Final = GROUP_BIT["V"]
_VIOLENCE_WITH: Final = GROUP_BIT["S"] | GROUP_BIT["T"] | MONEY
_PRICED: Final = MONEY | QUANTITY
_SERVICE: Final = GROUP_BIT["L"] | GROUP_BIT["M"] | GROUP_BIT["A"]
_STRUCTURE_WITH: Final = MONEY | GROUP_BIT["C"] | GROUP_BIT["L"] | GROUP_BIT["M"] | GROUP_BIT["A"]


def worth_a_look(mask: int) -> bool:
    """Whether codes with these bits could add up to evidence."""
    return bool(
        mask & _SOLO
        or (mask & _VIOLENCE and mask & _VIOLENCE_WITH)
        or (mask & QUANTITY and mask & _STRUCTURE_WITH)
        or (mask & GROUP_BIT["T"] and mask & MONEY)
        or (mask & AMBIGUOUS and mask & _PRICED)
        or mask & _SERVICE == _SERVICE
    )


def is_silent(scanned: Sequence[Scanned]) -> bool:
    """Whether the post itself says nothing: then a code in a name or bio cannot count (see `flocon_detectors.reading`)."""
    return not any(
        matches or _DERIVABLE.search(text) for part, text, _, matches in scanned if part not in IDENTITY_PARTS
    )


def could_derive(mask: int, scanned: Sequence[Scanned]) -> bool:
    """Whether detectors could add anything that matters to a decision.

    A product code among plain words is the commonest evidence and proves nothing: without a digit, a handle or a
    word of another group that a rule could use, no detector can change that, and none is run.
    """
    return bool(mask & _BEYOND_CODES) or any(_DERIVABLE.search(text) for _, text, _, _ in scanned)
