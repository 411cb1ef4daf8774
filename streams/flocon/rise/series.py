"""What is kept of one campaign: a ring of counts, who was counted, and a decayed baseline for each platform.

Every sum is linear and every count has one canonical tick, so the order in which posts arrive within the guard does
not matter, and merging two campaigns is adding their parts. Counts past the guard are *frozen* into the baseline
once, by the tick; a campaign that is silent costs nothing, because the exposure it is silent for is summed once for
the whole platform (`season.Platform.exposure`) and a campaign only remembers where it came in (`base`).

Each platform has its own rate. The expected count of a campaign is the sum over its platforms, so a feed that is
down takes its own share away, and a platform that is new to the campaign brings almost none.
"""

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from flocon.rise import nbri
from flocon.rise.config import RiseConfig

NEVER: Final = 1 << 62
"""A tick later than any."""


class Strand(msgspec.Struct, array_like=True):
    """A campaign on one platform.

    Attributes:
        ring: counted posts by tick.
        units: by UTC hour, each author (or text) counted in it with the tick of the earliest post.
        mass: decayed sum of frozen counts, as at tick `at`.
        at: reference tick of `mass`.
    """

    ring: dict[int, int] = {}
    units: dict[int, dict[str, int]] = {}
    mass: float = 0.0
    at: int = 0


class Series(msgspec.Struct, array_like=True):
    """A campaign.

    Attributes:
        last_ms: event time of its latest post.
        due: first tick with a count that is not frozen yet.
        strands: its platforms.
        authors: by UTC hour, each author with the tick of the latest post.
        base: exposure of every platform before the campaign's first frozen tick, as at tick `base_at`.
        base_at: that tick; None while nothing is frozen.
    """

    last_ms: int
    due: int = NEVER
    strands: dict[str, Strand] = {}
    authors: dict[int, dict[str, int]] = {}
    base: dict[str, float] = {}
    base_at: int | None = None


def count(
    series: Series, *, platform: str, at_ms: int, author: str, unit: str, frozen: int, config: RiseConfig
) -> int | None:
    """Count one post.

    A unit counts once an hour, in the tick of its earliest post. A late post that is earlier than the one counted
    moves the count to its own tick, unless that tick is frozen.

    Returns:
        The tick that gained a count, or None where the cap holds.
    """
    tick = at_ms // config.tick_ms
    hour = tick // config.ticks_hour
    series.last_ms = max(series.last_ms, at_ms)
    authors = series.authors.setdefault(hour, {})
    if tick > authors.get(author, -1) and (author in authors or len(authors) < config.units_per_hour):
        authors[author] = tick
    strand = series.strands.setdefault(platform, Strand())
    units = strand.units.setdefault(hour, {})
    counted = units.get(unit)
    if counted is None:
        if len(units) >= config.units_per_hour:
            return None
    elif tick >= counted or tick <= frozen:
        return None
    else:
        _less(strand.ring, counted)
    units[unit] = tick
    strand.ring[tick] = strand.ring.get(tick, 0) + 1
    if tick > frozen:
        series.due = min(series.due, tick)
    return tick


def _less(ring: dict[int, int], tick: int) -> None:
    if ring[tick] == 1:
        del ring[tick]
    else:
        ring[tick] -= 1


def next_due(series: Series, *, after: int) -> int:
    """The first tick after `after` that holds a count, `NEVER` if none does."""
    ticks = (tick for strand in series.strands.values() for tick in strand.ring if tick > after)
    return min(ticks, default=NEVER)


def trim(series: Series, *, before: int, config: RiseConfig) -> None:
    """Drop what lies before tick `before`: it is out of every window and can no longer be deduplicated."""
    hour = before // config.ticks_hour
    series.authors = {key: seen for key, seen in series.authors.items() if key >= hour}
    for strand in series.strands.values():
        strand.ring = {tick: n for tick, n in strand.ring.items() if tick >= before}
        strand.units = {key: seen for key, seen in strand.units.items() if key >= hour}


class Rate(msgspec.Struct, frozen=True):
    """Gamma posterior of the posts a tick on one platform: mean `shape / exposure`."""

    shape: float
    exposure: float


def rates(
    series: Series, *, exposure: Mapping[str, float], frozen: int, config: RiseConfig
) -> dict[str, Rate]:
    """The rate on each platform, from ticks up to `frozen`.

    With t the tick whose guard ends at `frozen` and phi the decay of a tick: a = a0/k + sum of phi^(t-i)·x_i and
    b = a0/lambda0 + sum of phi^(t-i)·e_i, where k platforms share the prior of the campaign.

    Args:
        series: the campaign.
        exposure: `Platform.exposure` of each platform, as at tick `frozen`.
        frozen: last tick past the guard.
        config: options.
    """
    lag = config.ticks(config.guard_h)
    prior = config.prior_posts / max(1, len(series.strands))
    prior_exposure = config.prior_posts / (config.prior_rate_h / config.ticks_hour)
    result: dict[str, Rate] = {}
    for name in sorted(series.strands):
        strand = series.strands[name]
        shape = prior + (fade(frozen + lag - strand.at, config) * strand.mass if strand.mass else 0.0)
        seen = 0.0
        if series.base_at is not None:
            before = fade(frozen - series.base_at, config) * series.base.get(name, 0.0)
            # a difference of two decayed sums: rounding may leave it a hair below zero
            seen = fade(lag, config) * max(0.0, exposure.get(name, 0.0) - before)
        result[name] = Rate(shape, prior_exposure + seen)
    return result


