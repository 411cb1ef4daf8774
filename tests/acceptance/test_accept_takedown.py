"""What is deleted at its source is deleted here: text, search, author, and the bytes on disk."""

from pathlib import Path
from typing import Any

import pytest
from acceptance_kit import OFFER, bytes_of, dump, listed, post, query, watch, write

TOKEN = "zzmotunique"
DID = "did:plc:zzinvente4242authorid"
KEEP = post("k", OFFER, minute=5, author="other")


def _commit(operation: str, **more: Any) -> dict[str, Any]:
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": "3zz2222222222", **more}
    return {"did": DID, "time_us": 1_772_820_001_000_000, "kind": "commit", "commit": commit}


CREATED = _commit(
    "create",
    cid="zz1",
    record={"$type": "app.bsky.feed.post", "text": f"{OFFER} {TOKEN}", "createdAt": "2026-03-06T18:00:00Z"},
)
SHORT = post("1", f"{OFFER} {TOKEN}", author="u")
PLAIN = {"uid": "telegram:1", "platform": "telegram", "native_id": "1", "text": "bonjour", "version": "2"}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "event": (SHORT, {"op": "delete", "target": "telegram:1"}),
    "jetstream": (CREATED, _commit("delete")),
    "author": (SHORT, {"op": "purge_author", "target": "telegram:u"}),
    "account": (
        CREATED,
        {"did": DID, "time_us": 1, "kind": "account", "account": {"active": False, "status": "deleted"}},
    ),
    "edit": (
        SHORT,
        {
            "op": "upsert",
            "post": {**PLAIN, "created_at": SHORT["created_at"], "edited_at": "2026-03-06T19:00:00Z"},
        },
    ),
}


FILES = ("one file", "another file", "a later run")


def _taken_back(case: str, files: str, folder: Path) -> bytes:
    """Let a post come and go; what then stands in all files but the feeds."""
    made, gone = CASES[case]
    feeds, store = folder / "feeds", folder / "s.db"
    feeds.mkdir()
    if files == "one file":
        watch(store, write(feeds / "a", [KEEP, made, gone]))
    else:
        first, second = write(feeds / "a", [KEEP, made]), write(feeds / "b", [gone])
        if files == "a later run":
            watch(store, first)
            assert TOKEN.encode() in bytes_of(folder, but=[first, second])
        watch(store, *([second, first] if files == "another file" else [second]))
    return bytes_of(folder, but=feeds.iterdir())


@pytest.mark.parametrize("files", FILES)
@pytest.mark.parametrize("case", CASES)
def test_what_is_taken_back_leaves_lists_search_and_record(case: str, files: str, tmp_path: Path) -> None:
    left = _taken_back(case, files, tmp_path)
    store = tmp_path / "s.db"
    assert [record["uid"] for record in listed("posts", store)] == ["telegram:k"]
    assert listed("posts", store, "--search", TOKEN) == []
    assert query(store, "SELECT author, finding FROM posts WHERE deleted") == [(None, None)]
    assert dump(store)["inbox"] == []
    assert f"{OFFER} {TOKEN}".encode() not in left
    assert b"zzinvente4242" not in left


def test_what_is_taken_back_leaves_no_word_on_disk(tmp_path: Path) -> None:
    assert TOKEN.encode() not in _taken_back("event", "a later run", tmp_path)


def test_what_was_deleted_does_not_come_back_with_an_old_copy(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    watch(store, write(tmp_path / "a", [SHORT, CASES["event"][1]]))
    watch(store, write(tmp_path / "b", [KEEP, SHORT]))
    assert [record["uid"] for record in listed("posts", store)] == ["telegram:k"]
