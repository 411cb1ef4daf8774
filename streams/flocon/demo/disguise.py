"""What senders do to words that a filter might read: styled letters, zero-width marks, leet, spacing.

Only plain words are touched: a price, a handle or a number must stay readable to the buyer.
"""

import random
import re
from collections.abc import Callable
from typing import Final

from flocon.demo.grammar import pick

_WORD: Final = re.compile(r"(?<![\w@./#])[A-Za-z]{4,}(?![\w@./])")
_LEET: Final = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})
_STYLES: Final = ((0x1D400, 0x1D41A), (0x1D5D4, 0x1D5EE), (0x1D670, 0x1D68A))  # bold, sans bold, monospace
_ZERO_WIDTH: Final = "\u200b"


def disguise(text: str, rng: random.Random) -> str:
    """`text` with one trick played on up to three of its words, or on one of its lines."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    trick = pick((_styled, _zero_width, _leet, _spaced), rng)
    if trick is _styled:
        lines = text.split("\n")
        line = int(rng.random() * len(lines))
        lines[line] = _WORD.sub(lambda word: _styled(word[0], rng), lines[line])
        return "\n".join(lines)
    return _replaced(text, rng.sample(words, min(len(words), 1 + int(rng.random() * 3))), trick, rng)


def _replaced(
    text: str, words: list[re.Match[str]], trick: Callable[[str, random.Random], str], rng: random.Random
) -> str:
    for word in sorted(words, key=lambda found: -found.start()):
        text = text[: word.start()] + trick(word[0], rng) + text[word.end() :]
    return text


def _styled(word: str, rng: random.Random) -> str:
    upper, lower = pick(_STYLES, rng)
    return "".join(chr(upper + ord(c) - ord("A") if c.isupper() else lower + ord(c) - ord("a")) for c in word)


def _zero_width(word: str, rng: random.Random) -> str:
    at = 1 + int(rng.random() * (len(word) - 1))
    return word[:at] + _ZERO_WIDTH + word[at:]


def _leet(word: str, _: random.Random) -> str:
    return word.translate(_LEET)


def _spaced(word: str, rng: random.Random) -> str:
    return pick((" ", "."), rng).join(word)
