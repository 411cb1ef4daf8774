"""How posts, campaigns and alerts are shown: as JSON objects for programs, as lines for people."""

import re
import shutil
import textwrap
from collections.abc import Iterable
from typing import Final

from flocon.alerts import words
from flocon.alerts.model import Alert, Notification
from flocon.alerts.notify import describe
from flocon.clusters.record import Cluster
from flocon.clusters.template import title_of
from flocon.events import JsonObject, rfc3339
from flocon.say import Say
from flocon.stores.posts import StoredPost
from flocon_detectors.hide import masked_text

_WIDEST: Final = 110
_HOUR_MS: Final = 3_600_000
_LINK: Final = re.compile(r"\bh(tt)(ps?)(://)", re.IGNORECASE)
_DOT: Final = re.compile(r"(?<=[a-z0-9])\.(?=(?:me|com|fr|org|net|gg|io|link)\b)", re.IGNORECASE)


def post_json(post: StoredPost) -> JsonObject:
    """The line of `flocon posts --json`."""
    finding = post.finding
    screening = None if finding is None else finding.screening
    return {
        "uid": post.uid,
        "platform": post.platform,
        "created_at": _time(post.created_ms),
        "decision": post.decision,
        "families": [] if screening is None else list(screening.verdict.families),
        "cluster": post.cluster,
        "text": "" if finding is None or screening is None else masked_text(finding.text, screening.evidence),
        "rules": [] if screening is None else list(screening.verdict.rules),
        "confidence": 0.0 if screening is None else screening.verdict.confidence,
        "contexts": [] if screening is None else list(screening.contexts),
        "safeguard": [] if screening is None else list(screening.safeguard),
        "lang": None if finding is None else finding.lang,
        "url": None if finding is None else finding.url,
        "author": None if finding is None else finding.author,
    }


def cluster_json(cluster: Cluster) -> JsonObject:
    """The line of `flocon clusters --json`."""
    return {
        "cluster": cluster.root,
        "title": title_of(cluster.template),
        "families": _by_count(cluster.families),
        "platforms": _by_count(cluster.platforms),
        "posts": cluster.posts,
        "authors": len(cluster.authors),
        "first_seen": rfc3339(cluster.first_ms),
        "last_seen": rfc3339(cluster.last_ms),
        "candidates": cluster.candidates,
        "texts": len(cluster.texts),
        "template": cluster.template,
        "rules": _by_count(cluster.rules),
        "posts_by_platform": dict(sorted(cluster.platforms.items())),
        "posts_by_day": {platform: _days(hours) for platform, hours in sorted(cluster.hours.items())},
    }


def _days(hours: dict[int, int]) -> dict[str, int]:
    """Posts by day of event time, UTC, from posts by hour since the epoch."""
    days: dict[str, int] = {}
    for hour in sorted(hours):
        day = rfc3339(hour * _HOUR_MS)[:10]
        days[day] = days.get(day, 0) + hours[hour]
    return days


def alert_json(alert: Alert, say: Say) -> JsonObject:
    """The line of `flocon alerts --json`: as receivers see an alert, with its reason in one language."""
    described = describe(alert)
    french = described.pop("why_fr")
    return {**described, "why": french if say.lang == "fr" else described["why"]}


def post_lines(post: StoredPost) -> list[str]:
    """A post in two lines."""
    finding = post.finding
    text = "" if finding is None else masked_text(finding.text, finding.screening.evidence)
    head = f"{_time(post.created_ms) or '-':<20}  {post.decision:<9}  {post.uid}  {post.cluster or '-'}"
    return [head, *_wrapped(defang(" ".join(text.split())), "    ")]


def cluster_lines(cluster: Cluster, say: Say) -> list[str]:
    """A campaign in three lines."""
    platforms = ", ".join(f"{name} {cluster.platforms[name]}" for name in _by_count(cluster.platforms))
    return [
        f"{cluster.root}  {', '.join(_by_count(cluster.families)) or '-'}  {span(cluster.first_ms, cluster.last_ms)}",
        *_wrapped(defang(cluster.template), "    "),
        f"    {counts(cluster.posts, len(cluster.authors), say)} · {say('counts.texts', texts=len(cluster.texts))} · {platforms}",
    ]


def alert_lines(alert: Alert, say: Say) -> list[str]:
    """An alert in four lines."""
    end = "" if alert.resolved_at_ms is None else f" > {rfc3339(alert.resolved_at_ms)}"
    head = (
        f"{alert.id}  {say(f'kind.{alert.kind}')}  {say(f'severity.{alert.severity}')}  "
        f"{say(f'state.{alert.state}')}  {rfc3339(alert.fired_at_ms)}{end}"
    )
    platforms = ", ".join(f"{name} {alert.platforms[name]}" for name in _by_count(alert.platforms))
    return [
        head,
        *_wrapped(defang(alert.title), "    "),
        *_wrapped(words.why(alert, say.lang), "    "),
        f"    {counts(alert.posts, alert.authors, say)} · {platforms} · {', '.join(alert.families)}",
    ]


def notification_lines(notification: Notification, say: Say) -> list[str]:
    """A notification as it is read on the terminal."""
    payload = notification.payload
    suffix = "_fr" if say.lang == "fr" else ""
    head = f"{say(f'alert.{notification.event}')}  {say(f'severity.{notification.severity}')}  {rfc3339(notification.at_ms)}"
    if notification.event == "digest":
        ids = payload["ids"]
        return [f"{head}  {payload['reason' + suffix]}: {', '.join(ids if isinstance(ids, list) else [])}"]
    lines = [f"{head}  {notification.alert}  ({payload['reason' + suffix]})"]
    platforms = payload["platforms"]
    seen = ", ".join(platforms if isinstance(platforms, list) else [])
    lines += _wrapped(defang(str(payload["title"])), "    ")
    if notification.event != "resolve":
        lines += _wrapped(str(payload["why" + suffix]), "    ")
    posts, authors = payload["posts"], payload["authors"]
    lines.append(f"    {counts(int(str(posts)), int(str(authors)), say)} · {seen}")
    return lines


def counts(posts: int, authors: int, say: Say) -> str:
    """`41 posts · 17 authors`."""
    return say("counts", posts=posts, authors=authors)


def span(first_ms: int, last_ms: int) -> str:
    """From when to when."""
    return f"{rfc3339(first_ms - first_ms % 1000)} > {rfc3339(last_ms - last_ms % 1000)}"


def defang(text: str) -> str:
    """Links that cannot be clicked by mistake: `hxxps://`, `t[.]me`."""
    return _DOT.sub("[.]", _LINK.sub(lambda m: f"hxx{m[2]}{m[3]}", text))


def _by_count(by_name: dict[str, int]) -> list[str]:
    return sorted(by_name, key=lambda name: (-by_name[name], name))


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)


def _wrapped(text: str, indent: str) -> Iterable[str]:
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
