"""A Bluesky post record (`app.bsky.feed.post`) as a Post.

Every part but the text is optional and decoded on its own: one that does not fit is dropped with a warning.
Facets count bytes of the text in UTF-8.
"""

from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from flocon.events import Author, Link, Media, Mention, Part, Post
from flocon.feeds.base import Unreadable
from flocon.feeds.bluesky_record import (
    Embed,
    External,
    Facet,
    Labels,
    Nested,
    Picture,
    Record,
    Ref,
    Reply,
    Span,
)
from flocon.feeds.clean import check_clock, clean_post, utc

PLATFORM: Final = "bluesky"
COLLECTION: Final = "app.bsky.feed.post"
T = TypeVar("T")


_DECODERS: Final[dict[Any, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(kind)
    for kind in (datetime, list[str], list[Raw], Labels, Facet, Reply, Embed, Picture, External, Ref, Nested)
}


def read_post(record: Record, *, did: str, rkey: str, cid: str | None, observed_at: datetime | None) -> Post:
    """The post of a record.

    Args:
        record: the record as published.
        did: id of its author.
        rkey: its key in the author's repository.
        cid: its content id, the version of the post.
        observed_at: when the network passed it on, in UTC.

    Raises:
        Unreadable: there are control characters in its id.
    """
    uri = f"at://{did}/{COLLECTION}/{rkey}"
    post = Post(
        uid=f"{PLATFORM}:{uri}",
        platform=PLATFORM,
        native_id=uri,
        text=record.text,
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
        version=cid,
        author=Author(id=did),
        observed_at=observed_at,
        missing=["author.handle", "engagement"],
    )
    _date(post, record.created_at)
    post.langs = _optional(post, "langs", record.langs, list[str]) or []
    if (labels := _optional(post, "labels", record.labels, Labels)) is not None:
        post.labels = [label.val for label in labels.values]
    _facets(post, record)
    for tag in _optional(post, "tags", record.tags, list[str]) or []:
        _add_hashtag(post, tag)
    if (reply := _optional(post, "reply", record.reply, Reply)) is not None:
        post.reply_to = f"{PLATFORM}:{reply.parent.uri}"
        post.root = f"{PLATFORM}:{reply.root.uri}"
    if (embed := _optional(post, "embed", record.embed, Embed)) is not None:
        _embed(post, embed)
    clean_post(post)
    check_clock(post)
    return post


def _optional(post: Post, name: str, raw: Raw | UnsetType, kind: type[T]) -> T | None:
    """A part decoded as `kind`; None where it is absent, null, or does not fit, which is warned of."""
    if raw is UNSET or bytes(raw) == b"null":
        return None
    try:
        part: T = _DECODERS[kind].decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        _drop(post, name)
        return None
    return part


def _drop(post: Post, name: str) -> None:
    post.warnings.append(f"{name}: does not fit, dropped")


def _date(post: Post, raw: Raw | UnsetType) -> None:
    created: datetime | None = _optional(post, "createdAt", raw, datetime)
    if created is not None:
        try:
            post.created_at = utc(created)
        except Unreadable:
            _drop(post, "createdAt")
    if post.created_at is None:
        post.created_at_precision = "unknown"


def _facets(post: Post, record: Record) -> None:
    facets = _optional(post, "facets", record.facets, list[Raw])
    if not facets:
        return
    text = record.text.encode()
    for raw in facets:
        facet = _optional(post, "facet", raw, Facet)
        if facet is None:
            continue
        covered = _covered(text, facet.index)
        if covered is None:
            _drop(post, "facet")
            continue
        for feature in facet.features:
            if feature.tag is not None:
                _add_hashtag(post, feature.tag)
            if feature.uri is not None:
                post.links.append(Link(url=feature.uri, role="facet"))
            if feature.did is not None:
                post.mentions.append(Mention(id=feature.did, handle=covered.removeprefix("@")))


def _covered(text: bytes, span: Span) -> str | None:
    """The text of a span; None where it leaves the text or cuts a character: clients ignore such a facet."""
    if not 0 <= span.byte_start < span.byte_end <= len(text):
        return None
    try:
        return text[span.byte_start : span.byte_end].decode()
    except UnicodeDecodeError:
        return None


def _add_hashtag(post: Post, tag: str) -> None:
    tag = tag.removeprefix("#")
    if tag and tag not in post.hashtags:
        post.hashtags.append(tag)


def _embed(post: Post, embed: Embed) -> None:
    name = embed.type.rpartition(".")[2]
    if name == "recordWithMedia":
        nested = _optional(post, "embed.record", embed.record, Nested)
        _quote(post, None if nested is None else nested.record)
        media = _optional(post, "embed.media", embed.media, Embed)
        if media is not None and not media.type.endswith(".recordWithMedia"):
            _embed(post, media)
    elif name == "record":
        _quote(post, _optional(post, "embed.record", embed.record, Ref))
    elif name in ("images", "gallery"):
        for raw in embed.images or embed.items:
            picture = _optional(post, "embed.image", raw, Picture)
            if picture is not None:
                _picture(post, "image", picture.alt)
    elif name == "video":
        _picture(post, "video", embed.alt)
    elif name == "external":
        card = _optional(post, "embed.external", embed.external, External)
        if card is not None:
            post.links.append(Link(url=card.uri, role="embed"))
            _add_part(post, "link_title", card.title)
            _add_part(post, "link_description", card.description)


def _quote(post: Post, ref: Ref | None) -> None:
    if ref is not None and f"/{COLLECTION}/" in ref.uri:  # lists and feeds can be embedded as well
        post.quote_of = f"{PLATFORM}:{ref.uri}"


def _picture(post: Post, kind: str, alt: str | None) -> None:
    post.media.append(Media(type=kind, alt=alt or None))
    _add_part(post, "alt", alt)


def _add_part(post: Post, role: str, text: str | None) -> None:
    if text:
        post.parts.append(Part(role=role, text=text))
