"""Search finds words and emojis in any spelling, and emojis by their names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flocon.events import Author, Event, Post
from flocon.findings import make_finding
from flocon.privacy import Pseudonyms
from flocon.settings import load_screener
from flocon.stores.sqlite import SqliteStore

TEXT = "❄️ 1g 60€ 2g 110€, Livraison à Évry, snap : stem_42"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "s.db", write=True) as opened:
        post = Post(uid="x:1", platform="x", native_id="1", text=TEXT, author=Author(id="a"))
        finding = make_finding(
            Event(op="upsert", post=post),
            post,
            load_screener().screen(TEXT),
            raw=b"{}",
            pseudonyms=Pseudonyms(b"k" * 32),
            codebook="test",
        )
        with opened.transaction():
            opened.posts.put(finding, cluster=None, at_ms=1)
        yield opened


@pytest.mark.parametrize(
    "search", ["❄", "❄️", "livraison evry", "ÉVRY", "snowflake", "flocon", "STEM_42", "𝐥𝐢𝐯𝐫𝐚𝐢𝐬𝐨𝐧", "❄️ 60€"]
)
def test_a_post_is_found(store: SqliteStore, search: str) -> None:
    assert [post.uid for post in store.posts.find(search=search)] == ["x:1"]


@pytest.mark.parametrize("search", ["🌴", "lyon", 'a" OR "b', "palm tree", "❄ lyon"])
def test_a_post_is_not_found(store: SqliteStore, search: str) -> None:
    assert list(store.posts.find(search=search)) == []
