"""The baseline of one campaign: rates from what is frozen, and how counts are frozen.

A rate is a Gamma posterior, a decayed sum of counts over a decayed sum of exposures, on each platform.
"""

from collections.abc import Mapping

import msgspec

from flocon.rise import nbri
from flocon.rise.config import RiseConfig
from flocon.rise.series import Series, next_due


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
        shape = prior + (config.fade(frozen + lag - strand.at) * strand.mass if strand.mass else 0.0)
        seen = 0.0
        if series.base_at is not None:
            before = config.fade(frozen - series.base_at) * series.base.get(name, 0.0)
            # a difference of two decayed sums: rounding may leave it a hair below zero
            seen = config.fade(lag) * max(0.0, exposure.get(name, 0.0) - before)
        result[name] = Rate(shape, prior_exposure + seen)
    return result


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
        strand.mass = taken + config.fade(tick - strand.at) * strand.mass
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
        strand.mass, strand.at = config.fade(tick - strand.at) * strand.mass, tick
    strand.mass += config.fade(strand.at - tick)


def _winsorised(seen: int, rate: Rate, exposure: float, alpha: float, config: RiseConfig) -> int:
    mean = rate.shape / rate.exposure * exposure
    size = nbri.size(rate.shape, nbri.window_alpha(alpha, 1 / config.ticks_hour))
    return nbri.winsorise(seen, mean, size, level=config.winsor)
