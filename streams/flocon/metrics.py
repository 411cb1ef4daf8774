"""Metrics for Prometheus. One function per noteworthy event; built on a registry that is passed in.

Names follow the conventions of Prometheus: one prefix, base units, `_total` for counters, no unbounded labels.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from flocon import __version__

_BUCKETS: Final = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21600, 86400)


class Metrics:
    """What `flocon watch` says of itself.

    Args:
        registry: where the metrics are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._consumed = Counter(
            "flocon_records_consumed", "Records read from a feed, good or bad.", ["feed"], registry=registry
        )
        self._screened = Counter(
            "flocon_posts_screened", "Posts screened, by decision.", ["decision"], registry=registry
        )
        self._dropped = Counter(
            "flocon_records_dropped", "Records that gave no post, by reason.", ["reason"], registry=registry
        )
        self._alerts = Counter(
            "flocon_alerts_fired", "Alerts fired.", ["kind", "severity"], registry=registry
        )
        self._latency = Histogram(
            "flocon_post_to_alert_seconds",
            "From the time of the post that fired an alert to the moment it was stored.",
            registry=registry,
            buckets=_BUCKETS,
        )
        self._sent = Counter(
            "flocon_notifications",
            "Attempts to deliver a notification.",
            ["receiver", "outcome"],
            registry=registry,
        )
        self._store = Gauge("flocon_store_bytes", "Bytes in use in the store.", registry=registry)
        self._watermark = Gauge(
            "flocon_watermark_timestamp_seconds", "Newest event time seen.", registry=registry
        )
        self._calibration = Gauge(
            "flocon_rise_calibration_ratio",
            "Verdicts of the rise test below a level of p, observed over expected by chance; above 3 something is off.",
            ["level"],
            registry=registry,
        )
        self._late = Counter("flocon_posts_late", "Findings too late to be scored.", registry=registry)
        Gauge("flocon_build_info", "The running version.", ["version"], registry=registry).labels(
            __version__
        ).set(1)

    def read(
        self, feed: str, records: int, decisions: Mapping[str, int], posts: int, drops: Mapping[str, int]
    ) -> None:
        """A batch was read and screened."""
        self._consumed.labels(feed).inc(records)
        undecided = posts - sum(decisions.values())
        for decision, count in {**decisions, "none": decisions.get("none", 0) + undecided}.items():
            self._screened.labels(decision).inc(count)
        for reason, count in drops.items():
            self._dropped.labels(reason).inc(count)

    def calibrated(self, levels: Iterable[tuple[float, int, float]]) -> None:
        """The rise test was held against chance: level of p, verdicts observed below it, verdicts expected."""
        for level, observed, nominal in levels:
            if nominal > 0.0:
                self._calibration.labels(f"{level:g}").set(observed / nominal)

    def late(self) -> None:
        """A finding came too late to be scored."""
        self._late.inc()

    def watermark(self, at_ms: int) -> None:
        """Event time moved on."""
        self._watermark.set(at_ms / 1000)

    def fired(self, kind: str, severity: str, latency_s: float) -> None:
        """An alert fired."""
        self._alerts.labels(kind, severity).inc()
        self._latency.observe(max(0.0, latency_s))

    def delivered(self, receiver: str, outcome: str) -> None:
        """A notification was sent, refused or put off."""
        self._sent.labels(receiver, outcome).inc()

    def store(self, used_bytes: int) -> None:
        """The store's size was measured."""
        self._store.set(used_bytes)
