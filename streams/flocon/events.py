"""The records that travel through flocon: Event and Post in, Finding and what follows out.

They are `msgspec` Structs: decoded from JSON with their types checked, and encoded as they are. Times inside the
pipeline are whole milliseconds since the epoch in UTC (`*_ms`); in records they are aware `datetime`s. The records
of the hot path are trees, so the garbage collector need not look at them (`gc=False`); that alone saves a quarter
of the time of reading a feed.
"""

from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

Op = Literal["upsert", "delete", "purge_author", "profile", "gap"]
Kind = Literal["post", "comment", "message", "video", "story", "live", "listing", "review", "ad"]
Precision = Literal["exact", "day", "unknown"]

CLOCK_SKEW_MS: Final = 5 * 60 * 1000
"""A client clock further ahead of the observation than this is not believed (design: event time)."""
EARLIEST_MS: Final = 1_104_537_600_000
"""2005-01-01: a post dated before the platforms existed is dated by its observation."""


class Author(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """Who published a post, as the source says. Never stored as it is: see `flocon.privacy`."""

    id: str | None = None
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    bio: str | None = None
    verified: bool | None = None
    followers: int | None = None
    is_seller: bool | None = None
    is_bot: bool | None = None


class Channel(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """The channel, group, subreddit or instance a post stands in."""

    id: str | None = None
    handle: str | None = None
    name: str | None = None
    kind: str | None = None


class Part(msgspec.Struct, gc=False):
    """A further piece of text of a post.

    `role` is one of alt, sticker, speech, cw, link_title, link_description, poll, button, product, bio.
    """

    role: str
    text: str


class Mention(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A person or account named in a post."""

    id: str | None = None
    handle: str | None = None


class Link(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A link in a post; never followed."""

    url: str
    role: str | None = None


class Media(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A picture, sound or video of a post; never fetched."""

    type: str
    url: str | None = None
    alt: str | None = None
    mime: str | None = None
    duration_s: float | None = None


class Product(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A product tagged in a post by the platform's shop."""

    id: str | None = None
    title: str | None = None
    price: str | None = None
    currency: str | None = None
    shop_id: str | None = None
    shop_name: str | None = None
    sold: int | None = None
    rating: float | None = None


class Commerce(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """What the platform itself says about selling in this post."""

    is_ad: bool | None = None
    paid_partnership: bool | None = None
    commission: bool | None = None
    is_shop_video: bool | None = None
    products: list[Product] = []


class Forward(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """Where a forwarded message came from."""

    name: str | None = None
    id: str | None = None
    at: datetime | None = None


class Engagement(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """Counters as the source gives them; an unknown one is null, never 0."""

    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    reposts: int | None = None
    quotes: int | None = None
    saves: int | None = None
    reactions: dict[str, int] | None = None


class Place(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A place a post says of itself."""

    country: str | None = None
    name: str | None = None
    lat: float | None = None
    lon: float | None = None


class Provenance(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """How the post reached flocon."""

    adapter: str | None = None
    feed: str | None = None
    file: str | None = None
    offset: int | None = None
    collected_from: str | None = None
    raw_sha256: str | None = None


class Post(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One public post in the normal form every adapter produces.

    `uid` is `platform:native_id`. `text` is plain: HTML removed, line breaks kept, control characters removed,
    emoji untouched. `missing` names what the source cannot give, `warnings` what was repaired or dropped.
    """

    uid: str
    platform: str
    native_id: str
    text: str = ""
    kind: Kind = "post"
    url: str | None = None
    version: str | None = None
    author: Author | None = None
    channel: Channel | None = None
    title: str | None = None
    parts: list[Part] = []
    langs: list[str] = []
    hashtags: list[str] = []
    mentions: list[Mention] = []
    links: list[Link] = []
    media: list[Media] = []
    reply_to: str | None = None
    root: str | None = None
    quote_of: str | None = None
    repost_of: str | None = None
    forward_from: Forward | None = None
    group_id: str | None = None
    engagement: Engagement | None = None
    commerce: Commerce | None = None
    place: Place | None = None
    labels: list[str] = []
    sensitive: bool | None = None
    created_at: datetime | None = None
    created_at_precision: Precision = "exact"
    edited_at: datetime | None = None
    observed_at: datetime | None = None
    missing: list[str] = []
    warnings: list[str] = []
    provenance: Provenance | None = None


class Source(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """Which adapter and feed an event came from, and its cursor there."""

    adapter: str
    feed: str
    cursor: str | None = None


class Event(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One thing that happened in a feed.

    `upsert` carries a post; `delete` the uid of a post in `target`; `purge_author` the author's id as
    `platform:id`; `profile` an account's new handle; `gap` a hole in the feed, described in `target`.
    """

    op: Op
    source: Source | None = None
    observed_at: datetime | None = None
    raw_sha256: str | None = None
    post: Post | None = None
    target: str | None = None


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch; a time without a zone is read as UTC."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return int(at.timestamp() * 1000)


def from_ms(at_ms: int) -> datetime:
    """The aware UTC time of so many milliseconds since the epoch."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def rfc3339(at_ms: int) -> str:
    """RFC 3339 in UTC; milliseconds only where there are any."""
    text = from_ms(at_ms).isoformat(timespec="milliseconds" if at_ms % 1000 else "seconds")
    return text.replace("+00:00", "Z")


def event_time_ms(created_at: datetime | None, observed_at: datetime | None) -> int | None:
    """The one time that places a post in windows and index months.

    `created_at`, but `observed_at` where the client's clock runs more than five minutes ahead of it or lies
    before 2005; None where the post has neither.
    """
    if created_at is None:
        return None if observed_at is None else to_ms(observed_at)
    created = to_ms(created_at)
    if observed_at is None:
        return created if created >= EARLIEST_MS else None
    observed = to_ms(observed_at)
    if created > observed + CLOCK_SKEW_MS or created < EARLIEST_MS:
        return observed
    return created


JsonObject = dict[str, Any]