def fade(ticks: int, config: RiseConfig) -> float:
    """Phi to the power of so many ticks."""
    return math.exp2(-ticks / config.ticks(config.half_life_h))


def predict(rates: Mapping[str, Rate], exposure: Mapping[str, float]) -> tuple[float, float]:
    """Mean count over several platforms, and the shape of the one Gamma with the same mean and variance.

    Args:
        rates: rate on each platform.
        exposure: exposure of the window on each platform.
    """
    mean = square = 0.0
    for name, rate in rates.items():
        part = rate.shape / rate.exposure * exposure[name]
        mean += part
        square += part * part / rate.shape
    if square <= 0.0:
        return 0.0, sum((rate.shape for rate in rates.values()), 0.0) or 1.0
    return mean, mean * mean / square


def freeze(
    series: Series,
    tick: int,
    *,
    exposure: Mapping[str, float],
    covered: Mapping[str, float],
    alpha: float,
    config: RiseConfig,
) -> None:
    """Move the counts of `tick` into the baseline, cut back to what was likely then.

    Args:
        series: changed in place.
        tick: the next tick to freeze; holds the campaign's first count that is not frozen.
        exposure: `Platform.exposure` of each platform as at `tick - 1`.
        covered: exposure of the tick itself on each platform; 0 where it is missing, which is then left out.
        alpha: pooled dispersion.
        config: options.
    """
    if series.base_at is None:
        series.base, series.base_at = dict(exposure), tick - 1
    known = rates(series, exposure=exposure, frozen=tick - 1, config=config)
    for name, strand in series.strands.items():
        seen = strand.ring.get(tick, 0)
        if not seen or covered[name] <= 0.0:
            continue
        taken = _winsorised(seen, known[name], covered[name], alpha, config)
        strand.mass = taken + fade(tick - strand.at, config) * strand.mass
        strand.at = tick
    series.due = next_due(series, after=tick)


def teach_late(
    series: Series,
    platform: str,
    tick: int,
    *,
    exposure: Mapping[str, float],
    covered: float,
    frozen: int,
    alpha: float,
    config: RiseConfig,
) -> None:
    """Add a post that came after its tick was frozen: phi^age is added, unless the tick is above its quantile.

    Args:
        series: changed in place; the post is already counted in its ring.
        platform: where it was posted.
        tick: its tick, at most `frozen`.
        exposure: `Platform.exposure` of each platform as at `frozen`.
        covered: exposure of its tick; 0 where it is missing.
        frozen: last tick past the guard.
        alpha: pooled dispersion.
        config: options.
    """
    if series.base_at is None:
        series.base, series.base_at = dict(exposure), frozen
    if covered <= 0.0:
        return
    strand = series.strands[platform]
    rate = rates(series, exposure=exposure, frozen=frozen, config=config)[platform]
    seen = strand.ring[tick]
    if _winsorised(seen, rate, covered, alpha, config) < seen:
        return
    if tick > strand.at:
        strand.mass, strand.at = fade(tick - strand.at, config) * strand.mass, tick
    strand.mass += fade(strand.at - tick, config)


def _winsorised(seen: int, rate: Rate, exposure: float, alpha: float, config: RiseConfig) -> int:
    mean = rate.shape / rate.exposure * exposure
    size = nbri.size(rate.shape, nbri.window_alpha(alpha, 1 / config.ticks_hour))
    return nbri.winsorise(seen, mean, size, level=config.winsor)


def join(survivor: Series, loser: Series, *, frozen: int, config: RiseConfig) -> None:
    """Add `loser` to `survivor`: rings and baselines add; who was counted in both is counted once from now on."""
    survivor.last_ms = max(survivor.last_ms, loser.last_ms)
    if loser.base_at is not None and (survivor.base_at is None or loser.base_at < survivor.base_at):
        survivor.base, survivor.base_at = loser.base, loser.base_at
    for hour, authors in loser.authors.items():
        known = survivor.authors.setdefault(hour, {})
        for author, tick in authors.items():
            known[author] = max(tick, known.get(author, -1))
    for name, strand in loser.strands.items():
        mine = survivor.strands.get(name)
        if mine is None:
            survivor.strands[name] = strand
        else:
            _join_strand(mine, strand, frozen=frozen, config=config)
    survivor.due = next_due(survivor, after=frozen)


def _join_strand(mine: Strand, other: Strand, *, frozen: int, config: RiseConfig) -> None:
    at = max(mine.at, other.at)
    mine.mass = fade(at - mine.at, config) * mine.mass + fade(at - other.at, config) * other.mass
    mine.at = at
    for tick, n in other.ring.items():
        mine.ring[tick] = mine.ring.get(tick, 0) + n
    for hour, units in other.units.items():
        known = mine.units.setdefault(hour, {})
        for unit, tick in units.items():
            first = known.get(unit)
            if first is None:
                known[unit] = tick
                continue
            known[unit] = min(first, tick)
            # a frozen count cannot be taken back; of two open ones the later goes
            if min(first, tick) > frozen:
                _less(mine.ring, max(first, tick))
