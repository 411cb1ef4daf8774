"""One automaton over the whole code book: a single pass over a post tells which codes stand in it.

The automaton runs over the word form of `flocon_detectors.text`, where words and emojis stand between blanks, so a
pattern `" hash "` cannot match inside *hashtag*. Each pattern carries the bits that its entries may contribute;
a post whose bits together cannot make evidence is left alone at once (`Matcher.scan`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from flocon_detectors.codebook import Entry
from flocon_detectors.text import ZWJ, word_form

GROUP_BIT: Final = {letter: 1 << index for index, letter in enumerate("PQCLMAYJWKVTSXO-")}
ILLICIT: Final = 1 << 16
"""The word names the crime itself."""
QUANTITY: Final = 1 << 17
"""A number with a unit of weight or count ends here."""
MONEY: Final = 1 << 18
"""A currency stands here."""
ALARM: Final = 1 << 19
"""A safeguard phrase: always worth a full look."""
AMBIGUOUS: Final = 1 << 20
"""The code counts only together with other groups."""

_UNITS: Final = (
    "g",
    "gr",
    "grs",
    "gramme",
    "grammes",
    "grams",
    "kg",
    "kpl",
    "stk",
    "st",
    "pcs",
    "cp",
    "ml",
    "cl",
)
_MONEY_WORDS: Final = (
    "€",
    "£",
    "$",
    " eur ",
    " euro ",
    " euros ",
    " kr ",
    " sek ",
    " nok ",
    " dkk ",
    " chf ",
    " balles ",
)


class Hit(NamedTuple):
    """One code found in the word form: `start` and `end` are indices of the canonical text."""

    entry: Entry
    start: int
    end: int


class Matcher:
    """The compiled automaton of a code book's live entries.

    Args:
        entries: the entries to look for.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        patterns: dict[str, list[Entry]] = {}
        self._sequences: dict[int, re.Pattern[str]] = {}
        for entry in entries:
            for spelling in entry.spellings:
                patterns.setdefault(self._pattern(entry, spelling), []).append(entry)
        for unit in _UNITS:
            for digit in "0123456789":
                patterns.setdefault(f"{digit}{unit} ", [])
                patterns.setdefault(f"{digit} {unit} ", [])
        for unit in (" le g ", " the g ", " du g ", " per g "):
            patterns.setdefault(unit, [])
        for word in _MONEY_WORDS:
            patterns.setdefault(word, [])
        self._patterns = list(patterns)
        self._entries = list(patterns.values())
        self._bits = [self._mask(pattern, found) for pattern, found in patterns.items()]
        self._find = AhoCorasick(
            self._patterns, implementation=Implementation.ContiguousNFA
        ).find_matches_as_indexes

    def _pattern(self, entry: Entry, spelling: str) -> str:
        words = word_form(spelling)
        if entry.kind != "emoji_sequence":
            return f" {words.strip()} "
        first, *_ = symbols = words.split()
        self._sequences[id(entry)] = re.compile(r"\s*".join(map(re.escape, symbols)))
        return f" {first} "

    @staticmethod
    def _mask(pattern: str, entries: list[Entry]) -> int:
        if not entries:
            return MONEY if pattern in _MONEY_WORDS else QUANTITY
        mask = 0
        for entry in entries:
            if entry.signal.startswith(("safeguard.", "restricted.")):
                mask |= ALARM
            bit = GROUP_BIT[entry.group] | (ILLICIT if entry.illicit else 0)
            mask |= AMBIGUOUS if entry.needs and entry.group == "P" else bit
        return mask

    def scan(self, words: str) -> tuple[int, list[tuple[int, int, int]]]:
        """One pass over a word form.

        Returns:
            the union of the bits found, and the raw matches for `hits`.
        """
        matches = self._find(words, overlapping=True)
        if not matches:
            return 0, matches
        mask = 0
        bits = self._bits
        quantities = 0
        for pattern, _, _ in matches:
            bit = bits[pattern]
            if bit == QUANTITY:
                quantities += 1
            mask |= bit
        if quantities > 1:
            mask |= MONEY
        return mask, matches

    def hits(self, words: str, matches: list[tuple[int, int, int]]) -> Iterator[Hit]:
        """The codes behind raw matches, in order of text; trigger patterns without an entry give none."""
        for pattern, start, end in sorted(matches, key=lambda match: (match[1], -match[2], match[0])):
            for entry in self._entries[pattern]:
                sequence = self._sequences.get(id(entry))
                if sequence is not None:
                    found = sequence.match(words, start + 1)
                    if found:
                        yield Hit(entry, start, found.end() - 1)
                elif not (words.startswith(ZWJ, end) or words.startswith(ZWJ, start - 1)):
                    yield Hit(entry, start, end - 2)
