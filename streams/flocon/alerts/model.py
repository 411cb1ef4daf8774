"""The records of alerting: what goes in, what is kept, what goes out. Times are milliseconds of event time, UTC."""

from typing import Literal

import msgspec

from flocon.rise.verdict import Verdict

Kind = Literal["rise", "displacement", "immediate"]
State = Literal["firing", "acked", "snoozed", "resolved", "dismissed", "confirmed"]
Severity = Literal["page", "ticket", "info"]
What = Literal["fire", "update", "resolve", "merged", "digest"]
Value = str | int | float | bool
"""What a transition may say in numbers."""


class ClusterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a campaign when its verdict is looked at.

    Attributes:
        id: current root of the cluster.
        title: its name for people.
        families: listing, recruitment, violence.
        groups: evidence groups seen in its posts.
        rules: decision rules its posts met.
        platforms: posts by platform.
        posts: posts, not capped.
        authors: distinct authors.
        distinct_texts: distinct texts.
        channels: distinct channels; 0 where its posts stand in none.
        candidate_posts: posts that are candidates by themselves.
        may_alert: all groups of a candidate rule are there, spread over at most three posts.
        threat: carries a signal of violence, or of minors being drawn in.
        first_seen_ms: event time of its first post.
        last_seen_ms: event time of its last post.
        examples: uids of typical posts, best first.
        template: the text its posts share, with slots.
    """

    id: str
    title: str
    families: tuple[str, ...]
    groups: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    platforms: dict[str, int]
    posts: int
    authors: int
    distinct_texts: int = 0
    channels: int = 0
    candidate_posts: int = 0
    may_alert: bool = False
    threat: bool = False
    first_seen_ms: int
    last_seen_ms: int
    examples: tuple[str, ...] = ()
    template: str | None = None


class PostFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A post that alerts by itself.

    Attributes:
        uid: its id.
        platform: where it was posted.
        at_ms: its event time.
        author: hash of its author, if known.
        families: its families.
        rules: the rules that make it immediate, such as `violence.bounty`.
        cluster: current root of its cluster, if it has one.
        title: a name for people.
    """

    uid: str
    platform: str
    at_ms: int
    author: str | None = None
    families: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    cluster: str | None = None
    title: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A line of an alert's history: when, what happened, why, with its numbers."""

    at_ms: int
    what: str
    why: str
    numbers: dict[str, Value] = {}


class Alert(msgspec.Struct, kw_only=True):
    """One alert, from its first notification to its end.

    Attributes:
        id: the fingerprint; from the second episode on, followed by `-` and the episode.
        fingerprint: hash of kind and cluster root at the first fire.
        episode: 1, and one more for each fire later than the reopening time.
        seq: notifications so far in this episode.
        kind: rise, displacement, immediate.
        state: where it stands; analysts set acked, snoozed, dismissed, confirmed.
        severity: highest so far.
        severity_why: key of the reason of the severity.
        cluster: current root of its cluster; None for a post without one.
        title: the campaign's name.
        families: its families.
        rules: rules its posts met.
        platforms: posts by platform.
        posts: posts in the campaign.
        authors: distinct authors.
        voices: hashes of the authors of an immediate alert, the first ones; empty for a rise.
        threat: see `ClusterFacts`.
        template: see `ClusterFacts`.
        examples: uids of typical posts.
        first_seen_ms: event time of the campaign's first post.
        last_seen_ms: event time of its last post.
        fired_at_ms: event time of the post that fired it.
        resolved_at_ms: when it ended.
        merged_into: alert that took it over.
        recurrence_days: longest recurrence so far, in the fleet.
        decision: the verdict it fired on.
        peak: the least likely verdict since.
        quiet_since_ms: since when its verdicts are quiet.
        posts_at_fire: posts when it fired.
        multiple: last of the configured multiples told.
        pending: reasons to tell once the pause is over.
        notified_at_ms: time of the last notification.
        announced: a notification of its own has gone out.
        history: what happened.
    """

    id: str
    fingerprint: str
    episode: int = 1
    seq: int = 0
    kind: Kind
    state: State = "firing"
    severity: Severity
    severity_why: str
    cluster: str | None
    title: str
    families: tuple[str, ...]
    rules: tuple[str, ...] = ()
    platforms: dict[str, int]
    posts: int
    authors: int
    voices: tuple[str, ...] = ()
    threat: bool = False
    template: str | None = None
    examples: tuple[str, ...] = ()
    first_seen_ms: int
    last_seen_ms: int
    fired_at_ms: int
    resolved_at_ms: int | None = None
    merged_into: str | None = None
    recurrence_days: float
    decision: Verdict | None = None
    peak: Verdict | None = None
    quiet_since_ms: int | None = None
    posts_at_fire: int
    multiple: int = 1
    pending: dict[str, dict[str, Value]] = {}
    notified_at_ms: int | None = None
    announced: bool = False
    history: list[Entry] = []

    @property
    def active(self) -> bool:
        """Whether it goes on: firing, or firing with an analyst on it."""
        return self.state in {"firing", "acked", "snoozed"}


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """What the outbox delivers, at least once; receivers know a repeat by its key.

    Attributes:
        key: `fingerprint:episode:seq`, never used twice.
        alert: id of the alert; empty for a digest.
        event: what happened.
        severity: severity of the alert, or the highest in a digest.
        at_ms: when it happened.
        payload: what a receiver may say of it; JSON.
    """

    key: str
    alert: str
    event: What
    severity: Severity
    at_ms: int
    payload: dict[str, object]


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to an alert.

    Attributes:
        alert: id of the alert; empty for a digest.
        what: fire, update, resolve, merged, digest.
        at_ms: event time.
        reasons: keys of the reasons, such as `update.platform`.
        numbers: what the reasons say in numbers.
        notification: what to deliver; None where it is told together with others, or not at all.
    """

    alert: str
    what: What
    at_ms: int
    reasons: tuple[str, ...]
    numbers: dict[str, Value]
    notification: Notification | None = None
