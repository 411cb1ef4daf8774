"""Bluesky Jetstream events, v1 and v2, as lines or frames.

Posts become upserts, their removal a delete, a deleted or taken down account a purge of its author, an identity
event a profile, a repository sync or a lost cursor a gap. Likes, reposts, follows and suspended accounts give
nothing: no event, and no problem either.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType, field

from flocon.events import Event, Op, Source
from flocon.feeds.base import Unreadable, explain
from flocon.feeds.bluesky_post import COLLECTION, PLATFORM, read_post
from flocon.feeds.bluesky_record import Record
from flocon.feeds.clean import utc

T = TypeVar("T")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
GONE: Final = ("deleted", "takendown")
"""States of an inactive account that mean its posts are gone; suspended ones may come back."""
HOLES: Final = ("CursorTooOld", "OutdatedCursor")
"""Messages that say events between the asked cursor and the first event are missing."""
LAST_US: Final = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""


class Commit(msgspec.Struct, gc=False):
    """One change in a repository: v1 `commit`, v2 `#commit`."""

    operation: str
    collection: str
    rkey: str
    cid: str | None = None
    record: Raw | UnsetType = UNSET


class Account(msgspec.Struct, gc=False):
    """The state of an account: v1 `account`, v2 `#account`."""

    active: bool
    status: str | None = None


class V1(msgspec.Struct):
    """The envelope of v1."""

    did: str
    kind: str
    time_us: int | None = None
    commit: Commit | None = None
    account: Account | None = None


class V2(msgspec.Struct):
    """The envelope of v2."""

    payload: Raw | UnsetType = UNSET
    error: str | None = None


class Head(msgspec.Struct, gc=False):
    """What the payloads of v2 share; `name` belongs to `#info`."""

    type: str = field(name="$type")
    did: str = ""
    seq: int | None = None
    time: datetime | None = None
    name: str | None = None


_decode_record: Final = msgspec.json.Decoder(Record).decode


class Jetstream:
    """Reads Jetstream events of one feed.

    Args:
        feed: name of the feed or file, kept in each event's source.
    """

    def __init__(self, feed: str) -> None:
        self._feed = feed
        self._v1 = msgspec.json.Decoder(V1).decode
        self._v2 = msgspec.json.Decoder(V2).decode
        self._head = msgspec.json.Decoder(Head).decode
        self._commit = msgspec.json.Decoder(Commit).decode
        self._account = msgspec.json.Decoder(Account).decode

    def v1(self, raw: bytes) -> Event | None:
        """The event of a v1 line, None where there is nothing to do.

        Raises:
            Unreadable, msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is not such a line.
        """
        line = self._v1(raw)
        if line.time_us is not None and not 0 <= line.time_us <= LAST_US:
            raise Unreadable("wrong_type", "a time is out of range - at `$.time_us`")
        at = None if line.time_us is None else from_us(line.time_us)
        cursor = None if line.time_us is None else str(line.time_us)
        if line.kind == "commit":
            if line.commit is None:
                raise Unreadable("missing_field", "missing `commit`")
            return self._committed(line.did, line.commit, at, cursor, "$.commit.record")
        if line.kind == "account":
            if line.account is None:
                raise Unreadable("missing_field", "missing `account`")
            return self._account_changed(line.did, line.account, at, cursor)
        if line.kind == "identity":
            return self._event("profile", f"{PLATFORM}:{line.did}", at, cursor)
        return None

    def v2(self, raw: bytes) -> Event | None:
        """The event of a v2 frame, None where there is nothing to do.

        Raises:
            Unreadable, msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is not such a frame.
        """
        frame = self._v2(raw)
        if frame.payload is UNSET:
            return self._event("gap", frame.error, None, None) if frame.error in HOLES else None
        head = _within("$.payload", self._head, frame.payload)
        kind = head.type.rpartition("#")[2]
        at = None if head.time is None else utc(head.time)
        cursor = None if head.seq is None else str(head.seq)
        if kind == "info":
            return self._event("gap", head.name, at, cursor) if head.name in HOLES else None
        if kind not in ("commit", "account", "identity", "sync"):
            return None
        if not head.did:
            raise Unreadable("missing_field", "missing `did` - at `$.payload`")
        if kind == "commit":
            commit = _within("$.payload", self._commit, frame.payload)
            return self._committed(head.did, commit, at, cursor, "$.payload.record")
        if kind == "account":
            account = _within("$.payload", self._account, frame.payload)
            return self._account_changed(head.did, account, at, cursor)
        op: Op = "profile" if kind == "identity" else "gap"
        return self._event(op, f"{PLATFORM}:{head.did}", at, cursor)

    def _committed(
        self, did: str, commit: Commit, at: datetime | None, cursor: str | None, path: str
    ) -> Event | None:
        if commit.collection != COLLECTION:
            return None
        uri = f"at://{did}/{COLLECTION}/{commit.rkey}"
        if commit.operation == "delete":
            return self._event("delete", f"{PLATFORM}:{uri}", at, cursor)
        if commit.operation not in ("create", "update"):
            return None
        if commit.record is UNSET:
            raise Unreadable("missing_field", f"missing `record` - at `{path.removesuffix('.record')}`")
        record = _within(path, _decode_record, commit.record)
        post = read_post(record, did=did, rkey=commit.rkey, cid=commit.cid, observed_at=at)
        if commit.operation == "update":
            post.edited_at = at
        event = self._event("upsert", None, at, cursor)
        event.post = post
        return event

    def _account_changed(
        self, did: str, account: Account, at: datetime | None, cursor: str | None
    ) -> Event | None:
        if account.active or account.status not in GONE:
            return None
        return self._event("purge_author", f"{PLATFORM}:{did}", at, cursor)

    def _event(self, op: Op, target: str | None, at: datetime | None, cursor: str | None) -> Event:
        source = Source(adapter="bluesky-jetstream", feed=self._feed, cursor=cursor)
        return Event(op=op, source=source, observed_at=at, target=target)


def from_us(at_us: int) -> datetime:
    """The aware UTC time of so many microseconds since the epoch, exactly."""
    return EPOCH + timedelta(microseconds=at_us)


def _within(path: str, decode: Callable[[Raw], T], raw: Raw) -> T:
    """Decode a part of a record; errors name the path in the whole record."""
    try:
        return decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise explain(error, bytes(raw), inside=path) from error
