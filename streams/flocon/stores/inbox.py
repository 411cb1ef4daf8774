"""Intake: what was read and how far, what was counted, and what waits to be applied."""

import sqlite3
from collections.abc import Iterable, Mapping


class Inbox:
    """The tables of intake.

    Args:
        db: the store's connection; the caller holds the transaction.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def cursors(self) -> list[bytes]:
        """All cursors, encoded."""
        return [record for (record,) in self._db.execute("SELECT record FROM cursors")]

    def save_cursor(
        self, *, head: str, digest: str, offset: int, record: bytes, previous: str | None
    ) -> None:
        """Remember how far a content was read, in place of the position `previous` of the same reading."""
        if previous is not None:
            self._db.execute("DELETE FROM cursors WHERE head = ? AND digest = ?", (head, previous))
        self._db.execute(
            "INSERT OR REPLACE INTO cursors (head, digest, offset, record) VALUES (?, ?, ?, ?)",
            (head, digest, offset, record),
        )

    def add_coverage(self, counts: Mapping[tuple[str, str, int], int]) -> None:
        """Count posts read, by (platform, language, minute)."""
        self._db.executemany(
            "INSERT INTO coverage VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET posts = posts + excluded.posts",
            [(*key, count) for key, count in counts.items()],
        )

    def add_drops(self, feed: str, counts: Mapping[str, int]) -> None:
        """Count records that gave no post, by reason."""
        self._db.executemany(
            "INSERT INTO drops VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records",
            [(feed, reason, count) for reason, count in counts.items()],
        )

    def add_code_counts(self, counts: Mapping[tuple[str, str, int], int]) -> None:
        """Count posts in which a code stood alone, by (platform, code, day)."""
        self._db.executemany(
            "INSERT INTO code_counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET posts = posts + excluded.posts",
            [(*key, count) for key, count in counts.items()],
        )

    def stage(self, rows: Iterable[tuple[int | None, str, str, bytes]]) -> None:
        """Put (event time, uid, operation, record) into the inbox."""
        self._db.executemany("INSERT INTO inbox (event_ms, uid, op, record) VALUES (?, ?, ?, ?)", rows)

    def stage_volumes(self, counts: Mapping[tuple[int, str], int]) -> None:
        """Put volumes by (tick, platform) into the inbox."""
        self._db.executemany(
            "INSERT INTO inbox_volume VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET posts = posts + excluded.posts",
            [(*key, count) for key, count in counts.items()],
        )

    def next_staged(self, limit: int) -> list[tuple[int, int | None, str, bytes]]:
        """The next rows of the inbox in order of (event time, uid), as (seq, event time, operation, record)."""
        return self._db.execute(
            "SELECT seq, event_ms, op, record FROM inbox ORDER BY event_ms, uid, seq LIMIT ?", (limit,)
        ).fetchall()

    def unstage(self, seqs: Iterable[int]) -> None:
        """Remove applied rows from the inbox."""
        self._db.executemany("DELETE FROM inbox WHERE seq = ?", [(seq,) for seq in seqs])

    def staged_volumes(self, *, up_to_tick: int) -> list[tuple[int, str, int]]:
        """Volumes of the inbox as (tick, platform, posts), in order of tick."""
        return self._db.execute(
            "SELECT tick, platform, posts FROM inbox_volume WHERE tick <= ? ORDER BY tick, platform",
            (up_to_tick,),
        ).fetchall()

    def unstage_volumes(self, *, up_to_tick: int) -> None:
        """Remove applied volumes."""
        self._db.execute("DELETE FROM inbox_volume WHERE tick <= ?", (up_to_tick,))
