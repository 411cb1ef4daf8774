"""Keyed tables: the state of the pure stages, and what changed in it since the last commit.

A stage keeps its state in tables only. The runtime writes what `changed` yields in the same transaction as its
cursor, and hands it back through `restore`; so a stage killed at any point goes on from its last commit as if
nothing had happened. The same tables can live on SQLite rows or on a changelog topic.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

V = TypeVar("V")


class Table(Generic[V]):
    """A dictionary of values by string key that remembers which keys changed.

    Args:
        name: name of the table, unique in a stage.
        kind: type of its values; used to encode and decode them as MessagePack.

    A value changed in place must be announced with `touch`.
    """

    def __init__(self, name: str, kind: type[V]) -> None:
        self.name = name
        self._rows: dict[str, V] = {}
        self._dirty: dict[str, None] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(kind).decode

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __getitem__(self, key: str) -> V:
        return self._rows[key]

    def get(self, key: str) -> V | None:
        """The value, or None."""
        return self._rows.get(key)

    def values(self) -> Iterator[V]:
        """All values, in order of insertion."""
        return iter(self._rows.values())

    def items(self) -> Iterator[tuple[str, V]]:
        """All pairs, in order of insertion."""
        return iter(self._rows.items())

    def put(self, key: str, value: V) -> None:
        """Set a value."""
        self._rows[key] = value
        self._dirty[key] = None

    def touch(self, key: str) -> None:
        """Say that the value at `key` was changed in place."""
        self._dirty[key] = None

    def drop(self, key: str) -> None:
        """Remove a key that may be missing."""
        if self._rows.pop(key, None) is not None:
            self._dirty[key] = None

    def changed(self) -> Iterator[tuple[str, bytes | None]]:
        """Yield each changed key with its encoded value, None where it was removed, and forget the changes."""
        dirty, self._dirty = self._dirty, {}
        for key in dirty:
            value = self._rows.get(key)
            yield key, None if value is None else self._encode(value)

    def restore(self, rows: Iterator[tuple[str, bytes]]) -> None:
        """Replace the contents by what an earlier `changed` wrote.

        Order of insertion is not kept: stages must not depend on it.
        """
        self._rows = {key: self._decode(blob) for key, blob in rows}
        self._dirty = {}
