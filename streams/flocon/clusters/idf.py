"""How telling a word is: inverse document frequency over findings, frozen once a day of event time.

Frozen, so that a similarity depends on the day's table and not on who asked a moment earlier; the running counts
decay by half each week, so that yesterday's fashion fades.
"""

import math
from collections.abc import Iterable
from typing import Final

import msgspec

from flocon.state import Table

_DAY_MS: Final = 86_400_000
_DECAY: Final = 0.5 ** (1 / 7)
_MAX_WORDS: Final = 50_000
_FLOOR: Final = 0.05


class Frequencies(msgspec.Struct):
    """Document counts: `running` grows, `frozen` is what weights are read from."""

    day: int = -1
    total: float = 0.0
    running: dict[str, float] = {}
    frozen_total: float = 0.0
    frozen: dict[str, float] = {}
    version: int = 0


class Idf:
    """Weights of words.

    Args:
        table: where the counts are kept, under one key.
    """

    _KEY: Final = "idf"

    def __init__(self, table: Table[Frequencies]) -> None:
        self._table = table
        self._weights: dict[str, float] = {}
        self._weights_of: tuple[Frequencies | None, int] = (None, -1)

    @property
    def _state(self) -> Frequencies:
        state = self._table.get(self._KEY)
        if state is None:
            state = Frequencies()
            self._table.put(self._KEY, state)
        return state

    @property
    def version(self) -> int:
        """Changes whenever weights do."""
        return self._state.version

    def observe(self, tokens: Iterable[str], at_ms: int) -> None:
        """Count one document; the first of a new day freezes the counts so far."""
        state = self._state
        day = at_ms // _DAY_MS
        if day > state.day:
            if state.day >= 0:
                self._freeze(state, days=day - state.day)
            state.day = day
        state.total += 1.0
        running = state.running
        for token in tokens:
            running[token] = running.get(token, 0.0) + 1.0
        self._table.touch(self._KEY)

    def forget(self, tokens: Iterable[str]) -> None:
        """Take back one document: a word that only it held is not kept."""
        state = self._state
        for token in tokens:
            left = state.running.get(token, 0.0) - 1.0
            if left > _FLOOR:
                state.running[token] = left
            else:
                state.running.pop(token, None)
                state.frozen.pop(token, None)
        state.version += 1
        self._table.touch(self._KEY)

    @staticmethod
    def _freeze(state: Frequencies, *, days: int) -> None:
        fade = _DECAY**days
        kept = sorted(state.running.items(), key=lambda pair: (-pair[1], pair[0]))[:_MAX_WORDS]
        state.running = {token: count * fade for token, count in kept if count * fade >= _FLOOR}
        state.total *= fade
        state.frozen = dict(state.running)
        state.frozen_total = state.total
        state.version += 1

    def weight(self, token: str) -> float:
        """ln(1 + N / (1 + n)) with the frozen counts N (documents) and n (documents with the token); 1 on day one."""
        state = self._state
        if self._weights_of[0] is not state or self._weights_of[1] != state.version:
            self._weights, self._weights_of = {}, (state, state.version)
        known = self._weights.get(token)
        if known is None:
            total, count = state.frozen_total, state.frozen.get(token, 0.0)
            known = self._weights[token] = math.log1p(total / (1.0 + count)) if state.frozen_total else 1.0
        return known
