"""What kind of text a file holds, told by how it begins: lines of JSON, or one document.

The only document that is read is the export of Telegram Desktop: an object with `messages` or `chats`.
"""

from typing import Any, Final, Literal

import ijson
import msgspec

from flocon.feeds.content import Content

Format = Literal["lines", "document"]
PROBE_BYTES: Final = 1 << 16
"""A first line longer than this is judged by its beginning."""
DOCUMENT_KEYS: Final = frozenset({"messages", "chats", "left_chats"})
LINE_KEYS: Final = frozenset({"platform", "op", "did", "payload"})
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


def recognise(content: Content) -> Format:
    """The format of content that stands at its first byte, and does so afterwards."""
    begin = b""
    for block in content:
        begin += block
        if b"\n" in begin.lstrip(_BLANK) or len(begin) >= PROBE_BYTES:
            break
    content.push(begin)
    line, newline, _ = begin.lstrip(_BLANK)[:PROBE_BYTES].partition(b"\n")
    return _format(line.rstrip(), cut=not newline and len(begin) >= PROBE_BYTES)


def _format(line: bytes, *, cut: bool) -> Format:
    if not line.startswith(b"{"):
        return "lines"
    if not cut:
        try:
            record = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # not an object of one line
        else:
            return "document" if _is_export(record.keys()) else "lines"
    keys, sound = _top_keys(line)
    if _is_export(keys):
        return "document"
    # A document laid out over lines breaks them behind a bracket or comma; a line of JSON that was cut off
    # hardly ever ends there, and its first keys give it away.
    laid_out = not cut and sound and line.endswith((b"{", b"[", b",")) and not keys & LINE_KEYS
    return "document" if laid_out else "lines"


def _is_export(keys: Any) -> bool:
    return bool(DOCUMENT_KEYS & keys) and not LINE_KEYS & keys


def _top_keys(begin: bytes) -> tuple[set[str], bool]:
    """The keys of the outermost object as far as it goes, and whether all of it can begin a JSON text."""
    tokens = ijson.sendable_list()
    parser = ijson.basic_parse_coro(tokens, use_float=True)
    sound = True
    try:
        parser.send(begin)
    except ijson.JSONError:
        sound = False
    keys, depth = set(), 0
    for token, value in tokens:
        if token in ("start_map", "start_array"):
            depth += 1
        elif token in ("end_map", "end_array"):
            depth -= 1
        elif token == "map_key" and depth == 1:
            keys.add(value)
    return keys, sound
