"""Content cut into lines and read, batch by batch, with the cursor moved along.

Lines end with a newline. The last one may lack it: it is read when the content ends, and if it cannot be read it
is not passed, so that the next run finds it again when its writer has finished it.
"""

from collections.abc import Iterator

from flocon.feeds.base import Batch, Cursor, Problem, Unreadable
from flocon.feeds.content import Content
from flocon.feeds.lines import LineReader, too_long
from flocon.feeds.resume import Fingerprint


class LineFile:
    """Content made of lines.

    Args:
        content: at the byte to go on with.
        mark: the fingerprint of what comes before.
        resumed: the cursor there, None at the first byte.
        where: name for messages and events.
        max_line_bytes: a longer line is skipped without being held.
    """

    def __init__(
        self, content: Content, mark: Fingerprint, resumed: Cursor | None, *, where: str, max_line_bytes: int
    ) -> None:
        self._content = content
        self._mark = mark
        self._where = where
        self._max = max_line_bytes
        self._reader = LineReader(where, max_line_bytes=max_line_bytes)
        self._line = resumed.lines if resumed else 0
        self._records = resumed.records if resumed else 0

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield batches of at most `size` lines; none spans more than a block and the line before it."""
        rest = b""
        skipping = None  # where an endless line began
        for block in self._content:
            data = rest + block if rest else block
            if skipping is not None:
                end = block.find(b"\n") + 1
                self._mark.update(block[: end or len(block)])
                if not end:
                    continue
                yield self._skipped(skipping)
                skipping = None
                data = block[end:]
            cut = data.rfind(b"\n") + 1
            rest = data[cut:]
            if cut:
                yield from self._cut(data[:cut], size)
            if len(rest) > self._max:
                skipping = self._mark.offset
                self._mark.update(rest)
                rest = b""
        if skipping is not None and self._content.source.at_end:
            yield self._skipped(skipping)
        yield from self._end(rest)

    def _cut(self, data: bytes, size: int) -> Iterator[Batch]:
        lines = data.split(b"\n")
        lines.pop()  # what follows the last newline: nothing
        view = memoryview(data)
        passed = 0
        for first in range(0, len(lines), size):
            some = lines[first : first + size]
            batch_bytes = sum(map(len, some)) + len(some)
            events, raws, problems = self._reader.read(some, line=self._line, offset=self._mark.offset)
            self._mark.update(view[passed : passed + batch_bytes])
            passed += batch_bytes
            self._line += len(some)
            self._records += len(events)
            yield Batch(events=events, raws=raws, problems=problems, cursor=self._cursor())

    def _skipped(self, start: int) -> Batch:
        self._line += 1
        problem = self._problem(too_long(self._max), line=self._line, offset=start)
        return Batch(events=[], raws=[], problems=[problem], cursor=self._cursor())

    def _end(self, rest: bytes) -> Iterator[Batch]:
        """The last line, if it has no newline, and why the content ends here, if it should not."""
        source, damage = self._content.source, self._content.damage
        end = self._mark.offset + len(rest)
        lines = [rest] if rest else []
        events, raws, problems = self._reader.read(lines, line=self._line, offset=self._mark.offset)
        if not problems:
            self._mark.update(rest)
            self._line += len(lines)
            self._records += len(events)
        growing = source.follow and source.regular and not source.replaced
        if growing or not source.at_end or damage is not None:
            problems = []  # its writer may still be at it, or it is the file that is cut off, not the line
        if damage is not None:
            problems = [self._problem(damage, line=self._line + 1, offset=end)]
        if rest or problems:
            yield Batch(events=events, raws=raws, problems=problems, cursor=self._cursor())

    def _problem(self, bad: Unreadable, *, line: int, offset: int) -> Problem:
        return Problem(where=self._where, line=line, offset=offset, code=bad.code, reason=bad.reason)

    def _cursor(self) -> Cursor:
        return self._mark.cursor(records=self._records, lines=self._line)
