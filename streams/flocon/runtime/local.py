"""The flow in one process on one store.

Sorted (`--once`): all inputs are screened into the store's inbox, which sorts what has evidence by event time; then
the inbox is applied. Only findings are sorted: of all other posts nothing is kept but counts, and counts need no
order. As it comes (service): each batch is screened and applied in order of arrival.

Whatever is read is committed together with the cursor that says so, whatever is applied together with the state it
led to. So the process may be killed at any point.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from flocon.alerts.model import Transition
from flocon.events import from_ms
from flocon.feeds.base import Batch, Cursor
from flocon.feeds.files import FileFeed
from flocon.findings import Finding
from flocon.intake import DECODE_FINDING, Counts, Intake
from flocon.metrics import Metrics
from flocon.outbox import Outbox
from flocon.pipeline import Flow, notifications
from flocon.stores.retention import Retention
from flocon.stores.sqlite import SqliteStore

_APPLY_ROWS: Final = 500
_UP_TO_DATE: Final = 1 << 62
_CURSOR: Final = msgspec.msgpack.Decoder(Cursor).decode

Progress = Callable[["LocalRun"], None]


class Totals(msgspec.Struct):
    """What a run has done so far."""

    posts: int = 0
    kept: int = 0
    unreadable: int = 0
    applied: int = 0
    fired: int = 0
    late: int = 0


class LocalRun:
    """One run over one store.

    Args:
        store: open for writing.
        flow: the pure stages; their state is loaded from the store.
        intake: screens and counts.
        outbox: takes notifications.
        metrics: counts.
        now_ms: the wall clock; says when posts were ingested, from which retention counts.
        progress: called after each batch and each applied chunk.
    """

    def __init__(
        self,
        store: SqliteStore,
        flow: Flow,
        intake: Intake,
        outbox: Outbox,
        metrics: Metrics,
        *,
        now_ms: Callable[[], int],
        progress: Progress | None = None,
    ) -> None:
        self.totals = Totals()
        self._store = store
        self.flow = flow
        self._intake = intake
        self._outbox = outbox
        self._metrics = metrics
        self._now_ms = now_ms
        self._progress = progress or (lambda _: None)
        self._tick_ms = flow.rise.config.tick_ms
        for table in flow.tables:
            store.states.load(table)

    def cursors(self) -> list[Cursor]:
        """All cursors of the store, for feeds to resume from."""
        return [_CURSOR(record) for record in self._store.inbox.cursors()]

    # -- sorted -------------------------------------------------------------------------------------------------

    def take_in(self, feed: FileFeed, report: Callable[[Batch], None]) -> None:
        """Screen one feed to its end into the inbox."""
        previous: str | None = None
        for batch in feed.batches():
            staged = [item for item in self._intake.read(batch) if item.op != "tick"]
            counts = self._intake.take_counts()
            with self._store.transaction():
                self._count(feed.where, batch, counts)
                self._store.inbox.stage_volumes(self._intake.volumes)
                self._store.inbox.stage((item.event_ms, item.uid, item.op, item.record) for item in staged)
                previous = self._save_cursor(batch.cursor, previous)
            self._intake.volumes.clear()
            self.totals.kept += sum(item.op == "finding" for item in staged)
            report(batch)
            self._progress(self)

    def apply_inbox(self) -> None:
        """Apply the inbox in order of event time, and let event time pass to the last of it."""
        while rows := self._store.inbox.next_staged(_APPLY_ROWS):
            with self._store.transaction():
                last = rows[-1][1]
                volumes = self._store.inbox.staged_volumes(
                    up_to_tick=-1 if last is None else last // self._tick_ms
                )
                applied = 0
                for _, event_ms, op, record in rows:
                    if event_ms is not None:
                        applied = self._pass_volumes(volumes, applied, event_ms // self._tick_ms)
                    self._apply(op, record)
                self._store.inbox.unstage(seq for seq, _, _, _ in rows)
                if last is not None:
                    self._store.inbox.unstage_volumes(up_to_tick=last // self._tick_ms)
                self._commit_state()
            self._progress(self)
            self._outbox.serve()
        with self._store.transaction():
            volumes = self._store.inbox.staged_volumes(up_to_tick=_UP_TO_DATE)
            self._pass_volumes(volumes, 0, _UP_TO_DATE)
            self._store.inbox.unstage_volumes(up_to_tick=_UP_TO_DATE)
            self._happened(self.flow.end_of_input())
            self._commit_state()
        self._outbox.serve()

    def _pass_volumes(self, volumes: Sequence[tuple[int, str, int]], start: int, tick: int) -> int:
        """Let event time pass tick by tick up to `tick`, counting the volume of each; where the next begins."""
        while start < len(volumes) and volumes[start][0] <= tick:
            at_ms = volumes[start][0] * self._tick_ms
            self._advance(at_ms)
            self.flow.volume(volumes[start][1], at_ms, volumes[start][2])
            start += 1
        return start

    # -- as it comes --------------------------------------------------------------------------------------------

    def process(self, feed: str, batch: Batch, previous: str | None) -> str:
        """Screen and apply one batch in order of arrival; the digest of its cursor."""
        self._observe(batch)
        with self._store.transaction():
            for item in self._intake.read(batch):
                self._flush()
                if item.op == "tick":
                    self._advance(item.event_ms or 0)
                else:
                    self.totals.kept += item.op == "finding"
                    self._apply(item.op, item.record)
            self._flush()
            self._count(feed, batch, self._intake.take_counts())
            digest = self._save_cursor(batch.cursor, previous)
            self._commit_state()
        self._progress(self)
        return digest

    def _observe(self, batch: Batch) -> None:
        """A post from the future is dated by when it is read: its own date would make all others late."""
        now = from_ms(self._now_ms())
        for event in batch.events:
            post = event.post
            if post is not None and post.created_at is not None and post.created_at > now:
                post.observed_at = post.observed_at or event.observed_at or now

    def _flush(self) -> None:
        """Hand the volumes counted so far to the flow."""
        volumes = self._intake.volumes
        for (tick, platform), posts in sorted(volumes.items()):
            self.flow.volume(platform, tick * self._tick_ms, posts)
        volumes.clear()

    def keep_little(self, retention: Retention) -> dict[str, int]:
        """Remove what has been kept long enough; how much went, by reason."""
        with self._store.transaction():
            gone = self._store.upkeep.prune(retention, self._now_ms())
            forgotten = self.flow.forget(retention.alert_days)
            self._commit_state()
        return {**gone, "alert_expired": forgotten} if forgotten else gone

    # -- both ---------------------------------------------------------------------------------------------------

    def _apply(self, op: str, record: bytes) -> None:
        store = self._store
        if op == "finding":
            self._finding(DECODE_FINDING(record))
        else:  # a deletion, an edit that took all evidence away, a purge of an author
            erase = store.posts.purge_author if op == "purge" else store.posts.delete
            for cluster, stable in erase(record.decode()):
                self.flow.redact(cluster, stable)
        self.totals.applied += 1

    def _finding(self, finding: Finding) -> None:
        known, version = self._store.posts.version_of(finding.uid)
        if known:
            if _is_newer(finding.version, version):
                self._store.posts.revise(finding)
            return
        if finding.event_ms is not None:
            self._advance(finding.event_ms)
        outcome = self.flow.finding(finding)
        self._store.posts.put(finding, cluster=outcome.cluster, at_ms=self._now_ms())
        for loser, survivor in outcome.merges:
            self._store.posts.move(loser, survivor)
        if not outcome.scored and outcome.cluster is not None:
            self.totals.late += 1
            self._metrics.late()
        self._happened(outcome.transitions)

    def _advance(self, at_ms: int) -> None:
        self._happened(self.flow.advance(at_ms))
        self._metrics.watermark(at_ms)

    def _happened(self, transitions: Iterable[Transition]) -> None:
        transitions = list(transitions)
        self._outbox.post(notifications(transitions))
        for transition in transitions:
            if transition.what == "fire":
                alert = self.flow.alerts.alerts[transition.alert]
                self.totals.fired += 1
                self._metrics.fired(alert.kind, alert.severity, (self._now_ms() - alert.fired_at_ms) / 1000)

    def _count(self, feed: str, batch: Batch, counts: Counts) -> None:
        self._store.inbox.add_coverage(counts.coverage)
        self._store.inbox.add_code_counts(counts.codes)
        self._store.inbox.add_drops(feed, counts.drops)
        self.totals.posts += counts.posts
        self.totals.unreadable += len(batch.problems)
        self._metrics.read(
            feed, len(batch.events) + len(batch.problems), counts.decisions, counts.posts, counts.drops
        )

    def _save_cursor(self, cursor: Cursor, previous: str | None) -> str:
        self._store.inbox.save_cursor(
            head=cursor.head,
            digest=cursor.digest,
            offset=cursor.offset,
            record=msgspec.msgpack.encode(cursor),
            previous=previous,
        )
        return cursor.digest

    def _commit_state(self) -> None:
        for cluster in self.flow.clusters.forgotten:
            record = msgspec.msgpack.encode(cluster)
            self._store.states.archive_cluster(cluster.root, record, at_ms=self._now_ms())
        self.flow.clusters.forgotten.clear()
        for table in self.flow.tables:
            self._store.states.save(table)
        self._metrics.calibrated(self.flow.rise.calibration())


def _is_newer(version: str | None, known: str | None) -> bool:
    """Whether a revision replaces the known one: numbers are compared, other versions only told apart."""
    if version is None or version == known:
        return False
    if known is not None and version.isdigit() and known.isdigit():
        return int(version) > int(known)
    return True
