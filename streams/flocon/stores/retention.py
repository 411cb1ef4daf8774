"""Keeping little: how long what is kept, and how large the store may grow."""

import sqlite3
from typing import Final

import msgspec

from flocon.stores.posts import Posts

_DAY_MS: Final = 86_400_000
_PRUNE_ROWS: Final = 5_000


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long what is kept, counted from ingestion, and how large the store may grow.

    Attributes:
        index_days: posts decided `index`.
        candidate_days: posts decided `candidate`.
        alert_days: alerts, and campaigns no longer active.
        max_bytes: cap on the store's size on disk; beyond it the oldest posts go first.
    """

    index_days: int = 30
    candidate_days: int = 90
    alert_days: int = 365
    max_bytes: int = 20_000_000_000


class Upkeep:
    """Removes what has been kept long enough.

    Args:
        db: the store's connection; the caller holds the transaction.
        posts: the posts in it.
    """

    def __init__(self, db: sqlite3.Connection, posts: Posts) -> None:
        self._db = db
        self._posts = posts

    def prune(self, retention: Retention, now_ms: int) -> dict[str, int]:
        """Remove what is older than its retention, then what exceeds the cap; how many rows went, by reason."""
        gone: dict[str, int] = {}
        for decision, days in (("index", retention.index_days), ("candidate", retention.candidate_days)):
            ids = [
                rowid
                for (rowid,) in self._db.execute(
                    "SELECT id FROM posts WHERE decision = ? AND ingested_ms < ?",
                    (decision, now_ms - days * _DAY_MS),
                )
            ]
            self._posts.remove(ids)
            if ids:
                gone[f"{decision}_expired"] = len(ids)
        old = now_ms - retention.alert_days * _DAY_MS
        gone_clusters = self._db.execute("DELETE FROM clusters_past WHERE archived_ms < ?", (old,)).rowcount
        if gone_clusters:
            gone["cluster_expired"] = gone_clusters
        if self._posts.has_erased:
            # deleted words stay in the segments of the search index until they are merged
            self._db.execute("INSERT INTO posts_text (posts_text) VALUES ('optimize')")
            self._posts.has_erased = False
        capped = self._shrink_to(retention.max_bytes)
        if capped:
            gone["disk_cap"] = capped
        for reason, rows in gone.items():
            self._db.execute(
                "INSERT INTO audit (at_ms, what, detail) VALUES (?, 'pruned', ?)",
                (now_ms, f"{reason} {rows}"),
            )
        return gone

    def _shrink_to(self, max_bytes: int) -> int:
        removed = 0
        while self.used_bytes() > max_bytes:
            ids = [
                rowid
                for (rowid,) in self._db.execute(
                    "SELECT id FROM posts ORDER BY decision = 'candidate', ingested_ms, id LIMIT ?",
                    (_PRUNE_ROWS,),
                )
            ]
            if not ids:
                break
            self._posts.remove(ids)
            removed += len(ids)
        return removed

    def used_bytes(self) -> int:
        """Bytes in use in the file, free pages not counted."""
        (pages,) = self._db.execute("PRAGMA page_count").fetchone()
        (free,) = self._db.execute("PRAGMA freelist_count").fetchone()
        (size,) = self._db.execute("PRAGMA page_size").fetchone()
        return int((pages - free) * size)
