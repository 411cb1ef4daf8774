"""A finding: a post with evidence, reduced to what may be kept and what a campaign is recognised by."""

import hashlib
from collections.abc import Sequence

import msgspec

from flocon.events import Event, Post, event_time_ms, to_ms
from flocon.privacy import Pseudonyms
from flocon_detectors.gate import IDENTITY_PARTS
from flocon_detectors.hide import is_protected, masked_text
from flocon_detectors.screen import Screening


class Finding(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is kept of one post with evidence.

    Attributes:
        uid: `platform:native_id`, with the author's id replaced where it stood in it.
        stable: hash of the original uid; decides ties, so that they never depend on the author key.
        event_ms: event time in ms; None where the post has no time (kept for search, not scored).
        author: pseudonym of the author.
        text: the main text as published; `screening` holds the offsets into it.
        raw_sha256: hash of the raw record it was read from.
        codebook: version of the code book that screened it.
    """

    uid: str
    stable: str
    platform: str
    kind: str
    event_ms: int | None
    observed_ms: int | None
    author: str | None
    channel: str | None
    url: str | None
    lang: str | None
    version: str | None
    text: str
    parts: list[tuple[str, str]]
    screening: Screening
    raw_sha256: str
    codebook: str

    @property
    def is_protected(self) -> bool:
        """A minor who offers himself: a child to protect, never part of a campaign."""
        return is_protected(self.screening.verdict.rules, self.screening.safeguard)


def parts_of(post: Post) -> Sequence[tuple[str, str]]:
    """The texts of a post beside its main text, as (role, text)."""
    author = post.author
    if not (post.title or post.parts or post.commerce) and (
        author is None or not (author.name or author.bio)
    ):
        return ()
    parts: list[tuple[str, str]] = []
    if post.title:
        parts.append(("title", post.title))
    parts.extend((part.role, part.text) for part in post.parts if part.text)
    if author is not None:
        if author.name:
            parts.append(("author_name", author.name))
        if author.bio:
            parts.append(("bio", author.bio))
    if post.commerce is not None:
        parts.extend(("product", product.title) for product in post.commerce.products if product.title)
    return parts


def make_finding(
    event: Event, post: Post, screening: Screening, *, raw: bytes, pseudonyms: Pseudonyms, codebook: str
) -> Finding:
    """Reduce a screened post to a finding."""
    platform = post.platform
    observed = post.observed_at or event.observed_at
    author = post.author
    author_id = None if author is None else author.id or author.handle
    finding = Finding(
        uid=pseudonyms.address(platform, post.uid),
        stable=hashlib.blake2b(post.uid.encode("utf-8", "replace"), digest_size=10).hexdigest(),
        platform=platform,
        kind=post.kind,
        event_ms=event_time_ms(post.created_at, observed),
        observed_ms=None if observed is None else to_ms(observed),
        author=None if author_id is None else pseudonyms.author(platform, author_id),
        channel=None if post.channel is None else post.channel.id or post.channel.handle,
        url=None if post.url is None else pseudonyms.link(platform, post.url, author),
        lang=post.langs[0] if post.langs else None,
        version=post.version,
        text=post.text,
        parts=[(role, text) for role, text in parts_of(post) if role not in IDENTITY_PARTS],
        screening=screening,
        raw_sha256=event.raw_sha256 or hashlib.sha256(raw).hexdigest(),
        codebook=codebook,
    )
    if not finding.is_protected:
        return finding
    text = masked_text(finding.text, screening.evidence)
    return msgspec.structs.replace(finding, text=text, parts=[], author=None, url=None)
