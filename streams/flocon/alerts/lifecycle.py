"""What may change in one alert while it lives: its counts, what is new about it, and its end."""

from dataclasses import dataclass
from typing import Literal

from flocon.alerts import notify, rules
from flocon.alerts.config import AlertConfig
from flocon.alerts.model import Alert, ClusterFacts, Entry, PostFacts, Transition, Value
from flocon.rise.verdict import Verdict


@dataclass(frozen=True)
class News:
    """What an alert has to say beyond its counts: the key of the reason, and its numbers."""

    key: str
    numbers: dict[str, Value]


def follow(
    alert: Alert, facts: ClusterFacts | None, verdict: Verdict, now_ms: int, config: AlertConfig
) -> list[News]:
    """Bring a rise alert up to date and return what is new about it.

    Args:
        alert: changed in place.
        facts: what is known of its campaign; None where no post arrived.
        verdict: the campaign's verdict.
        now_ms: event time.
        config: options.
    """
    peak(alert, verdict)
    news: list[News] = []
    if facts is not None:
        refresh(alert, facts, config)
        news += platforms(alert, dict(facts.platforms))
        news += members(alert, facts.posts, config)
    news += worse(alert, config)
    if not verdict.quiet:
        alert.quiet_since_ms = None
    elif alert.quiet_since_ms is None:
        alert.quiet_since_ms = now_ms
    note(alert, news, now_ms)
    return news


def join_post(alert: Alert, post: PostFacts, now_ms: int, config: AlertConfig) -> None:
    """Count one more post in an immediate alert, and note what is new about it."""
    alert.last_seen_ms = max(alert.last_seen_ms, post.at_ms)
    alert.first_seen_ms = min(alert.first_seen_ms, post.at_ms)
    alert.families = tuple(sorted({*alert.families, *post.families}))
    alert.rules = tuple(sorted({*alert.rules, *post.rules}))
    alert.examples = (*alert.examples, post.uid)[: config.examples]
    if post.author is not None and post.author not in alert.voices and len(alert.voices) < config.voices:
        alert.voices = (*alert.voices, post.author)
    alert.authors = max(1, len(alert.voices))
    news = platforms(alert, {**alert.platforms, post.platform: alert.platforms.get(post.platform, 0) + 1})
    news += members(alert, alert.posts + 1, config)
    note(alert, news, now_ms)


def refresh(alert: Alert, facts: ClusterFacts, config: AlertConfig) -> None:
    """Take over what is known of the campaign, but platforms and posts: these may be news."""
    alert.title, alert.template = facts.title, facts.template
    alert.families, alert.rules = facts.families, facts.rules
    alert.authors = facts.authors
    alert.threat = alert.threat or facts.threat
    alert.first_seen_ms, alert.last_seen_ms = facts.first_seen_ms, facts.last_seen_ms
    alert.examples = facts.examples[: config.examples]


def peak(alert: Alert, verdict: Verdict) -> None:
    """Keep the least likely verdict, and the longest recurrence."""
    if alert.peak is None or verdict.p < alert.peak.p:
        alert.peak = verdict
    alert.recurrence_days = max(alert.recurrence_days, verdict.recurrence_days)


def platforms(alert: Alert, now: dict[str, int]) -> list[News]:
    """Set the platforms; those that are new are news."""
    new = sorted(set(now) - set(alert.platforms))
    alert.platforms = now
    return [News("update.platform", {"platform": ", ".join(new)})] if new else []


def members(alert: Alert, posts: int, config: AlertConfig) -> list[News]:
    """Set the posts; reaching a configured multiple of those at the fire is news, once."""
    alert.posts = posts
    multiple = max((factor for factor in config.members if posts >= factor * alert.posts_at_fire), default=1)
    if multiple <= alert.multiple:
        return []
    alert.multiple = multiple
    return [News("update.members", {"posts": posts, "multiple": multiple})]


def worse(alert: Alert, config: AlertConfig) -> list[News]:
    """Raise the severity of a rise where its facts ask for it; it never falls while an alert lives."""
    severity, because = rules.severity(
        alert.recurrence_days, threat=alert.threat, platforms=len(alert.platforms), config=config
    )
    if rules.RANK[severity] <= rules.RANK[alert.severity]:
        return []
    before, alert.severity, alert.severity_why = alert.severity, severity, because
    return [News("update.severity", {"from": before, "to": severity})]


def note(alert: Alert, news: list[News], now_ms: int) -> None:
    """Write news into the history and hold them until they may be told."""
    for item in news:
        numbers = dict(item.numbers)
        alert.history.append(Entry(now_ms, "update", item.key, numbers))
        held = alert.pending.get(item.key)
        if held is not None and item.key == "update.platform":
            numbers["platform"] = f"{held['platform']}, {numbers['platform']}"
        elif held is not None and item.key == "update.severity":
            numbers["from"] = held["from"]
        alert.pending = {**alert.pending, item.key: numbers}


def update(alert: Alert, now_ms: int, config: AlertConfig) -> list[Transition]:
    """Tell what is held, all at once, unless the last notification is too fresh or an analyst wants silence."""
    last = alert.notified_at_ms
    paused = last is not None and now_ms - last < config.pause_ms
    if not alert.pending or paused or alert.state == "snoozed":
        return []
    reasons = tuple(sorted(alert.pending))
    numbers = {key: value for reason in reasons for key, value in alert.pending[reason].items()}
    alert.pending = {}
    return [notify.tell(alert, "update", now_ms, reasons, numbers)]


def resolved(alert: Alert, now_ms: int, config: AlertConfig) -> bool:
    """Whether it has been quiet for long enough."""
    return alert.quiet_since_ms is not None and now_ms - alert.quiet_since_ms >= config.resolve_ms


def end(
    alert: Alert, what: Literal["resolve", "merged"], why: str, numbers: dict[str, Value], now_ms: int
) -> Transition:
    """Resolve an alert. Receivers who never heard of it, or were asked not to, hear nothing now."""
    silent = alert.state == "snoozed" or not alert.announced
    alert.state, alert.resolved_at_ms, alert.pending = "resolved", now_ms, {}
    alert.history.append(Entry(now_ms, what, why, numbers))
    how = notify.quietly if silent else notify.tell
    return how(alert, what, now_ms, (why,), numbers)
