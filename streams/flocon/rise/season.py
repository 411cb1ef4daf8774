"""What is normal on a platform: its week, its level, and how much of it we were able to see.

Volumes are counts of *all* posts ingested, not of suspicious ones: they say how loud the platform is at this hour,
and a sudden lack of them says that the feed was down, not that nobody sold anything.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from flocon.rise.config import DAY_MS, HOUR_MS, RiseConfig

WEEK_H: Final = 168
SHRINK_DAY: Final = 50.0
"""Weight, in ticks, of a flat day in the season by hour of day."""
SHRINK_WEEK: Final = 20.0
"""Weight, in ticks, of the day's season in the season by hour of week."""


def zeros() -> list[float]:
    """One zero for each hour of the week."""
    return [0.0] * WEEK_H


class Platform(msgspec.Struct, kw_only=True):
    """What is kept of one platform.

    Attributes:
        since: first tick with a post; before it the platform was not watched.
        volumes: posts ingested by tick, for the ring.
        sums: decayed posts by local hour of week.
        ticks: decayed number of ticks by local hour of week.
        learned: ticks learned, not decayed.
        day: UTC day up to which `sums` and `ticks` are decayed.
        exposure: decayed sum of the exposures of all ticks past the guard.
        thin: ticks in a row that had posts but too few, and
        thin_seen: posts in them, and
        thin_expected: posts expected in them.
    """

    since: int
    volumes: dict[int, int] = {}
    sums: list[float] = msgspec.field(default_factory=zeros)
    ticks: list[float] = msgspec.field(default_factory=zeros)
    learned: int = 0
    day: int = 0
    exposure: float = 0.0
    thin: int = 0
    thin_seen: float = 0.0
    thin_expected: float = 0.0


@lru_cache(maxsize=8192)
def hour_of_week(hour: int, zone: str) -> int:
    """Local hour of the week (Monday 0 h = 0) of the UTC hour that starts `hour` hours after the epoch.

    Zones with an offset of half or quarter hours are taken at the start of the UTC hour.
    """
    local = datetime.fromtimestamp(hour * HOUR_MS / 1000, UTC).astimezone(ZoneInfo(zone))
    return local.weekday() * 24 + local.hour


def level(platform: Platform) -> float:
    """Mean posts in a tick; 0 where nothing is known."""
    ticks = sum(platform.ticks)
    return sum(platform.sums) / ticks if ticks else 0.0


def shape(platform: Platform) -> list[float]:
    """The season, mean about 1, by local hour of week.

    Shrunk from hour of week to hour of day to flat, so that a young platform has a flat week.
    """
    mean = level(platform)
    if mean <= 0.0:
        return [1.0] * WEEK_H
    by_day: list[float] = []
    for hour in range(24):
        total, count = sum(platform.sums[hour::24]), sum(platform.ticks[hour::24])
        by_day.append((total + SHRINK_DAY * mean) / (count + SHRINK_DAY) / mean)
    return [
        (platform.sums[hour] + SHRINK_WEEK * by_day[hour % 24] * mean)
        / (platform.ticks[hour] + SHRINK_WEEK)
        / mean
        for hour in range(WEEK_H)
    ]


def coverage(volume: int, expected: float, *, learned: int, config: RiseConfig) -> float:
    """Share of a tick that was seen: min(1, V/E[V]), 0 where it is too small to count the tick at all.

    A platform watched for too short a time, or so small that an empty tick is ordinary, is taken as fully seen.
    """
    if learned < config.ticks(config.coverage_history_h) or expected < config.coverage_volume:
        return 1.0
    share = volume / expected
    return 0.0 if share < config.coverage_min else min(1.0, share)


def learn(platform: Platform, tick: int, seasons: list[float], mean: float, *, config: RiseConfig) -> None:
    """Add one tick past the guard to the platform's week.

    A missing tick teaches nothing. But where a platform stays thin for a whole day, the feed itself has become
    smaller: its level is then brought down to what was seen, and its week keeps its shape.

    Args:
        platform: changed in place.
        tick: the tick; its volume must still be in the ring.
        seasons: `shape(platform)` at the start of the tick's hour.
        mean: `level(platform)` at the start of the tick's hour.
        config: options.
    """
    hour = hour_of_week(tick // config.ticks_hour, config.zone)
    volume = platform.volumes.get(tick, 0)
    expected = mean * seasons[hour]
    if coverage(volume, expected, learned=platform.learned, config=config) <= 0.0:
        if volume:
            platform.thin += 1
            platform.thin_seen += volume
            platform.thin_expected += expected
            if platform.thin >= config.ticks(24):
                _rescale(platform, platform.thin_seen / platform.thin_expected)
        return
    platform.thin, platform.thin_seen, platform.thin_expected = 0, 0.0, 0.0
    day = tick * config.tick_ms // DAY_MS
    if day > platform.day:
        fade = 0.5 ** ((day - platform.day) * 24 / config.season_half_life_h)
        platform.sums = [value * fade for value in platform.sums]
        platform.ticks = [value * fade for value in platform.ticks]
        platform.day = day
    platform.sums[hour] += volume
    platform.ticks[hour] += 1.0
    platform.learned += 1


def _rescale(platform: Platform, factor: float) -> None:
    platform.sums = [value * factor for value in platform.sums]
    platform.thin, platform.thin_seen, platform.thin_expected = 0, 0.0, 0.0
