"""New alerts, as they are at their first notification."""

from typing import NamedTuple

from flocon.alerts import lifecycle, rules
from flocon.alerts.config import AlertConfig
from flocon.alerts.model import Alert, ClusterFacts, PostFacts
from flocon.rise.verdict import RECURRENCE_MAX_DAYS, Verdict


class Name(NamedTuple):
    """What an alert is called: its id, and the fingerprint and episode the id is made of."""

    key: str
    fingerprint: str
    episode: int


def rise(facts: ClusterFacts, verdict: Verdict, name: Name, *, at_ms: int, config: AlertConfig) -> Alert:
    """The alert on a campaign that rises; `at_ms` is the event time of the post that showed it."""
    severity, because = rules.severity(
        verdict.recurrence_days, threat=facts.threat, platforms=len(facts.platforms), config=config
    )
    alert = Alert(
        id=name.key,
        fingerprint=name.fingerprint,
        episode=name.episode,
        kind="rise",
        severity=severity,
        severity_why=because,
        cluster=facts.id,
        title=facts.title,
        families=facts.families,
        platforms=dict(facts.platforms),
        posts=facts.posts,
        posts_at_fire=facts.posts,
        authors=facts.authors,
        first_seen_ms=facts.first_seen_ms,
        last_seen_ms=facts.last_seen_ms,
        fired_at_ms=at_ms,
        recurrence_days=verdict.recurrence_days,
        decision=verdict,
        peak=verdict,
    )
    lifecycle.refresh(alert, facts, config)
    return alert


def immediate(post: PostFacts, name: Name) -> Alert:
    """The alert on one post; chance has no part in it, so its recurrence is the longest there is."""
    return Alert(
        id=name.key,
        fingerprint=name.fingerprint,
        episode=name.episode,
        kind="immediate",
        severity="page",
        severity_why="severity.immediate",
        cluster=post.cluster,
        title=post.title,
        families=post.families,
        rules=post.rules,
        platforms={post.platform: 1},
        posts=1,
        posts_at_fire=1,
        authors=1,
        voices=() if post.author is None else (post.author,),
        threat=True,
        examples=(post.uid,),
        first_seen_ms=post.at_ms,
        last_seen_ms=post.at_ms,
        fired_at_ms=post.at_ms,
        recurrence_days=RECURRENCE_MAX_DAYS,
    )
