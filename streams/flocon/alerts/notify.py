"""What goes to the outbox: one notification for one transition, under a key that is never used twice."""

from flocon.alerts import words
from flocon.alerts.config import AlertConfig
from flocon.alerts.model import Alert, Notification, Transition, Value, What
from flocon.alerts.rules import RANK
from flocon.events import rfc3339


def tell(
    alert: Alert, what: What, now_ms: int, reasons: tuple[str, ...], numbers: dict[str, Value]
) -> Transition:
    """The transition with its notification; the alert counts it."""
    alert.seq += 1
    alert.notified_at_ms = now_ms
    alert.announced = True
    notification = Notification(
        key=f"{alert.fingerprint}:{alert.episode}:{alert.seq}",
        alert=alert.id,
        event=what,
        severity=alert.severity,
        at_ms=now_ms,
        payload={**describe(alert), "event": what, "at": rfc3339(now_ms), **_reasons(reasons, numbers)},
    )
    return Transition(
        alert=alert.id, what=what, at_ms=now_ms, reasons=reasons, numbers=numbers, notification=notification
    )


def quietly(
    alert: Alert, what: What, now_ms: int, reasons: tuple[str, ...], numbers: dict[str, Value]
) -> Transition:
    """The transition without a notification."""
    return Transition(alert=alert.id, what=what, at_ms=now_ms, reasons=reasons, numbers=numbers)


def digest(alerts: list[Alert], number: int, now_ms: int, *, config: AlertConfig) -> Transition:
    """Many alerts in one notification: how many, and the least likely ones by name.

    Args:
        alerts: the alerts it stands for, at least one.
        number: number of this digest, counted from 1.
        now_ms: event time.
        config: options.
    """
    ranked = sorted(alerts, key=lambda alert: (1.0 if alert.peak is None else alert.peak.p, alert.id))
    reasons: tuple[str, ...] = ("digest.storm",)
    numbers: dict[str, Value] = {"alerts": len(ranked)}
    notification = Notification(
        key=f"storm:{number}:1",
        alert="",
        event="digest",
        severity=max((alert.severity for alert in ranked), key=RANK.__getitem__),
        at_ms=now_ms,
        payload={
            "event": "digest",
            "at": rfc3339(now_ms),
            "top": [describe(alert) for alert in ranked[: config.storm_top]],
            "ids": [alert.id for alert in ranked],
            **_reasons(reasons, numbers),
        },
    )
    return Transition(
        alert="", what="digest", at_ms=now_ms, reasons=reasons, numbers=numbers, notification=notification
    )


def describe(alert: Alert) -> dict[str, object]:
    """An alert as receivers see it; the outbox leaves out what a receiver may not have."""
    return {
        "id": alert.id,
        "kind": alert.kind,
        "state": alert.state,
        "severity": alert.severity,
        "cluster": alert.cluster,
        "families": list(alert.families),
        "platforms": sorted(alert.platforms),
        "posts": alert.posts,
        "authors": alert.authors,
        "first_seen": rfc3339(alert.first_seen_ms),
        "last_seen": rfc3339(alert.last_seen_ms),
        "fired_at": rfc3339(alert.fired_at_ms),
        "resolved_at": None if alert.resolved_at_ms is None else rfc3339(alert.resolved_at_ms),
        "recurrence_days": alert.recurrence_days,
        "why": words.why(alert, "en"),
        "examples": list(alert.examples),
        "title": alert.title,
        "template": alert.template,
        "episode": alert.episode,
        "merged_into": alert.merged_into,
        "why_fr": words.why(alert, "fr"),
    }


def _reasons(reasons: tuple[str, ...], numbers: dict[str, Value]) -> dict[str, object]:
    return {
        "reason": words.reasons(reasons, "en"),
        "reason_fr": words.reasons(reasons, "fr"),
        "numbers": dict(numbers),
    }
