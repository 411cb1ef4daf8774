"""What the tests of feeds share: reading a file to its end, and writing lines."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flocon.events import Event, Post
from flocon.feeds.base import Batch, Cursor, Problem
from flocon.feeds.files import FileFeed, FileOptions


@dataclass
class Result:
    """All a feed gave."""

    batches: list[Batch]
    resumed: Cursor | None

    @property
    def events(self) -> list[Event]:
        return [event for batch in self.batches for event in batch.events]

    @property
    def raws(self) -> list[bytes]:
        return [raw for batch in self.batches for raw in batch.raws]

    @property
    def posts(self) -> list[Post]:
        return [event.post for event in self.events if event.post is not None]

    @property
    def problems(self) -> list[Problem]:
        return [problem for batch in self.batches for problem in batch.problems]

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]

    @property
    def uids(self) -> list[str]:
        return [post.uid for post in self.posts]

    @property
    def cursors(self) -> list[Cursor]:
        return [batch.cursor for batch in self.batches]


Reader = Callable[..., Result]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read content, given as bytes or as a path, to its end."""

    def _read(
        content: bytes | Path, *, cursors: Sequence[Cursor] = (), size: int = 2000, **options: Any
    ) -> Result:
        path = content if isinstance(content, Path) else tmp_path / "feed.jsonl"
        if isinstance(content, bytes):
            path.write_bytes(content)
        feed = FileFeed(str(path), cursors=cursors, options=FileOptions(**options))
        batches = list(feed.batches(size))
        return Result(batches, feed.resumed)

    return _read


@pytest.fixture
def lines() -> Callable[..., bytes]:
    """So many short lines, numbered from `first`."""

    def _lines(count: int, *, first: int = 0, text: str = "menu du soir") -> bytes:
        records = (
            {"id": number, "platform": "telegram", "text": text} for number in range(first, first + count)
        )
        return b"".join(json.dumps(record).encode() + b"\n" for record in records)

    return _lines
