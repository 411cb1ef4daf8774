"""What kind of text a file holds, told by how it begins: lines of JSON, or one document.

The only document that is read is the export of Telegram Desktop: an object with `messages` or `chats`.
"""

import contextlib
from collections.abc import Set as AbstractSet
from typing import Final, Literal

import ijson
import msgspec

from flocon.feeds.content import Content

Format = Literal["lines", "document"]
PROBE_BYTES: Final = 1 << 16
"""A first line longer than this is judged by its beginning."""
DOCUMENT_KEYS: Final = frozenset({"messages", "chats", "left_chats"})
LINE_KEYS: Final = frozenset({"platform", "op", "did", "payload"})
BOM: Final = b"\xef\xbb\xbf"
_BLANK: Final = BOM + b" \t\r\n"


def recognise(content: Content) -> Format:
    """The format of content that stands at its first byte, and does so afterwards.

    No more is read of a pipe than its first line, where that is a JSON object.
    """
    begin = b""
    while not _has_line(begin) and (block := next(content, b"")):
        begin += block
    line = _first_line(begin)
    found = _format_of_line(line)
    if found is None:
        while not _has_line(begin, and_more=True) and (block := next(content, b"")):
            begin += block
        found = _format_of_layout(line, begin.lstrip(_BLANK)[len(line) :])
    content.push(begin)
    return found


def _has_line(begin: bytes, *, and_more: bool = False) -> bool:
    _, newline, more = begin.lstrip(_BLANK).partition(b"\n")
    return len(begin) >= PROBE_BYTES or bool(more.strip() if and_more else newline)


def _first_line(begin: bytes) -> bytes:
    return begin.lstrip(_BLANK)[:PROBE_BYTES].partition(b"\n")[0].rstrip()


def _format_of_line(line: bytes) -> Format | None:
    """The format where the first line is enough to tell."""
    if not line.startswith(b"{"):
        return "lines"
    try:
        keys = msgspec.json.decode(line, type=dict[str, msgspec.Raw]).keys()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return "document" if _is_export(keys) else "lines"


def _format_of_layout(line: bytes, rest: bytes) -> Format:
    """The format where the first line is only a part of something, or broken.

    A document laid out over lines breaks them behind a brace or comma, and a key follows. A line of JSON that
    was cut off hardly ever ends there, and is followed by another line.
    """
    keys = _top_keys(line)
    laid_out = line.endswith((b"{", b",")) and rest.lstrip().startswith(b'"') and not keys & LINE_KEYS
    return "document" if laid_out or _is_export(keys) else "lines"


def _is_export(keys: AbstractSet[str]) -> bool:
    return bool(DOCUMENT_KEYS & keys) and not LINE_KEYS & keys


def _top_keys(begin: bytes) -> set[str]:
    """The keys of the outermost object, as far as it goes."""
    events = ijson.sendable_list()
    with contextlib.suppress(ijson.JSONError):  # what comes before an error is enough
        ijson.basic_parse_coro(events, use_float=True).send(begin)
    keys, depth = set(), 0
    for event, value in events:
        if event in ("start_map", "start_array"):
            depth += 1
        elif event in ("end_map", "end_array"):
            depth -= 1
        elif event == "map_key" and depth == 1:
            keys.add(value)
    return keys
