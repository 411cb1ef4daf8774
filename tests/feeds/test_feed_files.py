import gzip
import io
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flocon.feeds.base import FeedError, FeedNotUsable
from flocon.feeds.files import FileFeed, FileOptions

Read = Callable[..., Any]
Lines = Callable[..., bytes]
PACKERS = {
    "gzip": gzip.compress,
    "gzip of two members": lambda data: gzip.compress(data[:90]) + gzip.compress(data[90:]),
    "gzip padded with zeros": lambda data: gzip.compress(data) + b"\x00" * 512,
    "zstd": zstandard.compress,
    "zstd of two frames": lambda data: zstandard.compress(data[:90]) + zstandard.compress(data[90:]),
    "zstd behind a skippable frame": lambda data: b"\x50\x2a\x4d\x18\x03\0\0\0abc" + zstandard.compress(data),
    "zstd with the longest window": lambda data: zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    ).compress(data),
}


class Tap:
    """Standard input that is a pipe: it can be read once, and gives a little at a time."""

    def __init__(self, data: bytes, piece: int = 1000) -> None:
        self._data = io.BytesIO(data)
        self._piece = piece

    def read(self, size: int) -> bytes:
        return self._data.read(min(size, self._piece))

    def fileno(self) -> int:
        raise io.UnsupportedOperation


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put content on standard input."""

    def _put(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Tap(data)))

    return _put


@pytest.mark.parametrize("packer", PACKERS.values(), ids=PACKERS)
def test_compression_is_told_by_content_not_by_name(read: Read, lines: Lines, packer: Any) -> None:
    data = lines(10)
    result = read(packer(data))
    assert result.uids == read(data).uids
    assert result.problems == []
    assert result.cursors[-1] == read(data).cursors[-1]


@pytest.mark.parametrize("packer", [bytes, gzip.compress, zstandard.compress])
def test_standard_input_is_read_like_a_file(lines: Lines, stdin: Any, packer: Any) -> None:
    stdin(packer(lines(300)))
    batches = list(FileFeed("-").batches())
    assert [event.post.native_id for batch in batches for event in batch.events] == [
        str(n) for n in range(300)
    ]


def test_a_problem_of_standard_input_names_it(stdin: Any) -> None:
    stdin(b"nope\n")
    assert str(next(FileFeed("-").batches()).problems[0]).startswith("<stdin>:1: not JSON")


def test_standard_input_that_is_closed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(FeedNotUsable, match="<stdin>: closed"):
        list(FileFeed("-").batches())


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("kept", [0.2, 0.6, 0.99])
def test_a_truncated_stream_gives_what_is_there_and_one_problem(
    read: Read, pack: Callable[[bytes], bytes], kept: float
) -> None:
    data = b"".join(
        f'{{"id":{n},"platform":"x","text":"{hash((n, "salt")):x}{n**9:x}"}}\n'.encode() for n in range(3000)
    )
    packed = pack(data)
    result = read(packed[: int(len(packed) * kept)])
    problem = result.problems[-1]
    assert result.codes == ["truncated"]
    assert result.uids == [f"x:{n}" for n in range(len(result.uids))]
    assert problem.offset is not None
    given_lines = data[: problem.offset].count(b"\n")
    assert len(result.uids) in (given_lines, given_lines + 1)
    assert problem.line == len(result.uids) + 1
    again = read(packed, cursors=result.cursors)
    assert result.uids + again.uids == read(data).uids


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_stream_with_garbage_behind_it_is_reported(read: Read, lines: Lines, pack: Any) -> None:
    result = read(pack(lines(5)) + b"garbage")
    assert len(result.uids) == 5
    assert result.codes == ["corrupt"]


def test_a_damaged_checksum_is_reported(read: Read, lines: Lines) -> None:
    packed = bytearray(gzip.compress(lines(5)))
    packed[-8] ^= 1
    assert read(bytes(packed)).codes == ["corrupt"]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ('{"id":1}'.encode("utf-16"), "UTF-16"),
        ('{"id":1}'.encode("utf-16-le"), "UTF-16"),
        ('{"id":1}'.encode("utf-16-be"), "UTF-16"),
        (b"PK\x03\x04....", "zip"),
        (b"BZh9....", "bzip2"),
        (b"\xfd7zXZ\x00....", "xz"),
    ],
)
def test_content_of_a_kind_that_is_not_read_is_refused(read: Read, head: bytes, why: str) -> None:
    with pytest.raises(FeedNotUsable, match=why):
        read(head)


def test_a_byte_order_mark_at_the_start_is_no_part_of_the_first_line(read: Read, lines: Lines) -> None:
    data = b"\xef\xbb\xbf" + lines(2) + b"nope\n"
    result = read(data)
    assert result.uids == ["telegram:0", "telegram:1"]
    assert result.raws[0].startswith(b"{")
    assert result.cursors[-1].offset == len(data)
    assert result.problems[0].line == 3
    assert result.problems[0].offset >= len(data) - len(b"nope\n")


@pytest.mark.parametrize("data", [b"", b"\n", b" \n\r\n\t"])
def test_nothing_gives_nothing(read: Read, data: bytes) -> None:
    result = read(data)
    assert (result.events, result.problems) == ([], [])


def test_a_last_line_without_its_newline_is_read(read: Read, lines: Lines) -> None:
    data = lines(3).removesuffix(b"\n")
    result = read(data)
    assert len(result.uids) == 3
    assert result.cursors[-1].offset == len(data)


def test_a_last_line_that_is_unfinished_is_reported_and_not_passed(read: Read, lines: Lines) -> None:
    data = lines(3)
    first = read(data[:-10])
    assert len(first.uids) == 2
    assert first.codes == ["invalid_json"]
    assert first.cursors[-1].offset == len(lines(2))
    assert read(data, cursors=first.cursors).uids == ["telegram:2"]


def test_a_batch_holds_no_more_than_asked_for(read: Read, lines: Lines) -> None:
    result = read(lines(25), size=10)
    assert [len(batch.events) for batch in result.batches] == [10, 10, 5]
    assert [cursor.lines for cursor in result.cursors] == [10, 20, 25]
    assert [cursor.offset for cursor in result.cursors] == [len(lines(10)), len(lines(20)), len(lines(25))]


def test_a_line_of_ten_megabytes_is_skipped(read: Read, lines: Lines) -> None:
    long = lines(1, first=7, text="a" * 10_000_000)
    result = read(lines(2) + long + lines(1, first=3))
    assert result.uids == ["telegram:0", "telegram:1", "telegram:3"]
    problem = result.problems[0]
    assert (problem.code, problem.line, problem.offset) == ("too_long", 3, len(lines(2)))
    assert str(problem).endswith(f":3: line longer than 4194304 bytes (byte {problem.offset})")
    assert result.cursors[-1].lines == 4


@pytest.mark.parametrize("ends", [b"", b"\n"])
def test_a_last_line_that_is_too_long_is_skipped(read: Read, lines: Lines, ends: bytes) -> None:
    data = lines(2) + b"a" * 300 + ends
    result = read(data, max_line_bytes=100, block_bytes=64)
    assert len(result.uids) == 2
    assert [(problem.code, problem.line) for problem in result.problems] == [("too_long", 3)]
    assert result.cursors[-1].offset == len(data)


def test_a_line_of_exactly_the_limit_is_read(read: Read, lines: Lines) -> None:
    data = lines(1)
    limit = len(data) - 1
    assert len(read(data, max_line_bytes=limit).uids) == 1
    assert read(data, max_line_bytes=limit - 1).codes == ["too_long"]


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.integers(0, 9).map(lambda n: f'{{"id":{n},"platform":"x","text":"é❄️{"y" * n * 9}"}}'.encode()),
        st.sampled_from([b"", b"\r", b"{}", b"[1]", b"\xef\xbb\xbf", b'{"id":"\\ud83d"}', b"z" * 70]),
    ),
    max_size=12,
)


@given(records=PIECES, ends=st.sampled_from([b"", b"\n"]), block=st.integers(1, 90), size=st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_block_borders_and_batch_sizes_change_nothing(
    read: Read, records: list[bytes], ends: bytes, block: int, size: int
) -> None:
    data = b'{"id":0,"platform":"x","text":""}\n' + b"\n".join(records) + ends
    whole = read(data, max_line_bytes=60)
    cut = read(data, max_line_bytes=60, block_bytes=block, size=size)
    assert cut.events == whole.events
    assert cut.raws == whole.raws
    assert cut.problems == whole.problems
    assert cut.cursors[-1] == whole.cursors[-1]


def _long_stream(pack: str) -> Iterator[bytes]:
    """About 60 MB of lines, compressed piece by piece."""
    block = b"".join(
        b'{"id":"%d","platform":"telegram","text":"%s"}\n' % (n, b"menu du soir " * 200) for n in range(400)
    )
    packer = gzip.compress if pack == "gzip" else zstandard.compress
    packed = packer(block)
    return iter([packed] * (60_000_000 // len(block)))


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
def test_memory_does_not_grow_with_the_content(tmp_path: Path, pack: str) -> None:
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.writelines(_long_stream(pack))
    tracemalloc.start(1)
    try:
        count = sum(len(batch.events) for batch in FileFeed(str(path)).batches())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count > 20_000
    assert peak < 16_000_000


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_memory_does_not_grow_with_how_well_content_compresses(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(pack(b"a" * 100_000_000 + b"\n"))
    tracemalloc.start(1)
    try:
        problems = [problem for batch in FileFeed(str(path)).batches() for problem in batch.problems]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [problem.code for problem in problems] == ["too_long"]
    assert peak < 50_000_000


def test_an_error_of_the_system_names_file_and_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("flocon.feeds.source.Source._read", fail)
    path = tmp_path / "feed.jsonl"
    path.touch()
    with pytest.raises(FeedError, match=r"feed\.jsonl: Input/output error \(byte 0\)"):
        list(FileFeed(str(path), options=FileOptions()).batches())
