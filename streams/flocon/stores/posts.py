"""The posts that are kept, and the search over their text."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from flocon.findings import Finding
from flocon_detectors import emojis
from flocon_detectors.text import fold


class StoredPost(msgspec.Struct, frozen=True):
    """One row of `posts`."""

    uid: str
    platform: str
    created_ms: int | None
    decision: str
    cluster: str | None
    protected: bool
    finding: Finding | None


_FINDING: Final = msgspec.msgpack.Decoder(Finding)
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class Posts:
    """The tables of posts.

    Args:
        db: the store's connection; the caller holds the transaction.

    Attributes:
        has_erased: texts were erased since the search index was last merged.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.has_erased = False

    def version_of(self, uid: str) -> tuple[bool, str | None]:
        """Whether a post is known (a deleted one is), and its version."""
        row = self._db.execute("SELECT version FROM posts WHERE uid = ?", (uid,)).fetchone()
        return (False, None) if row is None else (True, row[0])

    def put(self, finding: Finding, *, cluster: str | None, at_ms: int) -> None:
        """Keep a finding that was not known.

        Args:
            finding: the finding.
            cluster: id of its cluster.
            at_ms: wall-clock time of ingestion, from which retention counts.
        """
        row = self._db.execute(
            "INSERT INTO posts (uid, platform, created_ms, ingested_ms, author, decision, cluster, version, protected,"
            " finding) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                finding.uid, finding.platform, finding.event_ms, at_ms, finding.author, finding.screening.decision,
                cluster, finding.version, finding.is_protected, _ENCODE(finding),
            ),
        )  # fmt: skip
        self._index_text(row.lastrowid, finding)

    def revise(self, finding: Finding) -> None:
        """Replace the text of a known post by a newer revision; a deleted post stays deleted."""
        row = self._db.execute(
            "SELECT id FROM posts WHERE uid = ? AND NOT deleted", (finding.uid,)
        ).fetchone()
        if row is None:
            return
        self._db.execute(
            "UPDATE posts SET decision = ?, version = ?, finding = ? WHERE id = ?",
            (finding.screening.decision, finding.version, _ENCODE(finding), row[0]),
        )
        self._db.execute("DELETE FROM posts_text WHERE rowid = ?", row)
        self._index_text(row[0], finding)

    def _index_text(self, rowid: int | None, finding: Finding) -> None:
        text = fold("\n".join((finding.text, *(text for _, text in finding.parts))))
        self._db.execute(
            "INSERT INTO posts_text (rowid, text, names) VALUES (?, ?, ?)", (rowid, text, _emoji_names(text))
        )

    def delete(self, uid: str) -> list[tuple[str, str]]:
        """Remove a post's text and author, keep its count.

        Returns:
            the cluster and stable hash of each post that went, for `Flow.redact`.
        """
        return self._erase("uid = ?", uid)

    def purge_author(self, author: str) -> list[tuple[str, str]]:
        """Remove all texts of one author; returns as `delete`."""
        return self._erase("author = ?", author)

    def _erase(self, condition: str, value: str) -> list[tuple[str, str]]:
        query = f"SELECT id, cluster, finding FROM posts WHERE {condition} AND NOT deleted"  # noqa: S608  literals
        found = self._db.execute(query, (value,)).fetchall()
        rows = [(rowid,) for rowid, _, _ in found]
        self.has_erased |= bool(found)
        self._db.executemany("UPDATE posts SET finding = NULL, author = NULL, deleted = 1 WHERE id = ?", rows)
        self._db.executemany("DELETE FROM posts_text WHERE rowid = ?", rows)
        return [
            (cluster, _FINDING.decode(record).stable) for _, cluster, record in found if cluster is not None
        ]

    def move(self, loser: str, survivor: str) -> None:
        """Say that the posts of a merged cluster belong to its survivor."""
        self._db.execute("UPDATE posts SET cluster = ? WHERE cluster = ?", (survivor, loser))

    def find(
        self,
        *,
        cluster: str | None = None,
        search: str | None = None,
        uid: str | None = None,
        limit: int | None = None,
        protected: bool = False,
    ) -> Iterator[StoredPost]:
        """Posts in order of (created_at, uid).

        Args:
            cluster: only those of this cluster.
            search: only those whose text holds all these words and emojis, in any spelling, or emojis so called.
            uid: only this one.
            limit: at most so many, the newest.
            protected: only those of the protection queue.
        """
        where, values = ["NOT deleted"], list[object]()
        if protected:
            where.append("protected")
        if cluster is not None:
            where.append("cluster = ?")
            values.append(cluster)
        if uid is not None:
            where.append("uid = ?")
            values.append(uid)
        if search is not None:
            where.append("id IN (SELECT rowid FROM posts_text WHERE posts_text MATCH ?)")
            values.append(fts_query(search))
        query = f"SELECT uid, platform, created_ms, decision, cluster, protected, finding FROM posts WHERE {' AND '.join(where)}"  # noqa: S608  only literals above
        order = "ORDER BY created_ms, uid"
        if limit is not None:
            query = f"SELECT * FROM ({query} ORDER BY created_ms DESC, uid DESC LIMIT ?)"  # noqa: S608  as above
            values.append(limit)
        for found, platform, created, decision, root, is_protected, record in self._db.execute(
            f"{query} {order}", values
        ):
            finding = None if record is None else _FINDING.decode(record)
            yield StoredPost(found, platform, created, decision, root, bool(is_protected), finding)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove rows with their text."""
        rows = [(rowid,) for rowid in ids]
        self._db.executemany("DELETE FROM posts_text WHERE rowid = ?", rows)
        self._db.executemany("DELETE FROM posts WHERE id = ?", rows)


def _emoji_names(text: str) -> str:
    """The names of the emojis in canonical text: who cannot type ❄ types snowflake, or flocon."""
    found = dict.fromkeys(
        word for word in text.split() if emojis.is_emoji_char(word[0]) and word in emojis.table()
    )
    return fold(" ".join(f"{emojis.name(word, 'en')} {emojis.name(word, 'fr')}" for word in found))


def fts_query(search: str) -> str:
    """An FTS5 query that finds texts holding all words and emojis of `search`, whatever their spelling."""
    words = [word for word in fold(search).replace('"', " ").split() if any(not c.isspace() for c in word)]
    return " AND ".join(f'"{word}"' for word in words) or '""'
