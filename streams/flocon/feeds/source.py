"""The raw bytes of a file or of standard input, read once from the start, and followed as the file grows."""

import io
import os
import select
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from flocon.feeds.base import FeedError, FeedNotUsable

STDIN: Final = "-"
_FOREVER: Final = threading.Event()


def name_of(path: str) -> str:
    """The path as it stands in messages."""
    return "<stdin>" if path == STDIN else path


class Source:
    """Blocks of one file from its start.

    Args:
        path: a file, or `-` for standard input.
        follow: at the end of a regular file wait for more until `stop` is set. A pipe is handed on as it
            comes, and ends when its writers close it.
        stop: ends the waiting.
        block_bytes: bound on each block.
        poll_s: seconds between two looks at a file that does not grow.

    Attributes:
        follow: may be switched off while reading.
        replaced: reading ended because the file was truncated or another one took its place.
        at_end: reading came to the end of the content, rather than being stopped on the way.
    """

    def __init__(
        self, path: str, *, follow: bool, stop: threading.Event | None, block_bytes: int, poll_s: float
    ) -> None:
        self.where = name_of(path)
        self.follow = follow
        self.replaced = False
        self.at_end = False
        self._path = path
        self._stop = _FOREVER if stop is None else stop
        self._block = block_bytes
        self._poll_s = poll_s
        self._file = self._open()
        self._descriptor = _descriptor(self._file)
        self.regular = self._descriptor is not None and stat.S_ISREG(os.fstat(self._descriptor).st_mode)
        self._start = self._position = self._file.tell() if self.regular else 0

    def rewind(self) -> None:
        """Go back to where a regular file was opened; `blocks` then starts over."""
        self._file.seek(self._start)
        self._position = self._start
        self.at_end = False

    @property
    def size(self) -> int | None:
        """Size of a regular file by now; None for anything else."""
        if self._descriptor is None or not self.regular:
            return None
        return os.fstat(self._descriptor).st_size

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks.

        Raises:
            FeedError: the system cannot read on.
        """
        try:
            while not self._stop.is_set():
                block = self._read()
                if block:
                    self._position += len(block)
                    yield block
                elif block is None or not self._grows():
                    return
        except OSError as error:
            raise FeedError(f"{self.where}: {error.strerror} (byte {self._position})") from error

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._path != STDIN:
            self._file.close()

    def _open(self) -> BinaryIO:
        if self._path == STDIN:
            if sys.stdin is None:  # closed by who started us
                raise FeedNotUsable(f"{self.where}: closed")
            return sys.stdin.buffer
        try:
            return Path(self._path).open("rb")
        except FileNotFoundError as error:
            raise FeedNotUsable(f"{self.where}: no such file") from error
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = getattr(error, "strerror", None) or str(error)
            raise FeedNotUsable(f"{self.where}: {reason[:1].lower()}{reason[1:]}") from error

    def _read(self) -> bytes | None:
        """The next block, empty at the end of the file, None where `stop` was set while waiting for it."""
        if self.regular or not self.follow or self._descriptor is None:
            return self._file.read(self._block)
        while not select.select([self._descriptor], [], [], self._poll_s)[0]:
            if self._stop.is_set():
                return None
        return os.read(self._descriptor, self._block)

    def _grows(self) -> bool:
        """At the end of the file: wait; whether there is more to read."""
        self.at_end = True
        if not (self.follow and self.regular):
            return False
        while True:
            replaced = self._other_file()  # asked first: what the old file got before that is still read
            size = self.size or 0
            if size > self._position:
                self.at_end = False
                return True
            if replaced or size < self._position:
                self.replaced = True
                return False
            if self._stop.wait(self._poll_s):
                return False

    def _other_file(self) -> bool:
        if self._path == STDIN or self._descriptor is None:
            return False
        try:
            return not os.path.samestat(Path(self._path).stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False  # moved away; the next one is not there yet


def _descriptor(file: BinaryIO) -> int | None:
    try:
        return file.fileno()
    except (OSError, io.UnsupportedOperation):
        return None
