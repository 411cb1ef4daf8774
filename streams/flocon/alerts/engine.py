"""The alert lifecycle: facts and verdicts go in, transitions come out.

firing → resolved, and back within a day; analysts add acked, snoozed, dismissed and confirmed. All state is in
tables and all times are event times, so a replay gives the same alerts, keys and notifications.

    alerts = Alerts(AlertConfig())
    alerts.observe(facts, verdict, at_ms=at_ms)      # a post arrived in a campaign
    alerts.settle(verdict, at_ms=closed_ms)          # a tick closed on it
    alerts.tick(closed_ms)                           # what was held back and is due
"""

from typing import Final

import msgspec

from flocon.alerts import birth, lifecycle, notify, rules
from flocon.alerts.config import HOUR_MS, AlertConfig
from flocon.alerts.model import Alert, ClusterFacts, Entry, Kind, PostFacts, Transition, Value
from flocon.alerts.storm import Storm
from flocon.rise.verdict import Verdict
from flocon.state import Table

DESK: Final = "desk"
KINDS: Final[tuple[Kind, ...]] = ("rise", "displacement", "immediate")


class Desk(msgspec.Struct, kw_only=True):
    """What alerts have in common: the latest event time seen, and the brake."""

    now_ms: int = 0
    storm: Storm = msgspec.field(default_factory=Storm)


