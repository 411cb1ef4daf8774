"""Findings for cluster tests, made through the real screener."""

from flocon.events import Author, Channel, Event, Post, from_ms
from flocon.findings import Finding, make_finding
from flocon.privacy import Pseudonyms
from flocon_detectors.screen import Screener

START_MS = 1_772_409_600_000  # 2026-03-02
HOUR_MS = 3_600_000


def finding(
    screener: Screener,
    text: str,
    *,
    uid: str,
    author: str,
    at_ms: int = START_MS,
    platform: str = "snapchat",
    channel: str | None = None,
) -> Finding:
    post = Post(
        uid=f"{platform}:{uid}",
        platform=platform,
        native_id=uid,
        text=text,
        author=Author(id=author),
        channel=None if channel is None else Channel(id=channel),
        created_at=from_ms(at_ms),
    )
    return make_finding(
        Event(op="upsert", post=post),
        post,
        screener.screen(text),
        raw=b"{}",
        pseudonyms=Pseudonyms(b"0123456789abcdef"),
        codebook="test",
    )
