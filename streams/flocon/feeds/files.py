"""The file feed: posts from a file or standard input, plain or compressed, once or followed as it grows.

    for batch in FileFeed("posts.jsonl.gz", cursors=stored).batches():
        store(batch.events, batch.cursor)

Each record is given once per content: a cursor stored with a batch makes the next run go on behind it, under
whatever name the content comes (see `resume`). Memory does not depend on the size of the content.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from flocon.feeds.base import Batch, Cursor
from flocon.feeds.content import Content
from flocon.feeds.line_file import LineFile
from flocon.feeds.recognise import recognise
from flocon.feeds.resume import resume
from flocon.feeds.source import Source, name_of
from flocon.feeds.telegram_export import ExportFile


class FileOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How files are read."""

    block_bytes: int = 1 << 20
    """How much is read at a time; a batch holds no more than this and one line."""
    max_line_bytes: int = 4 << 20
    """A longer line, or message of an export, is skipped."""
    poll_s: float = 0.2
    """Seconds between two looks at a followed file that does not grow."""


class FileFeed:
    """Events of one file.

    Args:
        path: a file, or `-` for standard input.
        cursors: all cursors stored so far, of this content or any other.
        follow: wait for a plain file to grow until `stop` is set. A file that is truncated or replaced is read
            from its start. A pipe is given as it comes and ends when its writers close it. Compressed content
            and exports are not followed.
        stop: ends reading at the next block.
        options: see `FileOptions`.

    Attributes:
        resumed: the cursor behind which reading went on, None for content that is new.
    """

    def __init__(
        self,
        path: str,
        *,
        cursors: Sequence[Cursor] = (),
        follow: bool = False,
        stop: threading.Event | None = None,
        options: FileOptions | None = None,
    ) -> None:
        self.where: Final = name_of(path)
        self.resumed: Cursor | None = None
        self._path = path
        self._cursors = list(cursors)
        self._follow = follow
        self._stop = stop
        self._options = options or FileOptions()

    def check(self) -> None:
        """Try to open the file, so that what is wrong is said before work begins. A named pipe is not tried.

        Raises:
            FeedNotUsable: no such file, a directory, no permission.
        """
        if not Path(self._path).is_fifo():
            self._source().close()

    def batches(self, size: int = 2000) -> Iterator[Batch]:
        """Yield batches of at most `size` events.

        Raises:
            FeedNotUsable: there is no such file, it may not be read, or holds a format that is not read.
            FeedError: the system cannot read on.
        """
        known = list(self._cursors)
        replaced = True
        while replaced:
            source = self._source()
            try:
                for batch in self._read(source, known, size):
                    yield batch
                    known[len(self._cursors) :] = [batch.cursor]  # the file may come back
            finally:
                source.close()
            replaced = source.replaced

    def _source(self) -> Source:
        return Source(
            self._path,
            follow=self._follow,
            stop=self._stop,
            block_bytes=self._options.block_bytes,
            poll_s=self._options.poll_s,
        )

    def _read(self, source: Source, known: Sequence[Cursor], size: int) -> Iterator[Batch]:
        content = Content(source, block_bytes=self._options.block_bytes, replay=bool(known))
        document = recognise(content) == "document"
        if document:
            source.follow = False
        mark, self.resumed = resume(content, known, whole=document)
        limit = self._options.max_line_bytes
        if document:
            skip = self.resumed.records if self.resumed else 0
            export = ExportFile(content, where=self.where, skip=skip, max_message_bytes=limit)
            return export.batches(size)
        lines = LineFile(content, mark, self.resumed, where=self.where, max_line_bytes=limit)
        return lines.batches(size)
