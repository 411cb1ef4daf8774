"""Signal keys: the things a campaign cannot change at no cost, and the words by which two posts are compared.

Numbers, handles, links and hours are masked *before* words are compared, so that a new price or a new handle does
not make a new text. Near-duplicates are found by MinHash bands over the masked words (Broder 1997).
"""

import hashlib
import re
from functools import lru_cache
from itertools import chain
from typing import Final

import msgspec

from flocon.findings import Finding
from flocon_detectors import emojis
from flocon_detectors.hide import MASK
from flocon_detectors.signals.price_grid import is_ladder
from flocon_detectors.signals.rungs import find_rungs
from flocon_detectors.text import fold

MAX_KEYS: Final = 24
MAX_TOKENS: Final = 64
_BANDS: Final = 16
_ROWS: Final = 2
_HASHES: Final = _BANDS * _ROWS
_MIN_WORDS_FOR_BANDS: Final = 4
_COMBO: Final = 3
_LADDER: Final = 2

_SLOTS: Final = (
    (
        "url",
        re.compile(
            r"(?:https?://|www\.)\S+|(?<![a-z0-9])[a-z0-9\-]+\.(?:me|com|fr|org|net|example|link|gg)/\S*"
        ),
    ),
    ("phone", re.compile(r"(?<![\w+])\+?\d(?:[ .\-/()]?\d){8,14}(?!\d)")),
    (
        "handle",
        re.compile(
            r"@[a-z0-9_.\-]{2,32}|(?<![a-z0-9])(?=[a-z0-9_.\-]*[_\d])(?=[a-z0-9_.\-]*[a-z])[a-z0-9]+(?:[_.\-]+[a-z0-9]+)+"
        ),
    ),
    ("hours", re.compile(r"(?<!\w)\d{1,2}\s?h(?:\d{2})?(?!\w)|(?<!\w)\d{1,2}:\d{2}(?!\w)")),
    ("n", re.compile(r"\d+(?:[.,]\d+)*")),
)
_SLOT: Final = re.compile(r"\{\w+\}")
_WORD: Final = re.compile(r"[^\W_]+")
_STRONG: Final = {
    "contact.phone": "phone",
    "contact.invite_link": "invite",
    "contact.handle": "handle",
    "contact.qr": "qr",
}
_SHORTEST_STEM: Final = 4
_STEM: Final = re.compile(r"[\d_.\-]+$")


class Signals(msgspec.Struct, frozen=True):
    """What clusters see of a finding.

    Attributes:
        keys: at most `MAX_KEYS` signal keys, `type:value`.
        tokens: at most `MAX_TOKENS` masked words and emojis, sorted.
        emojis: the emojis among them.
        skeleton: hash of the masked text; equal for texts that differ in slots only.
    """

    keys: tuple[str, ...]
    tokens: frozenset[str]
    emojis: frozenset[str]
    skeleton: str


def masked(text: str) -> str:
    """Canonical text with its slots replaced by their names in braces."""
    canonical = fold(text)
    for name, pattern in _SLOTS:
        canonical = pattern.sub(f"{{{name}}}", canonical)
    return " ".join(canonical.split())


def signals_of(finding: Finding) -> Signals:
    """Signal keys and tokens of a finding. Pure: the same finding gives the same signals anywhere."""
    text = masked("\n".join(chain((finding.text,), (text for _, text in finding.parts))))
    symbols = [char for char in text if char in emojis.emoji_chars()]
    words = _WORD.findall(_SLOT.sub(" ", text))  # slots say nothing: every offer has them
    tokens = frozenset(sorted({*words, *symbols})[:MAX_TOKENS])
    keys: dict[str, None] = {}
    for item in finding.screening.evidence:
        kind = _STRONG.get(item.signal)
        if kind is not None and item.original != MASK:
            keys[f"{kind}:{item.text}"] = None
            stem = _STEM.sub("", item.text)
            if kind == "handle" and stem != item.text and len(stem) >= _SHORTEST_STEM:
                keys[f"stem:{stem}"] = None
        elif item.signal in {"listing.brand", "code.brand_pun"}:
            keys[f"brand:{' '.join(item.text.split())}"] = None
    rungs = [rung for rung in find_rungs(fold(finding.text)) if rung.plausible]
    if len(rungs) >= _LADDER and (is_ladder(rungs) or len(rungs) == _LADDER):
        ladder = sorted({f"{rung.amount:g}{rung.unit[0]}{rung.price:g}" for rung in rungs})
        keys[f"ladder:{'/'.join(ladder)}"] = None
    combo = sorted(set(symbols))
    if len(combo) >= _COMBO:
        keys[f"emojis:{''.join(combo)}"] = None
    if finding.author is not None:
        keys[f"author:{finding.author}"] = None
    if len(tokens) >= _MIN_WORDS_FOR_BANDS:
        for band, value in enumerate(_minhash_bands(tokens)):
            keys[f"b{band}:{value}"] = None
    skeleton = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Signals(tuple(keys)[:MAX_KEYS], tokens, frozenset(symbols), skeleton)


def _minhash_bands(tokens: frozenset[str]) -> list[str]:
    columns = map(min, zip(*(_hashes(token) for token in sorted(tokens)), strict=True))
    low = list(columns)
    return [f"{low[band * _ROWS]:x}.{low[band * _ROWS + 1]:x}" for band in range(_BANDS)]


@lru_cache(maxsize=20_000)
def _hashes(token: str) -> tuple[int, ...]:
    """`_HASHES` independent 32-bit hashes of a token: the words of two keyed BLAKE2b digests."""
    data = token.encode("utf-8", "replace")
    digest = b"".join(hashlib.blake2b(data, person=salt).digest() for salt in (b"flocon-a", b"flocon-b"))
    return tuple(int.from_bytes(digest[4 * i : 4 * i + 4]) for i in range(_HASHES))
