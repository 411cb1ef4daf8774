"""Where to go on in content that may have been read before, told by the content and not by its name.

A cursor says: these first bytes have this digest, and all events in them were given. Content that begins with
the very same bytes goes on behind them, under any name and compressed or not; any other content is new.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from flocon.feeds.base import Cursor
from flocon.feeds.content import Content

HEAD_BYTES: Final = 4096


class Fingerprint:
    """The running digest of content from its first byte."""

    def __init__(self) -> None:
        self.offset = 0
        self._hash = hashlib.blake2b(digest_size=16)
        self._head: str | None = None

    def update(self, data: bytes | memoryview) -> None:
        """Take in the bytes that follow."""
        if self._head is None and self.offset + len(data) >= HEAD_BYTES:
            cut = HEAD_BYTES - self.offset
            self._hash.update(data[:cut])
            self._head = self._hash.hexdigest()
            self._hash.update(data[cut:])
        else:
            self._hash.update(data)
        self.offset += len(data)

    def digest(self) -> str:
        """The digest of all bytes so far."""
        return self._hash.hexdigest()

    def copy(self) -> "Fingerprint":
        """One that goes on by itself from here."""
        twin = Fingerprint()
        twin.offset, twin._hash, twin._head = self.offset, self._hash.copy(), self._head
        return twin

    def cursor(self, *, records: int, lines: int = 0) -> Cursor:
        """The cursor that says all so far was consumed."""
        digest = self.digest()
        return Cursor(
            head=self._head or digest,
            head_bytes=min(self.offset, HEAD_BYTES),
            offset=self.offset,
            digest=digest,
            records=records,
            lines=lines,
        )


def resume(content: Content, cursors: Iterable[Cursor], *, whole: bool) -> tuple[Fingerprint, Cursor | None]:
    """Bring content to the end of what was consumed of it.

    Args:
        content: at its first byte; afterwards at the byte to go on with.
        cursors: all that are known, of this content and of others.
        whole: leave the content at its first byte: the reader must see it from there.

    Returns:
        The fingerprint of what comes before the position of the content, and the furthest cursor that fits.

    A pipe is held back until enough was read to rule all other cursors out: 4096 bytes, as a rule.
    """
    here, there, best = _search(content, cursors)
    if whole or there.offset < here.offset:
        if here.offset:
            content.restart()
        there = Fingerprint() if whole else there
        _skip(content, there.offset)
    content.settle()
    return there, best


def _search(content: Content, cursors: Iterable[Cursor]) -> tuple[Fingerprint, Fingerprint, Cursor | None]:
    """How far it was read, the fingerprint at the furthest cursor that fits, and that cursor."""
    size = None if content.compressed else content.source.size
    alive = {cursor for cursor in cursors if cursor.offset > 0 and (size is None or cursor.offset <= size)}
    checks: dict[int, set[Cursor]] = {}
    for cursor in alive:
        checks.setdefault(cursor.head_bytes, set()).add(cursor)
        checks.setdefault(cursor.offset, set()).add(cursor)
    here, there, best = Fingerprint(), Fingerprint(), None
    for point in sorted(checks):
        asked = checks[point] & alive
        if not asked:
            continue
        if not _advance(content, here, point):
            break
        digest = here.digest()
        for cursor in asked:
            if cursor.offset == point and cursor.digest == digest:
                best, there = cursor, here.copy()
        alive -= {cursor for cursor in asked if cursor.offset == point or cursor.head != digest}
    return here, there, best


def _advance(content: Content, here: Fingerprint, point: int) -> bool:
    """Read on to `point`; False where the content ends before."""
    while here.offset < point:
        block = next(content, None)
        if block is None:
            return False
        cut = point - here.offset
        content.push(block[cut:])
        here.update(block[:cut])
    return True


def _skip(content: Content, count: int) -> None:
    while count:
        block = next(content)
        content.push(block[count:])
        count -= min(count, len(block))
