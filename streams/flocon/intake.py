"""Intake: from what a feed gives to what the flow takes. The hot path: it runs for every post.

A post without evidence costs a decode, one pass of the automaton and two counts, and leaves nothing else behind.
"""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from flocon.events import Event, Post, event_time_ms
from flocon.feeds.base import Batch
from flocon.findings import Finding, make_finding, parts_of
from flocon.privacy import Pseudonyms
from flocon.restricted import RestrictedFile
from flocon_detectors.screen import Screener, Screening

UNDATED: Final = -1
"""The minute and tick of posts without a time."""
AFTER_ALL: Final = 1 << 62
"""The place of what takes something back: behind every post, which may stand in another file."""
_DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000

Op = Literal["finding", "delete", "purge", "edit", "tick"]


class Staged(msgspec.Struct, frozen=True):
    """One thing the flow has to do, in the order of the feed.

    `record` is an encoded finding, or the uid (delete, edit) or author pseudonym (purge) as UTF-8. A `tick` says
    that the next post is the first of a new tick of the rise test; it carries nothing but its time.
    """

    event_ms: int | None
    uid: str
    op: Op
    record: bytes


class Counts(msgspec.Struct):
    """What was counted since these counts were last taken."""

    coverage: dict[tuple[str, str, int], int] = {}
    codes: dict[tuple[str, str, int], int] = {}
    drops: dict[str, int] = {}
    decisions: dict[str, int] = {}
    posts: int = 0


class Intake:
    """Screens batches and counts them.

    Args:
        screener: screens each post.
        pseudonyms: for what is kept.
        tick_ms: length of a tick of the rise test.
        restricted: takes hits of the restricted rule; None where that rule is off.

    Attributes:
        volumes: posts by (tick, platform) since the caller last emptied it.
    """

    def __init__(
        self,
        screener: Screener,
        pseudonyms: Pseudonyms,
        *,
        tick_ms: int,
        restricted: RestrictedFile | None = None,
    ) -> None:
        self.screener = screener
        self.volumes: dict[tuple[int, str], int] = {}
        self._counts = Counts()
        self._pseudonyms = pseudonyms
        self._tick_ms = tick_ms
        self._restricted = restricted
        self._newest_tick = UNDATED
        self._encode = msgspec.msgpack.Encoder().encode

    def take_counts(self) -> Counts:
        """What was counted since the last call, volumes apart; to be called between batches."""
        counts, self._counts = self._counts, Counts()
        return counts

    def read(self, batch: Batch) -> Iterator[Staged]:
        """Screen and count a batch; yield what the flow has to act on, in order.

        What is counted when an item is yielded is exactly what stood before it in the feed.

        Args:
            batch: from a feed.
        """
        screen = self.screener.screen
        counts = self._counts
        coverage, volumes = counts.coverage, self.volumes
        tick_ms = self._tick_ms
        for problem in batch.problems:
            counts.drops[problem.code] = counts.drops.get(problem.code, 0) + 1
        for event, raw in zip(batch.events, batch.raws, strict=True):
            post = event.post
            if post is None:
                yield from self._other(event)
                continue
            at = event_time_ms(post.created_at, post.observed_at or event.observed_at)
            minute, tick = (UNDATED, UNDATED) if at is None else (at // _MINUTE_MS, at // tick_ms)
            if tick > self._newest_tick:
                self._newest_tick = tick
                yield Staged(at, "", "tick", b"")
            platform = post.platform
            langs = post.langs
            covered = (platform, langs[0] if langs else "", minute)
            coverage[covered] = coverage.get(covered, 0) + 1
            if at is not None:
                volume = (tick, platform)
                volumes[volume] = volumes.get(volume, 0) + 1
            counts.posts += 1
            screening = screen(post.text, parts_of(post))
            if screening.evidence or screening.is_restricted:
                yield from self._evidence(event, post, screening, raw, at)
            elif post.edited_at is not None:
                yield self._edit(post)

    def _evidence(
        self, event: Event, post: Post, screening: Screening, raw: bytes, at: int | None
    ) -> Iterator[Staged]:
        counts = self._counts
        if screening.is_restricted:
            if self._restricted is not None:
                url = None if post.url is None else self._pseudonyms.address(post.platform, post.url)
                self._restricted.write(post.platform, url, at, screening.verdict.rules)
            counts.decisions["restricted"] = counts.decisions.get("restricted", 0) + 1
            return
        decision = screening.decision
        counts.decisions[decision] = counts.decisions.get(decision, 0) + 1
        if decision == "none":
            day = UNDATED if at is None else at // _DAY_MS
            for code in {item.text for item in screening.evidence if item.group == "P"}:
                key = (post.platform, code, day)
                counts.codes[key] = counts.codes.get(key, 0) + 1
            if post.edited_at is not None:
                yield self._edit(post)
            return
        finding = make_finding(
            event,
            post,
            screening,
            raw=raw,
            pseudonyms=self._pseudonyms,
            codebook=self.screener.codebook.version,
        )
        yield Staged(at, finding.uid, "finding", self._encode(finding))

    def _edit(self, post: Post) -> Staged:
        """An edit that left nothing worth keeping: what was kept of the post has to go."""
        uid = self._pseudonyms.address(post.platform, post.uid)
        return Staged(AFTER_ALL, uid, "edit", uid.encode())

    def _other(self, event: Event) -> Iterator[Staged]:
        drops = self._counts.drops
        platform, _, rest = (event.target or "").partition(":")
        if event.op == "delete" and event.target:
            uid = self._pseudonyms.address(platform, event.target)
            yield Staged(AFTER_ALL, uid, "delete", uid.encode())
        elif event.op == "purge_author" and rest:
            author = self._pseudonyms.author(platform, rest)
            yield Staged(AFTER_ALL, f"{platform}:{author}", "purge", author.encode())
        else:
            reason = f"op_{event.op}"
            drops[reason] = drops.get(reason, 0) + 1


DECODE_FINDING: Final = msgspec.msgpack.Decoder(Finding).decode
"""Decodes `Staged.record` of a finding."""
