"""Intake: from what a feed gives to what the flow takes. The hot path: it runs for every post.

A post without evidence costs a decode, one pass of the automaton and two counts, and leaves nothing else behind.
"""

from collections.abc import Callable
from typing import Final, Literal

import msgspec
from flocon_detectors.screen import Screener, Screening

from flocon.events import Event, Post, event_time_ms
from flocon.feeds.base import Batch
from flocon.findings import Finding, make_finding, parts_of
from flocon.privacy import Pseudonyms
from flocon.restricted import RestrictedFile

UNDATED: Final = -1
"""The minute and tick of posts without a time."""
_DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000

Op = Literal["finding", "delete", "purge", "edit"]


class Staged(msgspec.Struct, frozen=True):
    """One thing the flow has to do, in the order of the feed.

    `record` is an encoded finding, or the uid (delete, edit) or author pseudonym (purge) as UTF-8.
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
        on_tick: called when a post is the first of a new tick, before it is counted; None where order does not
            matter because the flow will sort.

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
        on_tick: Callable[[int], None] | None = None,
    ) -> None:
        self.screener = screener
        self.volumes: dict[tuple[int, str], int] = {}
        self._counts = Counts()
        self._pseudonyms = pseudonyms
        self._tick_ms = tick_ms
        self._restricted = restricted
        self._on_tick = on_tick
        self._newest_tick = UNDATED
        self._encode = msgspec.msgpack.Encoder().encode

    def take_counts(self) -> Counts:
        """What was counted since the last call, volumes apart; to be called between batches."""
        counts, self._counts = self._counts, Counts()
        return counts

    def read(self, batch: Batch, emit: Callable[[Staged], None]) -> None:
        """Screen and count a batch; hand on what the flow has to act on, in order.

        Args:
            batch: from a feed.
            emit: takes each staged operation.
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
                self._other(event, emit)
                continue
            at = event_time_ms(post.created_at, post.observed_at or event.observed_at)
            minute, tick = (UNDATED, UNDATED) if at is None else (at // _MINUTE_MS, at // tick_ms)
            if tick > self._newest_tick:
                self._newest_tick = tick
                if self._on_tick is not None and at is not None:
                    self._on_tick(at)
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
                self._evidence(event, post, screening, raw, at, emit)
            elif post.edited_at is not None:
                uid = self._pseudonyms.address(platform, post.uid)
                emit(Staged(at, uid, "edit", uid.encode()))

    def _evidence(
        self, event: Event, post: Post, screening: Screening, raw: bytes, at: int | None, emit: Callable[[Staged], None]
    ) -> None:
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
                uid = self._pseudonyms.address(post.platform, post.uid)
                emit(Staged(at, uid, "edit", uid.encode()))
            return
        finding = make_finding(
            event, post, screening, raw=raw, pseudonyms=self._pseudonyms, codebook=self.screener.codebook.version
        )
        emit(Staged(at, finding.uid, "finding", self._encode(finding)))

    def _other(self, event: Event, emit: Callable[[Staged], None]) -> None:
        drops = self._counts.drops
        platform, _, rest = (event.target or "").partition(":")
        if event.op == "delete" and event.target:
            uid = self._pseudonyms.address(platform, event.target)
            emit(Staged(None, uid, "delete", uid.encode()))
        elif event.op == "purge_author" and rest:
            emit(Staged(None, event.target or "", "purge", self._pseudonyms.author(platform, rest).encode()))
        else:
            reason = f"op_{event.op}"
            drops[reason] = drops.get(reason, 0) + 1


DECODE_FINDING: Final = msgspec.msgpack.Decoder(Finding).decode
"""Decodes `Staged.record` of a finding."""