class Alerts:
    """Alerts and their lifecycle.

    Args:
        config: options.

    Attributes:
        alerts: every alert by id. Analysts' actions change `state` here and announce it with `touch`.
        tables: the whole state, to be persisted and restored by the runtime.
    """

    def __init__(self, config: AlertConfig) -> None:
        self.config = config
        self.alerts: Table[Alert] = Table("alerts.alerts", Alert)
        self._current: Table[str] = Table("alerts.current", str)
        self._desks: Table[Desk] = Table("alerts.desk", Desk)
        self.tables = (self.alerts, self._current, self._desks)

    def observe(self, facts: ClusterFacts, verdict: Verdict, *, at_ms: int) -> list[Transition]:
        """Look at a campaign after a post arrived in it.

        Args:
            facts: what is known of it, the post included.
            verdict: its verdict, the post included.
            at_ms: event time of the post.
        """
        now = self._now(at_ms)
        alert = self.current("rise", facts.id)
        if alert is not None and alert.active:
            return self._follow(alert, facts, verdict, now)
        gate = rules.gate(facts, verdict, config=self.config) if verdict.rising else None
        if gate is None:
            return []
        numbers = _numbers(verdict, gate)
        if alert is None or now - _ended(alert) > self.config.reopen_ms:
            alert = birth.rise(facts, verdict, self._name("rise", facts.id), at_ms=at_ms, config=self.config)
            self._keep(alert, facts.id)
            return self._announce(alert, "fire.rise", numbers, now)
        if alert.state != "resolved":
            # an analyst has judged this burst; it takes a new one to ask again
            return []
        alert.state, alert.resolved_at_ms, alert.quiet_since_ms = "firing", None, None
        lifecycle.follow(alert, facts, verdict, now, self.config)
        return self._announce(alert, "fire.reopened", numbers, now)

    def settle(self, verdict: Verdict, *, at_ms: int) -> list[Transition]:
        """Look at a campaign after a tick closed on it; only an alert that goes on is changed.

        Args:
            verdict: its verdict.
            at_ms: event time at which the tick closed.
        """
        now = self._now(at_ms)
        alert = self.current("rise", verdict.series)
        if alert is None or not alert.active:
            return []
        return self._follow(alert, None, verdict, now)

    def immediate(self, post: PostFacts) -> list[Transition]:
        """Alert on one post, without rise, gate or budget. It goes on until an analyst closes it."""
        now = self._now(post.at_ms)
        root = post.cluster or post.uid
        alert = self.current("immediate", root)
        if alert is not None and post.uid in alert.examples:
            return []
        if alert is None or not alert.active:
            return self._fire_immediate(post, root, now)
        lifecycle.join_post(alert, post, now, self.config)
        self.alerts.touch(alert.id)
        return lifecycle.update(alert, now, self.config)

    def merged(self, loser: str, survivor: str, *, at_ms: int) -> list[Transition]:
        """Follow the merge of two clusters.

        An alert of the loser moves to the survivor and keeps its id. Where both have one that goes on, the loser's
        resolves into the survivor's, which inherits that an analyst has taken or silenced it.

        Args:
            loser: root that is no more.
            survivor: root that goes on.
            at_ms: event time of the merge.
        """
        now = self._now(at_ms)
        if loser == survivor:
            return []
        for key, alert in self.alerts.items():
            if alert.cluster == loser:
                alert.cluster = survivor
                self.alerts.touch(key)
        return [transition for kind in KINDS for transition in self._merge(kind, loser, survivor, now)]

    def tick(self, at_ms: int) -> list[Transition]:
        """Tell what was held back and is due now: updates after their pause, the digest of a storm.

        Args:
            at_ms: event time, such as that of the tick just closed.
        """
        now = self._now(at_ms)
        told: list[Transition] = []
        for key in sorted(key for key, alert in self.alerts.items() if alert.pending and alert.active):
            told += lifecycle.update(self.alerts[key], now, self.config)
            self.alerts.touch(key)
        storm = self._desk().storm
        if storm.due(now, config=self.config):
            waiting = [alert for key in storm.take() if (alert := self.alerts.get(key)) is not None]
            self._desks.touch(DESK)
            if waiting:
                told.append(notify.digest(waiting, storm.digests, now, config=self.config))
        return told

    def current(self, kind: Kind, root: str) -> Alert | None:
        """The latest alert of a campaign, whatever its state."""
        key = self._current.get(f"{kind}:{root}")
        return None if key is None else self.alerts.get(key)

    def following(self) -> list[str]:
        """Roots of the campaigns whose rise alerts go on, in order: each needs `settle` when a tick closes."""
        return sorted(
            alert.cluster
            for alert in self.alerts.values()
            if alert.kind == "rise" and alert.active and alert.cluster is not None
        )

    def redact(self, root: str) -> None:
        """Forget the words alerts took from a campaign whose template was deleted."""
        for key, alert in self.alerts.items():
            if alert.cluster == root and (alert.title or alert.template):
                alert.title, alert.template = "", None
                self.alerts.touch(key)

    def prune(self, before_ms: int) -> int:
        """Forget alerts that ended before a time; returns how many.

        Args:
            before_ms: event time.
        """
        gone = {key for key, alert in self.alerts.items() if not alert.active and _ended(alert) < before_ms}
        for key in gone:
            self.alerts.drop(key)
        for key in [key for key, alert in self._current.items() if alert in gone]:
            self._current.drop(key)
        return len(gone)

    def _fire_immediate(self, post: PostFacts, root: str, now: int) -> list[Transition]:
        alert = birth.immediate(post, self._name("immediate", root))
        self._keep(alert, root)
        numbers: dict[str, Value] = {"posts": 1}
        alert.history.append(Entry(now, "fire", "fire.immediate", numbers))
        # never held back by a storm: somebody may be in danger
        return [notify.tell(alert, "fire", now, ("fire.immediate",), numbers)]

    def _name(self, kind: Kind, root: str) -> birth.Name:
        """The name of a campaign's next alert."""
        before = self.current(kind, root)
        fingerprint = rules.fingerprint(kind, root) if before is None else before.fingerprint
        episode = 1 if before is None else before.episode + 1
        while (key := rules.alert_id(fingerprint, episode)) in self.alerts:
            # the root had alerts of its own before a merge moved another one here
            episode += 1
        return birth.Name(key, fingerprint, episode)

    def _keep(self, alert: Alert, root: str) -> None:
        self.alerts.put(alert.id, alert)
        self._current.put(f"{alert.kind}:{root}", alert.id)

    def _announce(self, alert: Alert, why: str, numbers: dict[str, Value], now: int) -> list[Transition]:
        """Tell that a rise fires, unless too many do."""
        alert.history.append(Entry(now, "fire", why, numbers))
        # what else is new about it goes with it, and in a storm the digest comes before any update
        alert.pending, alert.notified_at_ms = {}, now
        self.alerts.touch(alert.id)
        admitted = self._desk().storm.admit(alert.id, now, config=self.config)
        self._desks.touch(DESK)
        how = notify.tell if admitted else notify.quietly
        return [how(alert, "fire", now, (why,), numbers)]

    def _follow(
        self, alert: Alert, facts: ClusterFacts | None, verdict: Verdict, now: int
    ) -> list[Transition]:
        lifecycle.follow(alert, facts, verdict, now, self.config)
        self.alerts.touch(alert.id)
        if lifecycle.resolved(alert, now, self.config):
            numbers: dict[str, Value] = {"quiet_h": self.config.resolve_ms / HOUR_MS, "posts": alert.posts}
            return [lifecycle.end(alert, "resolve", "resolve.quiet", numbers, now)]
        return lifecycle.update(alert, now, self.config)

    def _merge(self, kind: Kind, loser: str, survivor: str, now: int) -> list[Transition]:
        lost, kept = self.current(kind, loser), self.current(kind, survivor)
        self._current.drop(f"{kind}:{loser}")
        if lost is None:
            return []
        if kept is None or (lost.active and not kept.active):
            self._current.put(f"{kind}:{survivor}", lost.id)
            lost.history.append(Entry(now, "moved", "merged", {"from": loser, "to": survivor}))
            self.alerts.touch(lost.id)
            return []
        if not lost.active:
            return []
        if kept.state == "firing" and lost.state != "firing":
            kept.state = lost.state
            kept.history.append(Entry(now, lost.state, "inherited", {"from": lost.id}))
            self.alerts.touch(kept.id)
        lost.merged_into = kept.id
        self.alerts.touch(lost.id)
        return [lifecycle.end(lost, "merged", "merged", {"into": kept.id}, now)]

    def _desk(self) -> Desk:
        desk = self._desks.get(DESK)
        if desk is None:
            desk = Desk()
            self._desks.put(DESK, desk)
        return desk

    def _now(self, at_ms: int) -> int:
        """Event time never runs back here: a late post is looked at when it arrives."""
        desk = self._desk()
        if at_ms > desk.now_ms:
            desk.now_ms = at_ms
            self._desks.touch(DESK)
        return desk.now_ms


def _ended(alert: Alert) -> int:
    """When an alert resolved, or else when an analyst last changed it."""
    return alert.history[-1].at_ms if alert.resolved_at_ms is None else alert.resolved_at_ms


def _numbers(verdict: Verdict, gate: str) -> dict[str, Value]:
    window = verdict.window
    numbers: dict[str, Value] = {
        "gate": gate,
        "p": verdict.p,
        "p_star": verdict.p_star,
        "fleet": verdict.fleet,
    }
    if window is not None:
        numbers |= {"hours": window.hours, "posts": window.count, "expected": window.expected}
    return numbers
