"""A small world for the rise engine: posts as data, a store that is a dictionary, snapshots at any point."""

import table_kit
from flocon.rise.config import HOUR_MS, RiseConfig
from flocon.rise.engine import Rise
from flocon.rise.verdict import Verdict

TICK_MS = 900_000
START_MS = 1_736_121_600_000
"""Monday 2025-01-06, 00:00 UTC."""


def at(hours: float) -> int:
    """Event time so many hours after the start."""
    return START_MS + round(hours * HOUR_MS)


def post(rise: Rise, series: str, hours: float, author: str, *, platform: str = "telegram") -> bool:
    return rise.add(series, platform=platform, at_ms=at(hours), author=author, unit=author)


def advance(rise: Rise, hours: float) -> list[Verdict]:
    """Close ticks up to a time; the verdicts of the last tick closed."""
    verdicts: list[Verdict] = []
    for _ in rise.advance(at(hours)):
        verdicts = rise.review()
    return verdicts


class Disk(table_kit.Disk):
    def load(self, config: RiseConfig, *, seed: int = 0) -> Rise:
        """A new engine from what was written, in another order of rows."""
        return self.restore(Rise(config), seed=seed)
