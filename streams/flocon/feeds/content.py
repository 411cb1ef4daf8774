"""The content of a file: its bytes after decompression, from the start, and if need be once more."""

import tempfile
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import IO, Final

from flocon.feeds.base import Unreadable
from flocon.feeds.inflate import MAGIC_BYTES, inflate, is_compressed, refuse_others
from flocon.feeds.source import Source

_SPOOL_MEMORY: Final = 1 << 22


class Content:
    """An iterator over blocks of decompressed content.

    Args:
        source: where the bytes come from. Compressed content is not followed.
        block_bytes: size of the blocks of compressed content.
        replay: keep what is read of a pipe, on disk, so that `restart` can start over.

    Attributes:
        damage: why the content ended too early, once it has; None otherwise.
        compressed: it is inflated while being read; known from the first block on.

    Raises:
        FeedNotUsable: on the first block: the content is of a kind that is not read.
    """

    def __init__(self, source: Source, *, block_bytes: int, replay: bool = False) -> None:
        self.source = source
        self.damage: Unreadable | None = None
        self.compressed = False
        self._block_bytes = block_bytes
        self._pushed: deque[bytes] = deque()
        self._blocks = self._read()
        self._spool: IO[bytes] | None = None
        if replay and not source.regular:
            self._spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)  # noqa: SIM115 - closed by `settle` or once read again

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._pushed:
            return self._pushed.popleft()
        block = next(self._blocks)
        if self._spool is not None:
            self._spool.write(block)
        return block

    def push(self, block: bytes) -> None:
        """Give back a block, or the end of one: it comes next."""
        if block:
            self._pushed.appendleft(block)

    def restart(self) -> None:
        """Start over at the first byte; for a pipe, once, and only where `replay` was asked for."""
        self._pushed.clear()
        if self._spool is None:
            self.source.rewind()
            self.damage = None
            self._blocks = self._read()
        else:
            self._blocks = chain(_drain(self._spool, self._block_bytes), self._blocks)
            self._spool = None

    def settle(self) -> None:
        """Promise that `restart` is not called any more."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _read(self) -> Iterator[bytes]:
        blocks = self.source.blocks()
        head = b""
        for block in blocks:
            head += block
            if len(head) >= MAGIC_BYTES:
                break
        if not head:
            return
        refuse_others(head, self.source.where)
        blocks = chain((head,), blocks)
        if not is_compressed(head):
            yield from blocks
            return
        self.compressed = True
        self.source.follow = False
        try:
            yield from inflate(blocks, block_bytes=self._block_bytes)
        except Unreadable as error:
            self.damage = error


def _drain(spool: IO[bytes], block_bytes: int) -> Iterator[bytes]:
    with spool:
        spool.seek(0)
        while block := spool.read(block_bytes):
            yield block
