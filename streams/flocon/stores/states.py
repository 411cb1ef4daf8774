"""The state of the pure stages, row by row, and campaigns their live state has forgotten."""

import sqlite3
from collections.abc import Iterator

from flocon.state import Table


class States:
    """The tables of state.

    Args:
        db: the store's connection; the caller holds the transaction.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def load(self, table: Table[object]) -> None:
        """Fill a stage's table from what was last committed."""
        table.restore(self.rows(table.name))

    def rows(self, stage: str) -> Iterator[tuple[str, bytes]]:
        """The rows of a stage's table, in order of key."""
        return iter(
            self._db.execute("SELECT key, value FROM state WHERE stage = ? ORDER BY key", (stage,)).fetchall()
        )

    def save(self, table: Table[object]) -> None:
        """Write what changed in a stage's table."""
        gone: list[tuple[str, str]] = []
        rows: list[tuple[str, str, bytes]] = []
        for key, value in table.changed():
            if value is None:
                gone.append((table.name, key))
            else:
                rows.append((table.name, key, value))
        self._db.executemany("DELETE FROM state WHERE stage = ? AND key = ?", gone)
        self._db.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", rows)

    def archive_cluster(self, root: str, record: bytes, *, at_ms: int) -> None:
        """Keep a campaign that the live state forgets."""
        self._db.execute("INSERT OR REPLACE INTO clusters_past VALUES (?, ?, ?)", (root, at_ms, record))

    def past_clusters(self) -> Iterator[bytes]:
        """The campaigns kept so, encoded."""
        for (record,) in self._db.execute("SELECT record FROM clusters_past ORDER BY root"):
            yield record
