import gzip
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from flocon.feeds.files import FileFeed, FileOptions

if TYPE_CHECKING:
    from flocon.feeds.base import Batch

LIMIT_S = 10
"""A test that waits longer has failed."""


class Follower:
    """Reads a feed in a thread of its own, as the service does."""

    def __init__(self, path: str, cursors: Any = ()) -> None:
        self.stop = threading.Event()
        self.batches: list[Batch] = []
        self._news = threading.Condition()
        options = FileOptions(poll_s=0.01)
        self.feed = FileFeed(path, cursors=cursors, follow=True, stop=self.stop, options=options)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for batch in self.feed.batches():
            with self._news:
                self.batches.append(batch)
                self._news.notify_all()

    @property
    def ids(self) -> list[str]:
        return [event.post.native_id for batch in self.batches for event in batch.events if event.post]

    @property
    def codes(self) -> list[str]:
        return [problem.code for batch in self.batches for problem in batch.problems]

    def wait_for(self, *ids: str) -> None:
        with self._news:
            self._news.wait_for(lambda: self.ids[-len(ids) :] == list(ids), LIMIT_S)
        assert self.ids[-len(ids) :] == list(ids)

    def end(self) -> None:
        self.stop.set()
        self.join()

    def join(self) -> None:
        self._thread.join(LIMIT_S)
        assert not self._thread.is_alive()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "feed.jsonl"
    found.write_bytes(line("a"))
    return found


@pytest.fixture
def follower(path: Path) -> Iterator[Follower]:
    running = Follower(str(path))
    running.wait_for("a")
    yield running
    running.end()


def line(name: str, text: str = "menu") -> bytes:
    return f'{{"id":"{name}","platform":"x","text":"{text}"}}\n'.encode()


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_lines_are_given_as_they_are_appended(follower: Follower, path: Path) -> None:
    append(path, line("b"))
    follower.wait_for("a", "b")
    append(path, line("c") + line("d"))
    follower.wait_for("a", "b", "c", "d")


def test_a_line_is_waited_for_until_its_newline_comes(follower: Follower, path: Path) -> None:
    append(path, line("b") + line("c")[:9])
    follower.wait_for("a", "b")
    append(path, line("c")[9:])
    follower.wait_for("a", "b", "c")
    assert follower.codes == []


def test_a_last_line_without_newline_is_taken_when_following_ends(follower: Follower, path: Path) -> None:
    append(path, line("b") + line("c").rstrip())
    follower.wait_for("a", "b")
    follower.end()
    assert follower.ids == ["a", "b", "c"]


def test_an_unfinished_line_at_the_end_is_left_to_the_next_run(follower: Follower, path: Path) -> None:
    append(path, line("b") + line("c")[:9])
    follower.wait_for("a", "b")
    follower.end()
    assert follower.codes == []
    append(path, line("c")[9:])
    again = Follower(str(path), [follower.batches[-1].cursor])
    again.wait_for("c")
    again.end()
    assert again.ids == ["c"]


def test_a_file_that_takes_the_place_of_another_is_read_from_its_start(
    follower: Follower, path: Path
) -> None:
    append(path, line("b"))
    other = path.with_name("new")
    other.write_bytes(line("c") + line("d"))
    other.rename(path)
    follower.wait_for("a", "b", "c", "d")
    append(path, line("e"))
    follower.wait_for("a", "b", "c", "d", "e")


def test_a_file_that_is_away_for_a_while_is_waited_for(follower: Follower, path: Path) -> None:
    path.rename(path.with_name("old"))
    append(path.with_name("old"), line("b"))
    follower.wait_for("a", "b")
    path.write_bytes(line("c"))
    follower.wait_for("a", "b", "c")


def test_a_truncated_file_is_read_from_its_start(follower: Follower, path: Path) -> None:
    append(path, line("b"))
    follower.wait_for("a", "b")
    path.write_bytes(line("c"))
    follower.wait_for("a", "b", "c")


def test_a_copy_that_takes_the_place_of_its_original_gives_only_what_is_new(
    follower: Follower, path: Path
) -> None:
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes() + line("b"))
    copy.rename(path)
    follower.wait_for("a", "b")
    follower.end()
    assert follower.ids == ["a", "b"]


def test_an_unfinished_line_of_a_replaced_file_is_reported(follower: Follower, path: Path) -> None:
    append(path, line("b") + b'{"id":')
    follower.wait_for("a", "b")
    other = path.with_name("new")
    other.write_bytes(line("c"))
    other.rename(path)
    follower.wait_for("a", "b", "c")
    assert follower.codes == ["invalid_json"]


def test_an_empty_file_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    follower = Follower(str(path))
    append(path, line("a"))
    follower.wait_for("a")
    follower.end()


def test_compressed_content_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_bytes(gzip.compress(line("a")))
    follower = Follower(str(path))
    follower.join()
    assert follower.ids == ["a"]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The writing end of a pipe on standard input."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=file))
        yield writing


def test_a_pipe_is_given_as_it_comes_and_ends_with_its_writer(pipe: int) -> None:
    follower = Follower("-")
    os.write(pipe, line("a"))
    follower.wait_for("a")
    os.write(pipe, line("b") + line("c").rstrip())
    follower.wait_for("a", "b")
    os.close(pipe)
    follower.join()
    assert follower.ids == ["a", "b", "c"]


def test_a_pipe_that_ends_within_a_line_is_reported(pipe: int) -> None:
    follower = Follower("-")
    os.write(pipe, line("a") + b'{"id":')
    os.close(pipe)
    follower.join()
    assert (follower.ids, follower.codes) == (["a"], ["invalid_json"])


def test_waiting_for_a_pipe_can_be_stopped(pipe: int) -> None:
    follower = Follower("-")
    os.write(pipe, line("a") + line("b")[:5])
    follower.wait_for("a")
    follower.end()
    os.close(pipe)
    assert (follower.ids, follower.codes) == (["a"], [])
