"""Notifications on their way, by receiver."""

import sqlite3
from collections.abc import Iterable

import msgspec


class OutboxRow(msgspec.Struct, frozen=True):
    """One notification for one receiver."""

    key: str
    receiver: str
    record: bytes
    tries: int


class OutboxRows:
    """The table of the outbox.

    Args:
        db: the store's connection; the caller holds the transaction.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def post(self, rows: Iterable[tuple[str, str, bytes]]) -> None:
        """Put (key, receiver, record) into the outbox; a key known to a receiver is not put twice."""
        (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM outbox").fetchone()
        self._db.executemany(
            "INSERT OR IGNORE INTO outbox (key, receiver, seq, record, state) VALUES (?, ?, ?, ?, 'pending')",
            [
                (key, receiver, seq + number, record)
                for number, (key, receiver, record) in enumerate(rows, start=1)
            ],
        )

    def pending(self, receiver: str, limit: int = 100) -> list[OutboxRow]:
        """What a receiver has still to get, in order."""
        return [
            OutboxRow(key, receiver, record, tries)
            for key, record, tries in self._db.execute(
                "SELECT key, record, tries FROM outbox WHERE state = 'pending' AND receiver = ? ORDER BY seq LIMIT ?",
                (receiver, limit),
            )
        ]

    def waiting(self, receiver: str) -> int:
        """How much a receiver has still to get."""
        query = "SELECT count(*) FROM outbox WHERE state = 'pending' AND receiver = ?"
        return int(self._db.execute(query, (receiver,)).fetchone()[0])

    def settle(self, row: OutboxRow, *, state: str, error: str | None = None) -> None:
        """Record the outcome of one attempt: sent, pending (to be tried again) or dead. Of what was sent the key stays."""
        self._db.execute(
            "UPDATE outbox SET state = ?, tries = tries + 1, error = ?, record = ? WHERE receiver = ? AND key = ?",
            (state, error, b"" if state == "sent" else row.record, row.receiver, row.key),
        )
