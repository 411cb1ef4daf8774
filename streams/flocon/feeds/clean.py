"""Repairs every adapter makes: control characters out of text, times into UTC."""

import re
from datetime import UTC, datetime
from typing import Final

from flocon.events import CLOCK_SKEW_MS, EARLIEST_MS, Post, to_ms
from flocon.feeds.base import Unreadable

CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f]")
"""C0 control characters other than tab and newline."""

may_hold_control: Final = re.compile(rb"\\(?:u00[01]|[bfr])").search
"""Finds what may be a control character in JSON text, where it can only stand escaped."""


def clean_text(text: str) -> str:
    """The text without control characters; a carriage return ends a line."""
    if CONTROL.search(text) is None:
        return text
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_post(post: Post) -> None:
    """Remove control characters from all that is read as text, and say so in the post's warnings.

    Raises:
        Unreadable: they stand in an id, which cannot be repaired without changing whose it is.
    """
    if CONTROL.search(post.uid) is not None:
        raise Unreadable("wrong_type", "control characters in the id")
    _clean(post, post, "text")
    _clean(post, post, "title")
    for part in post.parts:
        _clean(post, part, "text", part.role)
    if post.author is not None:
        for name in ("handle", "name", "bio"):
            _clean(post, post.author, name, f"author.{name}")
    if post.channel is not None:
        _clean(post, post.channel, "name", "channel.name")


def _clean(post: Post, holder: object, name: str, label: str | None = None) -> None:
    text = getattr(holder, name)
    if text is not None and (cleaned := clean_text(text)) != text:
        setattr(holder, name, cleaned)
        post.warnings.append(f"{label or name}: control characters removed")


def utc(at: datetime) -> datetime:
    """The time in UTC; one without a zone is taken to be in UTC.

    Raises:
        Unreadable: the time in UTC falls outside the years 1 to 9999.
    """
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise Unreadable("wrong_type", "a time is out of range") from error


def check_clock(post: Post) -> None:
    """Warn of a creation time that is not believed; it is kept (see `events.event_time_ms`)."""
    if post.created_at is None:
        return
    created = to_ms(post.created_at)
    if created < EARLIEST_MS:
        post.warnings.append("created_at: before 2005")
    elif post.observed_at is not None and created > to_ms(post.observed_at) + CLOCK_SKEW_MS:
        post.warnings.append("created_at: more than 5 minutes after the observation")
