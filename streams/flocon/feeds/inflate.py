"""Compressed content as a stream of bounded blocks: gzip of many members, zstd of many frames, or neither.

What it is is told by its first bytes, never by a name. Memory does not depend on the size of the content nor on
how well it compresses.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Final

import zstandard

from flocon.feeds.base import FeedNotUsable, Unreadable

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
"""A zstd frame, or a skippable one, with which some writers begin."""
MAGIC_BYTES: Final = 6
"""So many bytes at the start tell every kind apart."""
OTHERS: Final = {
    b"PK\x03\x04": "a zip archive: unpack it first",
    b"BZh": "compressed with bzip2: only gzip and zstd are read",
    b"\xfd7zXZ\x00": "compressed with xz: only gzip and zstd are read",
}
_GZIP_STEP: Final = 1 << 14
_ZSTD_STEP: Final = 256
"""Compressed bytes inflated at a time: zstd gives all of their content at once, up to 8 MiB if it is hostile."""
_WINDOW: Final = 2**31
"""Archives of posts are often written with the longest window zstd knows."""


def is_compressed(head: bytes) -> bool:
    """Whether content that begins like this must be inflated."""
    return head.startswith(GZIP) or ZSTD.match(head) is not None


def refuse_others(head: bytes, where: str) -> None:
    """Say no to content that begins like something that is not read.

    Raises:
        FeedNotUsable: an archive, another compression, or UTF-16.
    """
    for magic, what in OTHERS.items():
        if head.startswith(magic):
            raise FeedNotUsable(f"{where}: {what}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:2] in (b"{\x00", b"\x00{"):
        raise FeedNotUsable(f"{where}: text in UTF-16: only UTF-8 is read")


def inflate(blocks: Iterator[bytes], *, block_bytes: int) -> Iterator[bytes]:
    """The content of compressed `blocks`.

    Args:
        blocks: the compressed content; the first block holds at least `MAGIC_BYTES`.
        block_bytes: how much content is gathered into a block.

    Raises:
        Unreadable: truncated or corrupt; all that could be read was yielded before.
    """
    first = next(blocks)
    raw = chain((first,), blocks)
    contents = _gzip(raw, block_bytes) if first.startswith(GZIP) else _zstd(raw)
    held: list[bytes] = []
    size = 0
    damage = None
    try:
        for content in contents:
            held.append(content)
            size += len(content)
            if size >= block_bytes:
                yield b"".join(held)
                held.clear()
                size = 0
    except Unreadable as error:
        damage = error
    if held:
        yield b"".join(held)
    if damage is not None:
        raise damage


def _steps(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    for block in blocks:
        for start in range(0, len(block), size):
            yield block[start : start + size]


def _gzip(blocks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    member = None
    for step in _steps(blocks, _GZIP_STEP):
        data = step
        while data:
            if member is None:
                data = data.lstrip(b"\x00")  # members may be padded with zeros
                if not data:
                    break
                member = zlib.decompressobj(wbits=31)
            try:
                yield member.decompress(data, limit)
            except zlib.error as error:
                raise _corrupt("gzip") from error
            if member.eof:
                data, member = member.unused_data, None
            else:
                data = member.unconsumed_tail
    if member is not None:
        yield member.flush()
        raise _truncated("gzip")


def _zstd(blocks: Iterator[bytes]) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    frame = None
    for step in _steps(blocks, _ZSTD_STEP):
        data = step
        while data:
            if frame is None:
                frame = decompressor.decompressobj()
            try:
                yield frame.decompress(data)
            except zstandard.ZstdError as error:
                raise _corrupt("zstd") from error
            data = b""
            if frame.eof:
                data, frame = frame.unused_data, None
    if frame is not None:
        raise _truncated("zstd")


def _truncated(kind: str) -> Unreadable:
    return Unreadable("truncated", f"the {kind} stream is cut off")


def _corrupt(kind: str) -> Unreadable:
    return Unreadable("corrupt", f"the {kind} stream is damaged")
