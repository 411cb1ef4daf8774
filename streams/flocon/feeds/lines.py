r"""One JSON object a line: the normalised Event, the short form, or a Jetstream event.

    {"id": "7", "platform": "telegram", "text": "❄️ dispo", "created_at": "2026-11-20T18:00:00Z"}

`id` is a string or an integer, `author` and `channel` a string (id and handle at once) or an object. Lines of
all kinds may be mixed; unknown keys are ignored. A line that cannot be read becomes a Problem.
"""

from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from flocon.events import EARLIEST_MS, Author, Channel, Event, Part, Post, Source, from_ms
from flocon.feeds.base import Problem, Unreadable, explain
from flocon.feeds.clean import check_clock, clean_post, may_hold_control, utc
from flocon.feeds.jetstream import Jetstream
from flocon.feeds.recognise import BOM

_EARLIEST: Final = from_ms(EARLIEST_MS)


class Party(msgspec.Struct, gc=False):
    """The author or channel of a short line."""

    id: str | int | None = None
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    kind: str | None = None


class Line(msgspec.Struct):
    """The keys of a short line, and those that tell the other kinds apart: one pass decides."""

    id: str | int | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    created_at: datetime | None = None
    observed_at: datetime | None = None
    author: str | int | Party | None = None
    channel: str | int | Party | None = None
    lang: str | None = None
    langs: list[str] | None = None
    parts: list[Part] | None = None
    url: str | None = None
    op: Raw | UnsetType = UNSET
    did: Raw | UnsetType = UNSET
    payload: Raw | UnsetType = UNSET
    error: Raw | UnsetType = UNSET


class LineReader:
    """Reads lines of one feed.

    Args:
        where: name of the file, for problems and as the name of the feed.
        max_line_bytes: a longer line is not decoded.
    """

    def __init__(self, where: str, *, max_line_bytes: int) -> None:
        self._where = where
        self._max = max_line_bytes
        self._source = Source(adapter="lines", feed=where)
        self._decode = msgspec.json.Decoder(Line).decode
        self._decode_event = msgspec.json.Decoder(Event).decode
        self._jetstream = Jetstream(where)

    def read(
        self, lines: list[bytes], *, line: int, offset: int
    ) -> tuple[list[Event], list[bytes], list[Problem]]:
        """The events of `lines` with the line of each, and what could not be read.

        Args:
            lines: without their line ends.
            line: how many lines come before.
            offset: how many bytes come before.
        """
        events: list[Event] = []
        raws: list[bytes] = []
        problems: list[Problem] = []
        if offset == 0 and lines and lines[0].startswith(BOM):
            lines = [lines[0].removeprefix(BOM), *lines[1:]]
            offset = len(BOM)
        decode, other, source, limit = self._decode, self._other, self._source, self._max
        done = 0  # how many lines `offset` has passed
        for index, raw in enumerate(lines):
            try:
                if len(raw) > limit:
                    raise too_long(limit)
                record = decode(raw)
                native_id, platform, text = record.id, record.platform, record.text
                if native_id is UNSET or platform is UNSET or text is UNSET:
                    event = other(record, raw)
                    if event is None:
                        continue
                else:
                    post = _short(record, str(native_id), platform, text)
                    if b"\\" in raw and may_hold_control(raw):
                        clean_post(post)
                    event = Event(op="upsert", source=source, observed_at=post.observed_at, post=post)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Unreadable) as error:
                if not raw.strip():
                    continue
                offset += sum(map(len, lines[done:index])) + index - done
                done = index
                bad = explain(error, raw)
                problems.append(
                    Problem(
                        where=self._where,
                        line=line + index + 1,
                        offset=offset + bad.at,
                        code=bad.code,
                        reason=bad.reason,
                    )
                )
            else:
                events.append(event)
                raws.append(raw)
        return events, raws, problems

    def _other(self, record: Line, raw: bytes) -> Event | None:
        if record.op is not UNSET:
            return self._normalised(raw)
        if record.did is not UNSET:
            return self._jetstream.v1(raw)
        if record.payload is not UNSET or record.error is not UNSET:
            return self._jetstream.v2(raw)
        missing = [f"`{name}`" for name in ("id", "platform", "text") if getattr(record, name) is UNSET]
        raise Unreadable("missing_field", f"missing {', '.join(missing)}")

    def _normalised(self, raw: bytes) -> Event:
        event = self._decode_event(raw)
        if event.op == "upsert":
            if event.post is None:
                raise Unreadable("missing_field", "missing `post`: an upsert carries one")
        elif event.target is None:
            raise Unreadable("missing_field", "missing `target`: every event but an upsert names one")
        if event.source is None:
            event.source = self._source
        if event.observed_at is not None:
            event.observed_at = utc(event.observed_at)
        if event.post is not None:
            _settle(event.post, event.observed_at)
        return event


def _short(record: Line, native_id: str, platform: str, text: str) -> Post:
    if not native_id or not platform:
        raise Unreadable("missing_field", "`id` and `platform` may not be empty")
    created, observed = record.created_at, record.observed_at
    if created is not None and created.tzinfo is not UTC:
        created = utc(created)
    if observed is not None and observed.tzinfo is not UTC:
        observed = utc(observed)
    who, place = record.author, record.channel
    post = Post(
        uid=f"{platform}:{native_id}",
        platform=platform,
        native_id=native_id,
        text=text,
        url=record.url,
        author=None if who is None else _author(who),
        channel=None if place is None else _channel(place),
        created_at=created,
        observed_at=observed,
    )
    if record.parts:
        post.parts = record.parts
    if record.langs:
        post.langs = record.langs
    if record.lang and record.lang not in post.langs:
        post.langs.insert(0, record.lang)
    if created is None:
        post.created_at_precision = "unknown"
    elif observed is not None or created < _EARLIEST:
        check_clock(post)
    return post


def _author(who: str | int | Party) -> Author:
    if isinstance(who, Party):
        return Author(id=_text(who.id), handle=who.handle, name=who.name, bio=who.bio)
    return Author(id=str(who), handle=str(who))


def _channel(place: str | int | Party) -> Channel:
    if isinstance(place, Party):
        return Channel(id=_text(place.id), handle=place.handle, name=place.name, kind=place.kind)
    return Channel(id=str(place), handle=str(place))


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def too_long(limit: int) -> Unreadable:
    """The verdict on a line of more than `limit` bytes."""
    return Unreadable("too_long", f"line longer than {limit} bytes")


def _settle(post: Post, observed_at: datetime | None) -> None:
    if post.uid != f"{post.platform}:{post.native_id}":
        raise Unreadable("uid_mismatch", "`uid` is not `platform:native_id`")
    if not post.platform or not post.native_id:
        raise Unreadable("missing_field", "`native_id` and `platform` may not be empty")
    for name in ("created_at", "edited_at", "observed_at"):
        if (at := getattr(post, name)) is not None:
            setattr(post, name, utc(at))
    if post.observed_at is None:
        post.observed_at = observed_at
    if post.forward_from is not None and post.forward_from.at is not None:
        post.forward_from.at = utc(post.forward_from.at)
    clean_post(post)
    if post.created_at is None:
        post.created_at_precision = "unknown"
    check_clock(post)
