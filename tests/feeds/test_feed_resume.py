import gzip
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flocon.feeds.files import FileFeed, FileOptions
from flocon.feeds.resume import HEAD_BYTES, Fingerprint

if TYPE_CHECKING:
    from flocon.feeds.base import Cursor

Read = Callable[..., Any]
Lines = Callable[..., bytes]


def test_the_same_file_twice_gives_nothing_the_second_time(read: Read, lines: Lines) -> None:
    first = read(lines(200))
    second = read(lines(200), cursors=first.cursors)
    assert second.batches == []
    assert second.resumed == first.cursors[-1]


def test_the_same_content_under_another_name_is_known(read: Read, lines: Lines, tmp_path: Path) -> None:
    first = read(lines(200))
    other = tmp_path / "renamed"
    other.write_bytes(lines(200))
    assert read(other, cursors=first.cursors).batches == []


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_the_same_content_compressed_is_known(
    read: Read, lines: Lines, pack: Callable[[bytes], bytes]
) -> None:
    plain = read(lines(200))
    assert read(pack(lines(200)), cursors=plain.cursors).events == []
    packed = read(pack(lines(100)))
    assert read(lines(101), cursors=packed.cursors).uids == ["telegram:100"]


@pytest.mark.parametrize("count", [1, 3, 200])
def test_what_was_appended_is_read_alone_with_its_own_line_numbers(
    read: Read, lines: Lines, count: int
) -> None:
    first = read(lines(count))
    second = read(lines(count) + b"nope\n" + lines(2, first=count), cursors=first.cursors)
    assert second.uids == [f"telegram:{count}", f"telegram:{count + 1}"]
    assert second.problems[0].line == count + 1
    assert second.problems[0].offset >= len(lines(count))
    assert second.cursors[-1].lines == count + 3
    assert second.cursors[-1].records == count + 2


def test_the_cursor_of_a_resumed_run_is_that_of_one_run(read: Read, lines: Lines) -> None:
    first = read(lines(120))
    second = read(lines(300), cursors=first.cursors)
    assert second.cursors[-1] == read(lines(300)).cursors[-1]


@pytest.mark.parametrize("where", [10, 5000, -20])
def test_changed_content_is_read_as_new(read: Read, lines: Lines, where: int) -> None:
    data = lines(200)
    changed = bytearray(data)
    changed[changed.index(b"menu", where)] = ord("M")
    first = read(data)
    second = read(bytes(changed), cursors=[first.cursors[-1]])
    assert len(second.uids) == 200
    assert second.resumed is None


def test_shortened_content_is_read_as_new(read: Read, lines: Lines) -> None:
    assert len(read(lines(150), cursors=[read(lines(200)).cursors[-1]]).uids) == 150


def test_the_furthest_cursor_that_fits_is_taken(read: Read, lines: Lines) -> None:
    cursors = read(lines(300), size=50).cursors
    changed = lines(220) + lines(80, first=1000)
    second = read(changed, cursors=cursors[::-1])
    assert second.resumed == cursors[3]
    assert second.uids[0] == "telegram:200"
    assert len(second.uids) == 100


def test_cursors_of_other_content_do_not_disturb(read: Read, lines: Lines) -> None:
    others = [read(lines(number, text=f"autre {number}")).cursors[-1] for number in (1, 2, 50, 300)]
    assert len(read(lines(100), cursors=others).uids) == 100


def test_a_cursor_of_nothing_is_of_no_use(read: Read, lines: Lines) -> None:
    assert len(read(lines(5), cursors=[Fingerprint().cursor(records=0)]).uids) == 5


@pytest.mark.parametrize("cut", [1, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1, 9000])
def test_a_fingerprint_does_not_depend_on_how_it_was_fed(lines: Lines, cut: int) -> None:
    data = lines(300)
    whole, parts = Fingerprint(), Fingerprint()
    whole.update(data)
    parts.update(data[:cut])
    twin = parts.copy()
    parts.update(memoryview(data)[cut:])
    assert parts.cursor(records=1) == whole.cursor(records=1)
    assert twin.offset == cut
    twin.update(data[cut:])
    assert twin.cursor(records=1) == whole.cursor(records=1)


class Tap:
    """Standard input that can be read once."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        block, self._data = self._data[:size], self._data[size:]
        return block

    def fileno(self) -> int:
        raise OSError


@pytest.fixture
def read_stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes, list[Any]], list[int]]:
    """Read content from a pipe on standard input: the numbers of its posts."""

    def _read(data: bytes, cursors: list[Any]) -> list[int]:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Tap(data)))
        feed = FileFeed("-", cursors=cursors, options=FileOptions(block_bytes=777))
        return [int(event.post.native_id) for batch in feed.batches() for event in batch.events]

    return _read


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
@pytest.mark.parametrize(
    "known_and_numbers",
    [
        (200, range(200, 200)),
        (200, range(200, 230)),
        (200, range(150)),
        (10, range(10, 200)),
        (1, range(1, 2)),
    ],
)
def test_standard_input_goes_on_where_it_ended_though_it_is_read_once(
    read: Read, lines: Lines, read_stdin: Any, pack: Any, known_and_numbers: tuple[int, range]
) -> None:
    known, numbers = known_and_numbers
    cursor = read(lines(known)).cursors[-1]
    assert read_stdin(pack(lines(numbers.stop)), [cursor]) == list(numbers)


def test_standard_input_that_changed_behind_its_head_goes_on_at_the_furthest_cursor(
    read: Read, lines: Lines, read_stdin: Any
) -> None:
    cursors = read(lines(300), size=100).cursors
    data = lines(250) + lines(50, first=900)
    assert read_stdin(data, cursors) == [*range(200, 250), *range(900, 950)]


@given(stops=st.lists(st.integers(0, 40), max_size=4), block=st.integers(1, 400), size=st.integers(1, 9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_points_of_stopping_give_every_record_once(
    read: Read, lines: Lines, stops: list[int], block: int, size: int
) -> None:
    data = lines(20) + b"nope\n" + lines(19, first=20)
    cursors: list[Cursor] = []
    uids: list[str] = []
    for stop in [*stops, 40]:
        result = read(data, cursors=cursors, block_bytes=block, size=size)
        kept = result.batches[: stop if stop < 40 else None]
        uids += [event.post.uid for batch in kept for event in batch.events]
        cursors += [batch.cursor for batch in kept]
    assert uids == [f"telegram:{number}" for number in range(39)]
