"""The options of the rise test, and the units derived from them."""

import math
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS


class RiseConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of `engine.Rise`.

    Raises:
        ValueError: a value cannot work; the message names it.
    """

    tick_ms: int = 900_000
    """Length of a tick; an hour must be a whole number of them."""
    windows_h: tuple[int, ...] = (1, 6, 24)
    """Windows tested, shortest first; the longest must not reach past the guard."""
    gate_h: int = 6
    """Window in which the posts of the gate are counted."""
    gate_posts: int = 3
    """Fewest posts in the gate window that can be a rise (author-capped)."""
    ring_h: int = 48
    """Allowed lateness: posts further behind the watermark are not scored."""
    guard_h: int = 24
    """The newest hours, which teach nothing yet, so that a burst does not become its own baseline."""
    half_life_h: int = 7 * 24
    """Half-life of a campaign's baseline and of the pooled dispersion."""
    season_half_life_h: int = 28 * 24
    """Half-life of a platform's week."""
    prior_posts: float = 0.5
    """Weight of the prior of a new campaign, in posts."""
    prior_rate_h: float = 0.02
    """Posts an hour expected of a campaign nothing is known about: the low end of the fleet's median on the demo feed.

    A constant on purpose: the median itself would follow the many clusters of one or two posts down towards nothing,
    and every third post of a new cluster would then be a surprise. At this value seven posts in six hours are one, at
    0.05 eleven, at 0.01 five; below it the prior lasts so long that steady campaigns read as dispersion.
    """
    winsor: float = 0.001
    """Counts less likely than this are cut back to that quantile before they teach the baseline."""
    dispersion: float = 0.3
    """Dispersion assumed until the fleet has shown its own."""
    dispersion_floor: float = 0.02
    """Lowest dispersion believed."""
    dispersion_weight: float = 100.0
    """Weight of the assumed dispersion, in squared expected posts."""
    coverage_min: float = 0.2
    """Share of the expected volume below which a tick is missing."""
    coverage_history_h: int = 48
    """Hours a platform must have been watched before its coverage is judged."""
    coverage_volume: float = 10.0
    """Fewest posts expected in a tick for its volume to say anything about coverage."""
    false_alerts_day: float = 1.0
    """False alerts a day the desk accepts, for all campaigns together."""
    p_max: float = 1e-4
    """Threshold never exceeded, however few campaigns share the budget."""
    p_quiet: float = 1e-2
    """Above this a campaign is quiet again."""
    active_h: int = 7 * 24
    """A campaign with a post in so many hours shares the budget."""
    expire_h: int = 14 * 24
    """A campaign silent for longer is forgotten."""
    max_series: int = 100_000
    """Most campaigns kept; the longest silent are forgotten first."""
    units_per_hour: int = 512
    """Most distinct authors (or texts) counted for a campaign in an hour and on a platform; further ones are not."""
    zone: str = "Europe/Paris"
    """IANA time zone of the feeds' local week."""

    def __post_init__(self) -> None:
        if self.tick_ms <= 0 or HOUR_MS % self.tick_ms:
            raise ValueError(f"tick_ms {self.tick_ms}: an hour must be a whole number of ticks")
        if not self.windows_h or list(self.windows_h) != sorted(set(self.windows_h)):
            raise ValueError(f"windows_h {self.windows_h}: give distinct windows, shortest first")
        if not 0 < self.windows_h[-1] <= self.guard_h < self.ring_h:
            raise ValueError("windows_h, guard_h, ring_h: longest window <= guard < ring is needed")
        if self.gate_h > self.windows_h[-1]:
            raise ValueError(f"gate_h {self.gate_h}: longer than the longest window")
        if self.expire_h < self.ring_h or self.active_h < self.guard_h:
            raise ValueError("expire_h must cover the ring, active_h the guard")
        if self.max_series < 1 or self.units_per_hour < 1:
            raise ValueError("max_series, units_per_hour: at least 1")
        ZoneInfo(self.zone)

    @property
    def ticks_hour(self) -> int:
        """Ticks in an hour."""
        return HOUR_MS // self.tick_ms

    def ticks(self, hours: int) -> int:
        """Ticks in so many hours."""
        return hours * self.ticks_hour

    def fade(self, ticks: int) -> float:
        """The weight a baseline leaves to what is so many ticks old: phi to their power."""
        return math.exp2(-ticks / self.ticks(self.half_life_h))
