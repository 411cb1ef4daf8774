r"""Telegram Desktop's `result.json`: one chat, or an account with `chats.list[]` and `left_chats.list[]`.

Streamed: a file may hold gigabytes. Only public channels and public supergroups are read. The exporter writes
control characters as `\xNN`, which is not JSON; that is mended on the way. A cursor counts the messages passed,
and a later export of a chat that begins with the same bytes goes on behind them.
"""

import re
from collections.abc import Iterator
from typing import Final

from flocon.feeds.base import Batch, FeedNotUsable, Problem, Unreadable
from flocon.feeds.content import Content
from flocon.feeds.resume import Fingerprint
from flocon.feeds.telegram_parser import STEP_BYTES, ExportParser, Message

_CLOSING: Final = re.compile(rb"\s*\]\s*\}\s*\Z")
"""How the export of one chat ends. It is left out of the digest: a later export has more messages there."""
_CLOSING_BYTES: Final = 64


class ExportFile:
    """Content that is an export.

    Args:
        content: at its first byte.
        where: name for messages and events.
        skip: how many messages were passed already.
        max_message_bytes: a longer message is skipped.
    """

    def __init__(self, content: Content, *, where: str, skip: int, max_message_bytes: int) -> None:
        self._content = content
        self._where = where
        self._mark = Fingerprint()
        self._parser = ExportParser(where, skip=skip, max_message_bytes=max_message_bytes)
        self._found: list[Message] = []
        self._problems: list[Problem] = []

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield batches of at most `size` events, and of what one block of content holds.

        Raises:
            FeedNotUsable: the document is no export.
        """
        held = b""
        try:
            for block in self._content:
                data = held + block
                held = data[-_CLOSING_BYTES:]
                yield from self._feed(data[:-_CLOSING_BYTES], size)
                if self._found or self._problems:
                    yield self._batch()
            closing = _CLOSING.search(held)
            cut = len(held) if closing is None else closing.start()
            yield from self._feed(held[:cut], size)
            yield from self._feed(held[cut:], size, marked=False)
            self._parser.close()
        except Unreadable as error:
            self._report(self._content.damage or error, error.at)  # a damaged file is why the document ends
        else:
            if self._content.damage is not None:
                self._report(self._content.damage, self._mark.offset)
            elif not self._parser.is_export:
                raise FeedNotUsable(f"{self._where}: a JSON document, but no export of Telegram Desktop")
        yield self._batch()

    def _feed(self, data: bytes, size: int, *, marked: bool = True) -> Iterator[Batch]:
        for start in range(0, len(data), STEP_BYTES):
            step = data[start : start + STEP_BYTES]
            if marked:  # first: what the parser gives is then within the digest, even where it fails
                self._mark.update(step)
            for found in self._parser.feed(step):
                if isinstance(found, Message):
                    self._found.append(found)
                    if len(self._found) >= size:
                        yield self._batch()
                else:
                    self._problems.append(found)

    def _report(self, bad: Unreadable, at: int) -> None:
        self._problems.append(Problem(where=self._where, offset=at, code=bad.code, reason=bad.reason))

    def _batch(self) -> Batch:
        batch = Batch(
            events=[found.event for found in self._found],
            raws=[found.raw for found in self._found],
            problems=self._problems,
            cursor=self._mark.cursor(records=self._parser.records),
        )
        self._found, self._problems = [], []
        return batch
