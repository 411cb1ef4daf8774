"""A push parser for Telegram Desktop exports: bytes in, messages of public chats out."""

import re
from collections.abc import Iterator
from typing import Any, Final

import ijson
import msgspec

from flocon.events import Channel, Event, Source
from flocon.feeds.base import Problem, Unreadable, explain
from flocon.feeds.json_tree import Tree
from flocon.feeds.recognise import BOM
from flocon.feeds.telegram_message import read_message

PUBLIC: Final = frozenset({"public_channel", "public_supergroup"})
STEP_BYTES: Final = 1 << 12
"""How much to feed at a time: errors are placed by it, and the events of it are held as a list."""
_ESCAPE: Final = re.compile(rb"(\\\\)|\\x([0-9A-Fa-f]{2})")
_LONGEST_ESCAPE: Final = 4


class Message(msgspec.Struct, gc=False):
    """A message that was read: its event, and the record it came from."""

    event: Event
    raw: bytes


class ExportParser:
    """Parses one export.

    Args:
        where: name of the file.
        skip: give nothing for so many messages.
        max_message_bytes: a longer message is a Problem.

    Attributes:
        records: messages passed so far, of all chats.
        is_export: a list of messages or chats was seen.
    """

    def __init__(self, where: str, *, skip: int, max_message_bytes: int) -> None:
        self.records = 0
        self.is_export = False
        self._where = where
        self._source = Source(adapter="telegram-export", feed=where)
        self._skip = skip
        self._max = max_message_bytes
        self._events = ijson.sendable_list()
        self._parser = ijson.basic_parse_coro(self._events)
        self._unfinished = b""  # an escape at the end of what was fed
        self._fed = 0
        self._last_event = 0  # how much was fed when the last event came
        self._path: list[str] = []  # the keys of the open containers
        self._key = ""
        self._chat: dict[str, Any] = {}  # what is known of the chat around
        self._channel: Channel | None = None
        self._record: Tree | None = None
        self._record_start = 0

    def feed(self, data: bytes) -> Iterator[Message | Problem]:
        """Yield what `data` completes.

        Raises:
            Unreadable: the document is not JSON from here on; what came before was yielded.
        """
        start, self._fed = self._fed, self._fed + len(data)
        failed = None
        mended = self._mend(data, start)
        try:
            if mended:  # nothing would mean the end
                self._parser.send(mended)
        except ijson.JSONError as error:
            failed = _not_json(error, start)
        if self._events:
            self._last_event = self._fed
        yield from self._read_events(start)
        self._events.clear()
        if failed is not None:
            raise failed
        if self._fed - self._last_event > self._max:
            raise Unreadable(
                "too_long",
                f"a string longer than {self._max} bytes: nothing behind it is read",
                self._last_event,
            )
        if self._record is not None and self._record.keep and self._fed - self._record_start > self._max:
            self._record.drop()
            yield self._problem("too_long", f"a message longer than {self._max} bytes", self._record_start)

    def close(self) -> None:
        """Say that nothing follows.

        Raises:
            Unreadable: the document is cut off.
        """
        try:
            self._parser.close()
        except ijson.JSONError as error:
            raise Unreadable("truncated", "the JSON document is cut off", self._fed) from error

    def _read_events(self, at: int) -> Iterator[Message | Problem]:
        found: Message | Problem | None
        for event, value in self._events:
            if self._record is None:
                found = self._take(event, value, at)
            elif self._record.add(event, value):
                found = self._finish(self._record, at)
            else:
                continue
            if found is not None:
                yield found

    def _mend(self, data: bytes, start: int) -> bytes:
        """Make JSON of what the exporter wrote; an escape that is not complete is kept for the next time."""
        if start < len(BOM):
            data = data[: len(BOM) - start].lstrip(BOM) + data[len(BOM) - start :]
        data = self._unfinished + data
        cut = len(data)
        last = data.rfind(b"\\", max(0, cut - _LONGEST_ESCAPE + 1))
        if last >= 0 and data[last : last + 2] in (b"\\", b"\\x") and _stands_alone(data, last):
            cut = last
        self._unfinished = data[cut:]
        return _ESCAPE.sub(_escape, data[:cut]) if b"\\x" in data else data[:cut]

    def _take(self, event: str, value: Any, at: int) -> Problem | None:
        """An event outside messages."""
        if event == "map_key":
            self._key = value
        elif event in ("end_map", "end_array"):
            self._path.pop()
            self._key = ""  # the next item of a list has none
        elif self._path and self._path[-1] == "messages" and _is_chat(self._path[:-1]):
            return self._begin(event, value, at)
        elif event in ("start_map", "start_array"):
            self._path.append(self._key)
            self._key = ""
            return self._enter(event, at)
        elif _is_chat(self._path):
            self._chat[self._key] = value
        return None

    def _enter(self, event: str, at: int) -> Problem | None:
        """A container begins, outside messages or the list of them."""
        if event == "start_map" and _is_chat(self._path):
            self._chat = {}
        if self._path[1:] in (["chats"], ["left_chats"]):
            self.is_export = True
        if event == "start_array" and self._path[-1] == "messages" and _is_chat(self._path[:-1]):
            self.is_export = True
            self._channel = None
            chat_id, kind, name = (self._chat.get(key) for key in ("id", "type", "name"))
            if not isinstance(chat_id, int) or not isinstance(kind, str):
                return self._problem("missing_field", "`messages` without `type` and `id` before them", at)
            if kind in PUBLIC:
                name = name if isinstance(name, str) else None
                self._channel = Channel(id=str(chat_id), name=name, kind=kind)
            elif len(self._path) == len(("", "messages")):
                return self._problem("not_public", "a chat that is not public: its messages are not read", at)
        return None

    def _begin(self, event: str, value: Any, at: int) -> Problem | None:
        """An item of a list of messages begins."""
        wanted = self._channel is not None and self.records >= self._skip
        self._record_start = at
        record = Tree(keep=wanted and event == "start_map")
        if record.add(event, value):
            self.records += 1
        else:
            self._record = record
        if wanted and event != "start_map":
            return self._problem("wrong_type", "a message that is no object", at)
        return None

    def _finish(self, record: Tree, at: int) -> Message | Problem | None:
        """An item of a list of messages is complete."""
        self._record = None
        self.records += 1
        if not record.keep or self._channel is None:
            return None
        try:
            post = read_message(record.value, self._channel)
            raw = msgspec.json.encode(record.value)
        except (Unreadable, RecursionError) as error:
            bad = explain(error)
            return self._problem(bad.code, bad.reason, at)
        if post is None:
            return None
        return Message(Event(op="upsert", source=self._source, post=post), raw)

    def _problem(self, code: str, reason: str, at: int) -> Problem:
        return Problem(where=self._where, offset=at, code=code, reason=reason)


def _is_chat(path: list[str]) -> bool:
    """Whether the container at `path` is a chat: the document itself, or an item of a list of chats."""
    match path:
        case [""]:
            return True
        case ["", "chats" | "left_chats", "list", ""]:
            return True
    return False


def _escape(found: re.Match[bytes]) -> bytes:
    return found[1] or b"\\u00" + found[2]


def _stands_alone(data: bytes, last: int) -> bool:
    """Whether the backslash at `last` begins an escape, rather than ending one."""
    before = data[:last]
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 0


def _not_json(error: Exception, at: int) -> Unreadable:
    # The parser's message goes on with the content around the error: only its first line is kept.
    first = str(error).removeprefix("b'").removeprefix('b"').split("\n", 1)[0].split("\\n", 1)[0]
    code = "not_utf8" if "UTF8" in first else "invalid_json"
    return Unreadable(code, f"not JSON within {STEP_BYTES} bytes from here: {first}", at)
