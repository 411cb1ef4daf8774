"""Canonical text: one spelling for all the ways of writing the same thing, with the way back to the original.

One table says what each code point becomes: compatibility forms are folded (NFKC), case and Latin accents go,
variation selectors, skin tones, zero-width characters and combining strikes vanish, each emoji stands between
blanks, typographic punctuation becomes plain. Because every code point is folded on its own, the fast path
(`str.translate`, no offsets) and the slow one (`Canonical`, offsets kept) cannot disagree.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Final

from flocon_detectors import emojis

ZWJ: Final = "\u200d"

_INVISIBLE: Final = frozenset(
    {
        0xAD,
        0x34F,
        0x61C,
        0x115F,
        0x1160,
        0x17B4,
        0x17B5,
        0x180E,
        0x200B,
        0x200C,
        0x2800,
        0x3164,
        0xFEFF,
        0xFFA0,
    }
    | set(range(0x180B, 0x180E))
    | set(range(0x200E, 0x2010))
    | set(range(0x202A, 0x202F))
    | set(range(0x2060, 0x2070))
    | set(range(0xFE00, 0xFE10))
    | set(range(0x1F3FB, 0x1F400))
    | set(range(0xE0000, 0xE1000))
)
"""Default-ignorable code points, blank look-alikes, selectors and skin tones: they change nothing one reads."""

_MARKS: Final = ((0x300, 0x370), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100), (0xFE20, 0xFE30))
"""Combining accents, strikes and enclosing keycaps; vowel signs of other scripts are letters and stay."""

_PLAIN: Final = {
    **dict.fromkeys("’‘ʼ‛`´′", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("→➡⇒➜➝", ">"),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    "×": "x",
    "ø": "o",
    "Ø": "o",
    "ł": "l",
    "Ł": "l",
    "đ": "d",
    "Đ": "d",
    "ð": "d",
    "Ð": "d",
    "þ": "th",
    "Þ": "th",
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "Œ": "oe",
    "ı": "i",
    "\r": " ",
    "\t": " ",
}

_NEGATIVE_LETTERS: Final = (0x1F150, 0x1F170)
"""First of the negative circled and squared letters, which NFKC leaves alone; four of them are emojis."""
_LATIN_END: Final = 0x250
_WORD_PUNCTUATION: Final = frozenset("_€£$")
"""Signs that stay in the word form: they are part of handles and prices."""


def _is_mark(point: int) -> bool:
    return any(low <= point < high for low, high in _MARKS)


def _fold(char: str) -> str:
    """What one code point becomes in canonical text."""
    point = ord(char)
    if point in _INVISIBLE or _is_mark(point):
        return ""
    if char in _PLAIN:
        return _PLAIN[char]
    if char in emojis.emoji_chars():
        return f" {char} "
    for first in _NEGATIVE_LETTERS:
        if first <= point < first + 26:
            return chr(ord("a") + point - first)
    return _fold_letter(char)


def _fold_letter(char: str) -> str:
    """Compatibility form and lower case; accents are dropped from Latin letters, other scripts keep theirs."""
    decomposed = unicodedata.normalize("NFKD", char)
    if ord(decomposed[0]) >= _LATIN_END:
        return unicodedata.normalize("NFKC", char).casefold()
    kept = "".join(c for c in decomposed if not _is_mark(ord(c)))
    return "".join(_PLAIN.get(c, c) for c in kept.casefold())


def _word(folded: str) -> str:
    """The word form of folded text: ASCII punctuation and line breaks become blanks, one for one."""
    return "".join(
        " " if c == "\n" or (c.isascii() and not c.isalnum() and c not in _WORD_PUNCTUATION) else c
        for c in folded
    )


class _FoldTable(dict[str, str]):
    """What code points become, filled as they are met (at most one entry each)."""

    def __missing__(self, char: str) -> str:
        folded = self[char] = _fold(char)
        return folded


_FOLDS: Final = _FoldTable()


class _WordTable(dict[str, str]):
    """Folding to the word form, filled as characters are met (at most one entry each)."""

    def __missing__(self, char: str) -> str:
        word = self[char] = _word(_FOLDS[char])
        return word


_WORDS: Final = _WordTable()
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")


@cache
def _ascii_words() -> bytes:
    """The word form of each ASCII byte, one for one; the bytes of other characters are their own."""
    return "".join(_WORDS[chr(point)] for point in range(0x80)).encode() + bytes(range(0x80, 0x100))


def _word_of(match: re.Match[str]) -> str:
    return _WORDS[match[0]]


@cache
def _stray_joiner() -> re.Pattern[str]:
    """A zero-width joiner that does not join two emojis."""
    emoji = "[" + re.escape("".join(sorted(emojis.emoji_chars()))) + "]"
    return re.compile(rf"(?<!{emoji} ){ZWJ}|{ZWJ}(?! {emoji})")


def word_form(text: str) -> str:
    """The word form of a text, with a blank at both ends: the hot path.

    Every word stands between blanks, every emoji too. Index `i` of the result is index `i - 1` of
    `Canonical(text).text`.
    """
    # Most of any text is ASCII, which bytes fold five times faster than characters do.
    words = text.encode("utf-8", "surrogatepass").translate(_ascii_words()).decode("utf-8", "surrogatepass")
    if not text.isascii():
        words = _BEYOND_ASCII.sub(_word_of, words)
    if ZWJ in words:
        words = _stray_joiner().sub("", words)
    return f" {words} "


class Canonical:
    """Canonical text with an exact way back.

    Attributes:
        original: the text as written.
        text: its canonical form, punctuation and line breaks kept.
    """

    __slots__ = ("_origins", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        pieces = [_FOLDS[char] for char in original]
        text = "".join(pieces)
        origins = [index for index, piece in enumerate(pieces) for _ in piece]
        if ZWJ in text:
            strays = {match.start() for match in _stray_joiner().finditer(_word(text))}
            text = "".join(c for i, c in enumerate(text) if i not in strays)
            origins = [origin for i, origin in enumerate(origins) if i not in strays]
        self.text = text
        self._origins = origins

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original, in code points.

        Blanks at the borders of the span are left out; invisible characters that follow its last character
        (a variation selector, a skin tone) belong to it.
        """
        text = self.text
        while start < end and text[start] == " ":
            start += 1
        while end > start and text[end - 1] == " ":
            end -= 1
        if start == end:
            at = self._origins[start] if start < len(self._origins) else len(self.original)
            return at, at
        last = self._origins[end - 1] + 1
        while last < len(self.original) and not _FOLDS[self.original[last]]:
            last += 1
        return self._origins[start], last


