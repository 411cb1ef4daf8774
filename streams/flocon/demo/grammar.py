r"""A small grammar that makes texts from tables of alternatives.

Alternatives stand one a line, or several on a line between ` ;; `; `\n` in one is a line break. In each,

- `{slot}` draws from the table of that name,
- `{2-15}` draws a whole number, `{50-70/5}` one in steps of five, `{00-99}` one of two digits,
- `{a|b|}` draws one of the words given, here with the chance of none.

>>> import random
>>> Grammar({"snow": "{adjective} snow", "adjective": "fresh"}).draw("snow", random.Random(1))
'fresh snow'
"""

import functools
import itertools
import random
import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec
import yaml

T = TypeVar("T")
S = TypeVar("S")

_HOLE: Final = re.compile(r"\{([^{}]*)\}")
_RANGE: Final = re.compile(r"(\d+)-(\d+)(?:/(\d+))?")
_BLANKS: Final = re.compile(r" +(?=[ \n.,])")


class _Slot(NamedTuple):
    name: str


class _Range(NamedTuple):
    low: int
    steps: int
    step: int
    width: int

    def draw(self, rng: random.Random) -> str:
        return str(self.low + int(rng.random() * self.steps) * self.step).zfill(self.width)


class _Words(NamedTuple):
    words: tuple[str, ...]


_Piece = str | _Slot | _Range | _Words


def alternatives(table: str) -> list[str]:
    """The alternatives of a table, as written."""
    return [
        cell.strip().replace("\\n", "\n")
        for line in table.splitlines()
        for cell in line.split(" ;; ")
        if cell.strip()
    ]


class Grammar:
    """Tables of alternatives that may refer to each other.

    Args:
        tables: alternatives by name of slot.

    Raises:
        ValueError: a table is empty, or refers to a slot that is not there.
    """

    def __init__(self, tables: Mapping[str, str]) -> None:
        self._tables: dict[str, tuple[tuple[_Piece, ...], ...]] = {}
        for name, table in tables.items():
            self._tables[name] = tuple(_compile(cell) for cell in alternatives(table))
            if not self._tables[name]:
                raise ValueError(f"slot {name!r} has no alternatives")
        for name, cells in self._tables.items():
            for cell in cells:
                self._check(cell, name)

    def draw(self, slot: str, rng: random.Random) -> str:
        """One text of a slot."""
        return self.vary(pick(self._tables[slot], rng), rng)

    def deal(self, slot: str, count: int, rng: random.Random) -> list[str]:
        """Texts of `count` different alternatives of a slot, or of all there are."""
        cells = self._tables[slot]
        return [self.vary(cell, rng) for cell in rng.sample(cells, min(count, len(cells)))]

    def fill(self, template: str, rng: random.Random) -> str:
        """The text of a template that stands outside the tables."""
        return self.vary(self._template(template), rng)

    def vary(self, cell: Sequence[_Piece], rng: random.Random) -> str:
        """One text of a compiled alternative, its blanks tidied."""
        out: list[str] = []
        self._expand(cell, rng, out)
        return _BLANKS.sub("", "".join(out)).strip()

    def _expand(self, cell: Sequence[_Piece], rng: random.Random, out: list[str]) -> None:
        for piece in cell:
            if isinstance(piece, str):
                out.append(piece)
            elif isinstance(piece, _Slot):
                self._expand(pick(self._tables[piece.name], rng), rng, out)
            elif isinstance(piece, _Range):
                out.append(piece.draw(rng))
            else:
                out.append(pick(piece.words, rng))

    def _template(self, template: str) -> tuple[_Piece, ...]:
        cell = _compile(template)
        self._check(cell, template)
        return cell

    def _check(self, cell: Sequence[_Piece], where: str) -> None:
        for piece in cell:
            if isinstance(piece, _Slot) and piece.name not in self._tables:
                raise ValueError(f"slot {where!r} refers to {piece.name!r}, which is not there")


@functools.cache
def _compile(cell: str) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    for number, part in enumerate(_HOLE.split(cell)):
        if number % 2 == 0:
            if part:
                pieces.append(part)
        elif "|" in part:
            pieces.append(_Words(tuple(part.split("|"))))
        elif found := _RANGE.fullmatch(part):
            low, high, step = found[1], int(found[2]), int(found[3] or 1)
            width = len(low) if low.startswith("0") else 0
            pieces.append(_Range(int(low), (high - int(low)) // step + 1, step, width))
        else:
            pieces.append(_Slot(part))
    return tuple(pieces)


def pick(items: Sequence[T], rng: random.Random) -> T:
    """One of `items`; faster than `Random.choice`, and the same in every version of Python."""
    return items[int(rng.random() * len(items))]


class Deck(Generic[T]):
    """Items drawn by weight."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._items = tuple(weights)
        self._sums = tuple(itertools.accumulate(weights.values()))

    def draw(self, rng: random.Random) -> T:
        """One item."""
        return self._items[bisect(self._sums, rng.random() * self._sums[-1], hi=len(self._items) - 1)]


def load(name: str, kind: type[S]) -> S:
    """The table file `texts/<name>.yaml`, as a value of `kind`."""
    text = resources.files("flocon.demo").joinpath("texts", f"{name}.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: Any = yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders; the first one is in C
    return msgspec.convert(document, kind)
