"""The store of one machine: one SQLite file in WAL mode, one writer, any number of readers.

Everything that belongs together is written in one transaction: what was read with the cursor that says so, what was
applied with the state it led to. A process killed at any point leaves the last such transaction, and the next run
goes on from there.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import msgspec

from flocon.errors import FloconError
from flocon.exits import USAGE
from flocon.findings import Finding
from flocon.state import Table
from flocon.stores.schema import STEPS
from flocon_detectors.text import fold

_DAY_MS: Final = 86_400_000
_PRUNE_ROWS: Final = 5_000


class StoreError(FloconError):
    """The store cannot be used or written; the message says why and leaves it as it was."""


class StoreNotUsableError(StoreError):
    """No file at this path can be a store: a directory, or one that may not be read or written."""

    status = USAGE


class StoreMissingError(StoreError):
    """No store stands at the path a command should read."""

    status = USAGE


class StoreBusyError(StoreError):
    """Another process writes this store."""


class StoreFullError(StoreError):
    """The disk is full; the last complete transaction stands."""


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


class StoredPost(msgspec.Struct, frozen=True):
    """One row of `posts`."""

    uid: str
    platform: str
    created_ms: int | None
    decision: str
    cluster: str | None
    protected: bool
    finding: Finding | None


class OutboxRow(msgspec.Struct, frozen=True):
    """One notification for one receiver."""

    key: str
    receiver: str
    record: bytes
    tries: int


_FINDING: Final = msgspec.msgpack.Decoder(Finding)
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class SqliteStore:
    """The store.

    Args:
        path: the file; made when missing and `write` is set.
        write: open for writing, which takes the writer's lock.

    Raises:
        StoreMissingError: nothing stands at `path` and it is opened for reading.
        StoreNotUsableError: a directory, or no permission.
        StoreBusyError: another process holds the writer's lock.
        StoreError: not a store of flocon, of a newer version, or not accessible.
    """

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        self._lock: int | None = None
        if path.is_dir():
            raise StoreNotUsableError(f"{path}: is a directory, a file is expected")
        if not write and not path.exists():
            raise StoreMissingError(f"{path}: no store here; `flocon watch FEED --store {path}` makes one")
        try:
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._take_lock()
            self._db = sqlite3.connect(
                path if write else f"{path.absolute().as_uri()}?mode=ro",
                uri=not write,
                isolation_level=None,
                timeout=30,
            )
            self._prepare(write=write)
        except sqlite3.Error as error:
            self._release()
            raise self._explain(error) from error
        except OSError as error:
            self._release()
            wrong = isinstance(error, (PermissionError, NotADirectoryError))
            raise (StoreNotUsableError if wrong else StoreError)(f"{path}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):  # such as a damaged page met while reading
            raise self._explain(error) from error

    def close(self) -> None:
        """Close the file and give back the writer's lock."""
        self._db.close()
        self._release()

    # -- opening ------------------------------------------------------------------------------------------------

    def _take_lock(self) -> None:
        self._lock = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._release()
            raise StoreBusyError(f"{self.path}: another flocon writes this store") from error

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _prepare(self, *, write: bool) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(STEPS):
            raise StoreError(
                f"{self.path}: written by a newer flocon (schema {version}, this one knows {len(STEPS)})"
            )
        if not write:
            if version < len(STEPS):
                raise StoreError(
                    f"{self.path}: no flocon store, or an older one that `flocon watch` has to open first"
                )
            return
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version == 0 and tables:
            raise StoreError(f"{self.path}: a database, but no flocon store")
        os.chmod(self.path, 0o600)  # noqa: PTH101  the file may hold posts: its owner alone reads it
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA cache_size = -32000")
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute("PRAGMA secure_delete = ON")
        for number, step in enumerate(STEPS[version:], start=version + 1):
            self._db.executescript(f"BEGIN IMMEDIATE;{step};PRAGMA user_version = {number};COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing.

        Raises:
            StoreFullError: the disk is full; nothing of the transaction was kept.
            StoreError: any other failure of the file.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise self._explain(error) from error
            raise

    def _explain(self, error: sqlite3.Error) -> StoreError:
        name = getattr(error, "sqlite_errorname", "")
        if name == "SQLITE_FULL" or name.startswith(
            ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHM")
        ):
            return StoreFullError(
                f"{self.path}: cannot be written, is the disk full? What was committed before stands."
            )
        if name == "SQLITE_NOTADB":
            return StoreError(f"{self.path}: a file, but no flocon store")
        return StoreError(f"{self.path}: {error}")

    # -- intake -------------------------------------------------------------------------------------------------

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

    # -- posts --------------------------------------------------------------------------------------------------

    def version_of(self, uid: str) -> tuple[bool, str | None]:
        """Whether a post is known (a deleted one is), and its version."""
        row = self._db.execute("SELECT version FROM posts WHERE uid = ?", (uid,)).fetchone()
        return (False, None) if row is None else (True, row[0])

    def put_post(self, finding: Finding, *, cluster: str | None, at_ms: int) -> None:
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

    def revise_post(self, finding: Finding) -> None:
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
        text = "\n".join((finding.text, *(text for _, text in finding.parts)))
        self._db.execute("INSERT INTO posts_text (rowid, text) VALUES (?, ?)", (rowid, fold(text)))

    def delete_post(self, uid: str) -> bool:
        """Remove a post's text and author, keep its count; whether it was known."""
        row = self._db.execute("SELECT id FROM posts WHERE uid = ?", (uid,)).fetchone()
        if row is None:
            return False
        self._erase([row[0]])
        return True

    def purge_author(self, author: str) -> int:
        """Remove all texts of one author; how many there were."""
        ids = [rowid for (rowid,) in self._db.execute("SELECT id FROM posts WHERE author = ?", (author,))]
        self._erase(ids)
        return len(ids)

    def _erase(self, ids: list[int]) -> None:
        rows = [(rowid,) for rowid in ids]
        self._db.executemany("UPDATE posts SET finding = NULL, author = NULL, deleted = 1 WHERE id = ?", rows)
        self._db.executemany("DELETE FROM posts_text WHERE rowid = ?", rows)

    def move_posts(self, loser: str, survivor: str) -> None:
        """Say that the posts of a merged cluster belong to its survivor."""
        self._db.execute("UPDATE posts SET cluster = ? WHERE cluster = ?", (survivor, loser))

    def posts(
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
            search: only those whose text holds all these words and emojis, in any spelling.
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

    # -- state and outbox ---------------------------------------------------------------------------------------

    def load_state(self, table: Table[object]) -> None:
        """Fill a stage's table from what was last committed."""
        table.restore(self.state_rows(table.name))

    def state_rows(self, stage: str) -> Iterator[tuple[str, bytes]]:
        """The rows of a stage's table, in order of key."""
        return iter(
            self._db.execute("SELECT key, value FROM state WHERE stage = ? ORDER BY key", (stage,)).fetchall()
        )

    def save_state(self, table: Table[object]) -> None:
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

    def archive_cluster(self, root: str, last_ms: int, record: bytes) -> None:
        """Keep a campaign that the live state forgets."""
        self._db.execute("INSERT OR REPLACE INTO clusters_past VALUES (?, ?, ?)", (root, last_ms, record))

    def past_clusters(self) -> Iterator[bytes]:
        """The campaigns kept so, encoded."""
        for (record,) in self._db.execute("SELECT record FROM clusters_past ORDER BY root"):
            yield record

    def post_out(self, rows: Iterable[tuple[str, str, bytes]]) -> None:
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

    def settle(self, row: OutboxRow, *, state: str, error: str | None = None) -> None:
        """Record the outcome of one attempt: sent, pending (to be tried again) or dead."""
        self._db.execute(
            "UPDATE outbox SET state = ?, tries = tries + 1, error = ? WHERE receiver = ? AND key = ?",
            (state, error, row.receiver, row.key),
        )

    # -- keeping little -----------------------------------------------------------------------------------------

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
            self._remove(ids)
            if ids:
                gone[f"{decision}_expired"] = len(ids)
        old = now_ms - retention.alert_days * _DAY_MS
        gone_clusters = self._db.execute("DELETE FROM clusters_past WHERE last_ms < ?", (old,)).rowcount
        if gone_clusters:
            gone["cluster_expired"] = gone_clusters
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
            self._remove(ids)
            removed += len(ids)
        return removed

    def _remove(self, ids: list[int]) -> None:
        rows = [(rowid,) for rowid in ids]
        self._db.executemany("DELETE FROM posts_text WHERE rowid = ?", rows)
        self._db.executemany("DELETE FROM posts WHERE id = ?", rows)

    def used_bytes(self) -> int:
        """Bytes in use in the file, free pages not counted."""
        (pages,) = self._db.execute("PRAGMA page_count").fetchone()
        (free,) = self._db.execute("PRAGMA freelist_count").fetchone()
        (size,) = self._db.execute("PRAGMA page_size").fetchone()
        return int((pages - free) * size)

    def counts(self) -> dict[str, int]:
        """How much the store holds, by kind."""
        names = {
            "read": "SELECT coalesce(sum(posts), 0) FROM coverage",
            "dropped": "SELECT coalesce(sum(records), 0) FROM drops",
            "posts": "SELECT count(*) FROM posts WHERE NOT deleted",
            "candidates": "SELECT count(*) FROM posts WHERE decision = 'candidate' AND NOT deleted",
            "staged": "SELECT count(*) FROM inbox",
        }
        return {name: self._db.execute(query).fetchone()[0] for name, query in names.items()}


def fts_query(search: str) -> str:
    """An FTS5 query that finds texts holding all words and emojis of `search`, whatever their spelling."""
    words = [word for word in fold(search).replace('"', " ").split() if any(not c.isspace() for c in word)]
    return " AND ".join(f'"{word}"' for word in words) or '""'
