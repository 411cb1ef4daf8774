"""What was read once is not read again, whatever it is called and however it is packed."""

import gzip
from pathlib import Path
from typing import Any

import pytest
import zstandard
from acceptance_kit import BOUNTY, OFFER, dump, listed, post, query, watch, write

RECORDS: list[dict[str, Any]] = [
    *(post(number, OFFER, minute=number, author=f"u{number % 5}") for number in range(20)),
    *(post(f"o{number}", "bonne soirée", minute=number, lang="fr") for number in range(200)),
    post("b", BOUNTY, minute=25),
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that has read all records once."""
    watch(tmp_path / "s.db", write(tmp_path / "feed.jsonl", RECORDS))
    return tmp_path / "s.db"


def test_the_same_file_twice_adds_nothing(store: Path, tmp_path: Path) -> None:
    before = dump(store)
    assert before["posts"]
    assert before["coverage"]
    assert before["outbox"]
    again = watch(store, tmp_path / "feed.jsonl")
    assert dump(store) == before
    assert again.stdout == b"Nothing new in these files.\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["renamed", "gzip", "zstd"])
def test_the_same_content_under_another_name_adds_nothing(store: Path, tmp_path: Path, pack: Any) -> None:
    before = dump(store)
    other = tmp_path / "other"
    other.write_bytes(pack((tmp_path / "feed.jsonl").read_bytes()))
    watch(store, other)
    assert dump(store) == before


def test_the_same_content_on_standard_input_adds_nothing(store: Path, tmp_path: Path) -> None:
    before = dump(store)
    watch(store, "-", stdin=(tmp_path / "feed.jsonl").read_bytes())
    assert dump(store) == before


def test_the_same_content_twice_in_one_call_counts_once(store: Path, tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    (tmp_path / "copy").write_bytes(feed.read_bytes())
    (tmp_path / "new").mkdir()
    watch(tmp_path / "new/s.db", feed, tmp_path / "copy", feed)
    assert dump(tmp_path / "new/s.db")["coverage"] == dump(store)["coverage"]


def test_an_appended_file_adds_only_its_new_lines(store: Path, tmp_path: Path) -> None:
    with (tmp_path / "feed.jsonl").open("ab") as file:
        file.write(
            write(
                tmp_path / "more", [post("new", OFFER, minute=30), post("n", "bonsoir", minute=31)]
            ).read_bytes()
        )
    before = query(store, "SELECT sum(posts) FROM coverage")[0][0]
    output = watch(store, tmp_path / "feed.jsonl").stdout
    assert output.startswith(b"Read 2 posts")
    assert query(store, "SELECT sum(posts) FROM coverage")[0][0] == before + 2
    assert listed("posts", store)[-1]["uid"] == "telegram:new"


def test_a_last_line_without_its_end_is_read_once_it_has_one(tmp_path: Path) -> None:
    lines = write(tmp_path / "all", RECORDS[:3]).read_bytes()
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(lines[:-40])
    watch(tmp_path / "s.db", feed, status=3)
    assert len(listed("posts", tmp_path / "s.db")) == 2
    feed.write_bytes(lines)
    watch(tmp_path / "s.db", feed)
    assert len(listed("posts", tmp_path / "s.db")) == 3
    assert query(tmp_path / "s.db", "SELECT sum(posts) FROM coverage") == [(3,)]


def test_two_files_in_one_call_equal_their_concatenation(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOCON_AUTHOR_KEY_FILE", str(tmp_path / "s.db.author-key"))
    first, second = write(tmp_path / "a", RECORDS[::2]), write(tmp_path / "b", RECORDS[1::2])
    watch(tmp_path / "two.db", first, second)
    watch(tmp_path / "reversed.db", second, first)
    whole = {name: rows for name, rows in dump(store).items() if name != "outbox"}
    for name in ("two.db", "reversed.db"):
        assert {key: rows for key, rows in dump(tmp_path / name).items() if key != "outbox"} == whole
        assert dump(tmp_path / name)["outbox"] == dump(store)["outbox"]
