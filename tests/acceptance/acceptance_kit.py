"""What the acceptance tests share: running `flocon` as a user does, writing feeds, reading a store's tables."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from flocon.clusters.record import Cluster
from flocon.pipeline import Flow
from flocon.settings import Settings

FLOCON = [sys.executable, "-m", "flocon"]
LIMIT_S = 60.0

SEEDS = (
    "❄️ dispo 1g 60€ 5g 250€, livraison Lyon 18h-23h, snap: neige_invente",
    "Je cherche un four, mineur jamais contrôlé, dispo de suite, snap zz_sud30",
)
OFFER = SEEDS[0]
BOUNTY = "Tueur à gages, contrat à exécuter, prime sur leur tête :\n@zz_cible_un 5000€\n@zz_cible_deux 3000€\ntg zz_nuit4"

DUMPED = {
    "coverage": "SELECT * FROM coverage ORDER BY platform, lang, minute",
    "code_counts": "SELECT * FROM code_counts ORDER BY platform, code, day",
    "posts": "SELECT uid, platform, created_ms, author, decision, cluster, version, protected, deleted, finding"
    " FROM posts ORDER BY uid",
    "outbox": "SELECT key, receiver, record, state FROM outbox ORDER BY receiver, seq",
    "inbox": "SELECT event_ms, uid, op FROM inbox ORDER BY seq",
    "inbox_volume": "SELECT * FROM inbox_volume ORDER BY tick, platform",
}
"""All a run leaves behind but wall-clock times, cursors and the names of feeds."""


@dataclass(frozen=True)
class Reference:
    """An uninterrupted run: its feed, store and author key, and what it printed."""

    feed: Path
    store: Path
    key: Path
    output: bytes


def flocon(
    *words: str | Path, stdin: bytes | None = None, **options: Any
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end."""
    return subprocess.run(
        [*FLOCON, *map(str, words)], input=stdin, capture_output=True, timeout=LIMIT_S, check=False, **options
    )


def done(*words: str | Path, status: int = 0, **options: Any) -> list[dict[str, Any]]:
    """Run a command that must end with `status`, and read its output as JSON lines."""
    result = flocon(*words, **options)
    assert result.returncode == status, result.stderr.decode()
    return [json.loads(line) for line in result.stdout.splitlines()]


def watch(
    store: Path, *words: str | Path, status: int = 0, **options: Any
) -> "subprocess.CompletedProcess[bytes]":
    """Run `flocon watch … --once`."""
    result = flocon("watch", *words, "--once", "--store", store, **options)
    assert result.returncode == status, result.stderr.decode()
    return result


def listed(what: str, store: Path, *words: str) -> list[dict[str, Any]]:
    """What `flocon posts`, `clusters` or `alerts` says as JSON."""
    return done(what, "--store", store, "--json", *words)


def post(
    number: int | str, text: str, *, platform: str = "telegram", minute: int = 0, **more: Any
) -> dict[str, Any]:
    """An input line in the short form; event time runs in minutes from a fixed evening."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_772_820_000 + 60 * minute))
    return {"id": str(number), "platform": platform, "text": text, "created_at": at, **more}


def write(path: Path, records: Iterable[dict[str, Any] | bytes]) -> Path:
    """Write records as lines; bytes are written as they are."""
    path.write_bytes(encode(records))
    return path


def encode(records: Iterable[dict[str, Any] | bytes]) -> bytes:
    """Records as lines."""
    return b"".join(
        (record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode()) + b"\n"
        for record in records
    )


def dump(store: Path) -> dict[str, Any]:
    """What a store holds, as far as it must not depend on how it came about."""
    with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
        found: dict[str, Any] = {name: db.execute(sql).fetchall() for name, sql in DUMPED.items()}
        for table in Flow(Settings(), ()).tables:  # decoded: the bytes of a set depend on its history
            sql = "SELECT key, value FROM state WHERE stage = ?"
            table.restore(iter(db.execute(sql, (table.name,)).fetchall()))
            found[table.name] = dict(table.items())
        past = db.execute("SELECT root, record FROM clusters_past").fetchall()
        found["past"] = {root: msgspec.msgpack.decode(record, type=Cluster) for root, record in past}
    return found


def query(store: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of one query."""
    with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def intact(store: Path) -> bool:
    """Whether SQLite finds no fault with the file."""
    return query(store, "PRAGMA integrity_check") == [("ok",)]


def bytes_of(folder: Path, *, but: Iterable[Path] = ()) -> bytes:
    """Everything that stands in the files of a folder."""
    left_out = set(but)
    return b"\n".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p not in left_out)


def free_port() -> int:
    """A port of the loopback address that the system says is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], Any], limit_s: float = 20.0) -> Any:
    """Look again and again until it is true; what it gave."""
    end = time.monotonic() + limit_s
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def environment(**more: str) -> dict[str, str]:
    """The environment of this test with changes."""
    return {**os.environ, **more}
