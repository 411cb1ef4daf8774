"""When people post: the daily and weekly season by the local clock, and the shape of a wave."""

import itertools
import random
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal

from flocon.demo.model import LOCAL, DemoConfig

Shape = Literal["steady", "rise", "spike"]

HOUR_MS: Final = 3_600_000
_SLOT_MS: Final = HOUR_MS // 4

WEEKDAY: Final = (
    *(0.32, 0.18, 0.10, 0.07, 0.08, 0.18, 0.45, 0.85, 1.05, 0.98, 0.95, 1.00),
    *(1.30, 1.25, 1.00, 0.98, 1.08, 1.30, 1.55, 1.70, 1.90, 2.00, 1.55, 0.80),
)
"""Relative rate of posts by local hour, Monday to Friday; the mean is about 1."""
WEEKEND: Final = (
    *(0.70, 0.48, 0.30, 0.18, 0.12, 0.13, 0.22, 0.42, 0.75, 1.10, 1.35, 1.45),
    *(1.45, 1.35, 1.30, 1.30, 1.35, 1.45, 1.55, 1.65, 1.80, 1.90, 1.65, 1.15),
)
"""The same for Saturday and Sunday: later mornings, longer nights, a little more in all."""
_SATURDAY: Final = 5


def rate(at_ms: int) -> float:
    """Relative rate of posts in the local hour of a time."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(LOCAL)
    return (WEEKEND if local.weekday() >= _SATURDAY else WEEKDAY)[local.hour]


def arrivals(config: DemoConfig, posts: float, rng: random.Random) -> Iterator[int]:
    """Times of an inhomogeneous Poisson process with `posts` events expected over the whole feed.

    The rate is constant within an hour, so waiting times are exponential and start afresh at each full hour.
    """
    hours = range(config.start_ms, config.start_ms + config.days * 24 * HOUR_MS, HOUR_MS)
    rates = [rate(hour) for hour in hours]
    scale = posts / sum(rates)
    if scale <= 0:
        return
    for hour, relative in zip(hours, rates, strict=True):
        at = rng.expovariate(relative * scale)
        while at < 1:
            yield hour + int(at * HOUR_MS)
            at += rng.expovariate(relative * scale)


def wave(start_ms: int, end_ms: int, posts: int, shape: Shape, rng: random.Random) -> list[int]:
    """Times of exactly `posts` posts between two times, in order.

    `steady` follows the season alone; `rise` doubles every hour and a half for six hours, then stays;
    `spike` rises within two hours and halves every four.
    """
    slots = range(start_ms, end_ms, _SLOT_MS)
    sums = list(itertools.accumulate(rate(slot) * _level(slot - start_ms, shape) for slot in slots))
    drawn = (bisect(sums, rng.random() * sums[-1], hi=len(slots) - 1) for _ in range(posts))
    return sorted(min(slots[slot] + int(rng.random() * _SLOT_MS), end_ms - 1) for slot in drawn)


def _level(since_ms: int, shape: Shape) -> float:
    hours = since_ms / HOUR_MS
    if shape == "rise":
        return float(2 ** (min(hours, 6.0) / 1.5 - 4))
    if shape == "spike":
        return float(min(1.0, (hours + 0.25) / 2) * 2 ** (-max(hours - 2, 0) / 4))
    return 1.0
