"""From the name of a feed to the feed: `-` or a file. Live feeds are known by name, but not read yet."""

import difflib
import os
import threading
from collections.abc import Sequence
from typing import Final

from flocon.feeds.base import Cursor, FeedNotUsable
from flocon.feeds.files import FileFeed

LIVE: Final = ("bluesky", "mastodon", "reddit", "rss", "telegram", "tiktok", "youtube")
"""Feeds that flocon knows by name; none is read live by this version."""


def open_feed(
    spec: str,
    *,
    cursors: Sequence[Cursor] = (),
    follow: bool = False,
    stop: threading.Event | None = None,
) -> FileFeed:
    """The feed a user means.

    Args:
        spec: a file, or `-` for standard input.
        cursors: all cursors stored so far.
        follow: go on as a service when the end is reached.
        stop: ends such a service.

    Raises:
        FeedNotUsable: no such file, a directory, no permission, or a feed this version does not read.
    """
    feed = FileFeed(spec, cursors=cursors, follow=follow, stop=stop)
    try:
        feed.check()
    except FeedNotUsable as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise FeedNotUsable(f"{spec}: {_why_not(spec)}") from error
        raise
    return feed


def _why_not(spec: str) -> str:
    """What is wrong with a feed that is no file."""
    name, colon, _ = spec.partition(":")
    if name in LIVE:
        return "a live feed; this version reads files and standard input only"
    if os.sep in spec or "." in name:  # meant as a path
        return "no such file"
    near = difflib.get_close_matches(name, LIVE, n=1)
    if near:
        return f"no such file, and no such feed; did you mean {near[0]!r}?"
    return f"no such file, and no such feed; known are {', '.join(LIVE)}" if colon else "no such file"
