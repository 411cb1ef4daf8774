"""Facts, verdicts and a store for the tests of alerting, and a desk that is told a timeline."""

from typing import Any

import msgspec

import table_kit
from flocon.alerts.config import AlertConfig
from flocon.alerts.engine import Alerts
from flocon.alerts.model import ClusterFacts, PostFacts, Transition
from flocon.rise.verdict import Verdict, Window

START_MS = 1_736_121_600_000
MINUTE = 60_000
HOUR = 60 * MINUTE


def at(*, hours: float = 0, minutes: float = 0) -> int:
    return START_MS + round(hours * HOUR + minutes * MINUTE)


def facts(root: str = "c1", **changes: Any) -> ClusterFacts:
    base = ClusterFacts(
        id=root,
        title="Snow menu",
        families=("listing",),
        rules=("listing.strong",),
        platforms={"telegram": 5},
        posts=5,
        authors=4,
        candidate_posts=2,
        first_seen_ms=at(),
        last_seen_ms=at(),
        examples=("telegram:1", "telegram:2"),
    )
    return msgspec.structs.replace(base, **changes)


def verdict(root: str = "c1", *, p: float = 1e-6, days: float = 2.0, **changes: Any) -> Verdict:
    base = Verdict(
        series=root,
        tick_ms=at(),
        windows=(
            Window(hours=1, count=2, expected=0.05, size=0.4, p=0.01),
            Window(hours=6, count=11, expected=0.4, size=0.4, p=p / 3),
            Window(hours=24, count=12, expected=1.2, size=0.4, p=0.02),
        ),
        p=p,
        p_star=1e-4,
        fleet=40,
        recurrence_days=days,
        alpha=0.3,
        posts_gate=11,
        authors_6h=4,
        authors_24h=4,
        units_6h=4,
        units_24h=4,
        platforms_24h=1,
        rising=p <= 1e-4,
        quiet=p > 1e-2,
    )
    return msgspec.structs.replace(base, **changes)


def quiet(root: str = "c1") -> Verdict:
    return verdict(root, p=0.5, days=0.01)


def bounty(uid: str = "telegram:9", **changes: Any) -> PostFacts:
    base = PostFacts(
        uid=uid,
        platform="telegram",
        at_ms=at(),
        author="a1",
        families=("violence",),
        rules=("violence.bounty",),
        cluster="c1",
    )
    return msgspec.structs.replace(base, **changes)


def desk(**options: Any) -> Alerts:
    return Alerts(AlertConfig(**options))


def heard(transitions: list[Transition]) -> list[str]:
    """What receivers hear of transitions."""
    return [step.notification.event for step in transitions if step.notification is not None]


class Disk(table_kit.Disk):
    def load(self, config: AlertConfig, *, seed: int = 0) -> Alerts:
        """A new engine from what was written, in another order of rows."""
        return self.restore(Alerts(config), seed=seed)