def fold(text: str) -> str:
    """The canonical form of a text, without the way back."""
    return Canonical(text).text


def tricks(original: str) -> list[str]:
    """Which ways of hiding the text uses, as names of `obfuscation.*` signals without the prefix."""
    if not _SUSPECT.search(original):
        return []
    seen = Counter(map(_trick, original, " " + original))
    return [name for name, least in _LEAST.items() if seen[name] >= least]


def _trick(char: str, before: str) -> str | None:
    """The trick that one character is part of, given the character before it."""
    point = ord(char)
    if point < 0x80:
        return None
    if point == 0x20E3:
        return "keycap_digits"
    if 0x335 <= point <= 0x338:
        return "combining"
    if point in _INVISIBLE:
        # selectors and skin tones belong to emojis; anything else inside a word hides it
        plain = 0xFE00 <= point <= 0xFE0F or 0x1F3FB <= point <= 0x1F3FF
        return "zero_width" if before.isalpha() and not plain else None
    return "styled_letters" if _is_styled(char, point) else None


_LEAST: Final = {"styled_letters": 2, "zero_width": 1, "combining": 2, "keycap_digits": 1}
"""How many characters make a trick: one styled letter is a symbol, one keycap replaces a number."""


def _is_styled(char: str, point: int) -> bool:
    if any(low <= point <= high for low, high in _STYLED):
        return char not in emojis.emoji_chars()
    return 0x1D00 <= point <= 0x1D7F and _PLAIN.get(char, char).isascii()


_STYLED: Final = ((0x1D400, 0x1D7FF), (0xFF21, 0xFF5A), (0x24B6, 0x24E9), (0x1F130, 0x1F189))
"""Mathematical, full-width, circled and squared letters."""
_SUSPECT: Final = re.compile(
    "["
    + "".join(f"{chr(low)}-{chr(high)}" for low, high in (*_STYLED, (0x335, 0x338), (0x1D00, 0x1D7F)))
    + "\u20e3"
    + "".join(chr(point) for point in sorted(_INVISIBLE) if not 0xFE00 <= point <= 0xFE0F and point < 0x1F3FB)
    + "]"
)
"""Any character a trick could be made of; most posts hold none."""
