"""What is kept has an end: retention, the cap on disk, and stores of an older schema."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance_kit import OFFER, SEEDS, intact, listed, post, query, watch, write

from flocon.stores import database, retention
from flocon.stores.errors import StoreError
from flocon.stores.retention import Retention
from flocon.stores.schema import STEPS
from flocon.stores.sqlite import SqliteStore

DAY_MS = 86_400_000
RECORDS = [post(n, text, minute=n) for n, text in enumerate((OFFER, SEEDS[1], OFFER))]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    watch(tmp_path / "s.db", write(tmp_path / "feed", RECORDS))
    with SqliteStore(tmp_path / "s.db", write=True) as opened:
        yield opened


def _prune(store: SqliteStore, *, days: float, keep: Retention | None = None) -> dict[str, int]:
    with store.transaction():
        return store.upkeep.prune(keep or Retention(), int(time.time() * 1000 + days * DAY_MS))


@pytest.mark.parametrize(
    ("days", "left"),
    [(0, ["0", "1", "2"]), (29, ["0", "1", "2"]), (31, ["0", "2"]), (89, ["0", "2"]), (91, [])],
)
def test_posts_go_when_their_time_is_over_counted_from_ingestion(
    days: int, left: list[str], store: SqliteStore
) -> None:
    gone = _prune(store, days=days)
    assert [record.uid.removeprefix("telegram:") for record in store.posts.find()] == left
    assert sum(gone.values()) == len(RECORDS) - len(left)
    found = list(store.posts.find(search="dispo"))
    assert {record.uid for record in found} <= {f"telegram:{name}" for name in left}
    audit = query(store.path, "SELECT what, detail FROM audit")
    assert audit == [("pruned", f"{reason} {rows}") for reason, rows in gone.items()]


def test_the_cap_on_disk_is_kept_and_candidates_go_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_PRUNE_ROWS", 50)
    records = [post(n, f"{(OFFER, SEEDS[1])[n % 2]} n{n} {n * 7919:x}" * 3, minute=n) for n in range(600)]
    watch(tmp_path / "s.db", write(tmp_path / "feed", records))
    with SqliteStore(tmp_path / "s.db", write=True) as store:
        cap = store.upkeep.used_bytes() * 9 // 10
        gone = _prune(store, days=0, keep=Retention(max_bytes=cap))
        assert gone["disk_cap"] > 0
        assert store.upkeep.used_bytes() <= cap
        left = [record.decision for record in store.posts.find()]
    assert left.count("candidate") == len(records) // 2
    assert 0 < left.count("index") < len(records) // 2
    assert intact(tmp_path / "s.db")


def test_a_run_enforces_the_retention_of_its_settings(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("retention:\n  index_days: 0\n")
    watch(tmp_path / "s.db", write(tmp_path / "feed", RECORDS), "--config", config)
    time.sleep(0.002)
    watch(tmp_path / "s.db", write(tmp_path / "more", [post(9, OFFER, minute=9)]), "--config", config)
    assert {record["decision"] for record in listed("posts", tmp_path / "s.db")} == {"candidate"}


def test_a_store_of_an_older_schema_takes_the_missing_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    watch(path, write(tmp_path / "feed", RECORDS))
    step = "CREATE TABLE later (a); INSERT INTO later SELECT count(*) FROM posts;"
    monkeypatch.setattr(database, "STEPS", (*STEPS, step))
    with pytest.raises(StoreError, match="older one"), SqliteStore(path):
        pass
    for _ in range(2):
        with SqliteStore(path, write=True) as store:
            assert len(list(store.posts.find())) == len(RECORDS)
    assert query(path, "PRAGMA user_version") == [(len(STEPS) + 1,)]
    assert query(path, "SELECT a FROM later") == [(len(RECORDS),)]


def test_a_step_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    watch(path, write(tmp_path / "feed", RECORDS))
    monkeypatch.setattr(
        database, "STEPS", (*STEPS, "CREATE TABLE later (a); INSERT INTO missing VALUES (1);")
    )
    with pytest.raises(StoreError, match="missing"), SqliteStore(path, write=True):
        pass
    monkeypatch.undo()
    assert query(path, "PRAGMA user_version") == [(len(STEPS),)]
    assert query(path, "SELECT count(*) FROM sqlite_master WHERE name = 'later'") == [(0,)]
    watch(path, tmp_path / "feed")
    assert len(listed("posts", path)) == len(RECORDS)
