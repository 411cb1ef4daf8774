"""The SQLite file itself: opening, the writer's lock, the schema, transactions, and what its errors mean."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from flocon.stores.errors import (
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreMissingError,
    StoreNotUsableError,
)
from flocon.stores.schema import STEPS


class Database:
    """One SQLite file in WAL mode: one writer, any number of readers.

    Args:
        path: the file; made when missing and `write` is set.
        write: open for writing, which takes the writer's lock.

    Attributes:
        connection: for the parts of the store, which write inside a `transaction`.

    Raises:
        StoreMissingError: nothing stands at `path` and it is opened for reading.
        StoreNotUsableError: no file at `path` can be a store.
        StoreBusyError: another process holds the writer's lock.
        StoreError: not a store of flocon, or of a newer version.
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
            self.connection = sqlite3.connect(
                path if write else f"{path.absolute().as_uri()}?mode=ro",
                uri=not write,
                isolation_level=None,
                timeout=30,
            )
            try:
                self._prepare(write=write)
            except BaseException:  # a half-open store would hold its locks for as long as this process lives
                self.close()
                raise
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
        self.connection.close()
        self._release()

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
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
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
        (tables,) = self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version == 0 and tables:
            raise StoreError(f"{self.path}: a database, but no flocon store")
        os.chmod(self.path, 0o600)  # noqa: PTH101  the file may hold posts: its owner alone reads it
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute("PRAGMA cache_size = -32000")
        self.connection.execute("PRAGMA temp_store = MEMORY")
        self.connection.execute("PRAGMA secure_delete = ON")
        for number, step in enumerate(STEPS[version:], start=version + 1):
            self.connection.executescript(f"BEGIN IMMEDIATE;{step};PRAGMA user_version = {number};COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing.

        Raises:
            StoreFullError: the disk is full; nothing of the transaction was kept.
            StoreError: any other failure of the file.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except BaseException as error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
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
