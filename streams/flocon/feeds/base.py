"""What every feed hands over, and what can go wrong.

    FeedError               reading failed: an I/O error (exit status 1)
    └── FeedNotUsable       there is nothing to read here: no such file, unknown feed or format (exit status 2)
    Unreadable              one record cannot be read; readers turn it into a Problem and go on

Bad input is data: it becomes a `Problem` in the batch and never stops a run. No message of a Problem holds
anything of the content it is about.
"""

import re
from typing import Final

import msgspec

from flocon.errors import FloconError
from flocon.events import Event
from flocon.exits import USAGE


class FeedError(FloconError):
    """A feed can no longer be read; the message names the file or feed."""


class FeedNotUsable(FeedError):  # noqa: N818 - named for what the caller asks: can this be used?
    """There is nothing to read here: missing file, directory, no permission, unknown feed or format."""

    status = USAGE


class Unreadable(Exception):  # noqa: N818 - a verdict on one record, not an error of the program
    """One record cannot be read.

    Args:
        code: short reason for metrics, see `Problem.code`.
        reason: the same in words, without content.
        at: byte in the record where reading failed, if known.
    """

    def __init__(self, code: str, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.at = at


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a feed that could not be read, and where.

    Attributes:
        where: file as it was named, `<stdin>` for standard input.
        line: number of the line, counted from 1; None where the content has no lines.
        offset: byte in the decompressed content, counted from 0; None if unknown.
        code: invalid_json, wrong_type, missing_field, not_utf8, surrogate, too_long, uid_mismatch, truncated,
            corrupt or not_public.
        reason: the same in words; never holds content.
    """

    where: str
    line: int | None = None
    offset: int | None = None
    code: str
    reason: str

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        offset = "" if self.offset is None else f" (byte {self.offset})"
        return f"{self.where}{line}: {self.reason}{offset}"


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far some content was read, told by the content itself, so that its name does not matter.

    Attributes:
        head: digest of the first `head_bytes` bytes; a cheap test that rules most cursors out.
        head_bytes: `offset`, at most 4096.
        offset: bytes of decompressed content consumed.
        digest: digest of all these bytes.
        records: events given, or in an export messages passed.
        lines: lines passed.

    Digests are hex BLAKE2b of 16 bytes.
    """

    head: str
    head_bytes: int
    offset: int
    digest: str
    records: int = 0
    lines: int = 0


class Batch(msgspec.Struct, kw_only=True):
    """Some events in the order of the feed, and the cursor behind them.

    Attributes:
        events: what was read.
        raws: for each event the line or record it came from.
        problems: what could not be read since the batch before.
        cursor: to be stored together with the effects of this batch.
    """

    events: list[Event]
    raws: list[bytes]
    problems: list[Problem]
    cursor: Cursor


_BYTE: Final = re.compile(r" \(byte (\d+)\)$")
_PAIR: Final = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def explain(error: Exception, raw: bytes = b"", *, inside: str = "$") -> Unreadable:
    """What an error of the decoder means, in words that hold nothing of the content.

    Args:
        error: raised by msgspec on `raw`.
        raw: the JSON text that was decoded.
        inside: path in the record of what was decoded, where that was a part of it.
    """
    if isinstance(error, Unreadable):
        return error
    if isinstance(error, UnicodeDecodeError):
        return Unreadable("not_utf8", f"not UTF-8: {error.reason}")
    if isinstance(error, RecursionError):
        return Unreadable("invalid_json", "not JSON: nested too deeply")
    if isinstance(error, msgspec.ValidationError):
        return _does_not_fit(str(error), inside)
    return _not_json(str(error), raw)


def _does_not_fit(message: str, inside: str) -> Unreadable:
    what, at, path = message.rpartition(" - at `$")
    what, path = (what, path.removesuffix("`")) if at else (message, "")
    if what.startswith("Invalid enum value"):  # the decoder quotes the value
        what = "Unknown value"
    code = "missing_field" if what.startswith("Object missing") else "wrong_type"
    return Unreadable(code, f"{what} - at `{inside}{path}`")


def _not_json(message: str, raw: bytes) -> Unreadable:
    # The decoder has three ways to stumble over half a pair, none of which an analyst would understand.
    if any(word in message for word in ("truncated", "surrogate", "escape")) and has_lone_surrogate(raw):
        return Unreadable("surrogate", r"not text: half of a surrogate pair (\ud800 to \udfff) stands alone")
    if "truncated" in message:
        return Unreadable("invalid_json", "not JSON: it ends too early", len(raw))
    at = _BYTE.search(message)
    reason = _BYTE.sub("", message).removeprefix("JSON is malformed: ")
    return Unreadable("invalid_json", f"not JSON: {reason}", int(at[1]) if at else 0)


def has_lone_surrogate(raw: bytes) -> bool:
    r"""Whether JSON text escapes one half of a surrogate pair (such as `\ud83d`) without the other."""
    escapes = raw.replace(rb"\\", b"__")  # an escaped backslash starts no escape
    return _SURROGATE.search(_PAIR.sub(b"__", escapes)) is not None
