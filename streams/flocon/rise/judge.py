"""One campaign, its rates and its platforms' exposure: the verdict."""

from collections.abc import Iterable, Mapping

from flocon.rise import nbri
from flocon.rise.baseline import Rate, predict
from flocon.rise.config import RiseConfig
from flocon.rise.coverage import Cover
from flocon.rise.series import Series
from flocon.rise.verdict import Verdict, Window


def judge(
    name: str,
    state: Series,
    *,
    tick: int,
    rates: Mapping[str, Rate],
    covers: Mapping[str, Cover],
    alpha: float,
    fleet: int,
    config: RiseConfig,
) -> Verdict:
    """Test the windows that end with `tick`.

    Args:
        name: id of the campaign.
        state: the campaign; nothing of it lies after `tick`.
        tick: last tick of the windows.
        rates: the campaign's rate on each of its platforms.
        covers: exposure of each of its platforms.
        alpha: pooled dispersion.
        fleet: campaigns that share the budget.
        config: options.
    """
    ages, platforms = _ages(state, tick, covers)
    windows: list[Window] = []
    for index, hours in enumerate(config.windows_h):
        span = config.ticks(hours)
        seen = sum([n for age, n in ages if age < span])
        mean, shape = predict(rates, {platform: cover.windows[index] for platform, cover in covers.items()})
        size = nbri.size(shape, nbri.window_alpha(alpha, hours))
        p = nbri.tail(seen, mean, size)
        windows.append(Window(hours=hours, count=seen, expected=mean, size=size, p=p))
    p = nbri.combine([window.p for window in windows])
    ticks_day = config.ticks(24)
    p_star = nbri.threshold(
        budget_day=config.false_alerts_day, fleet=fleet, ticks_day=ticks_day, p_max=config.p_max
    )
    gate = config.ticks(config.gate_h)
    posts = sum([n for age, n in ages if age < gate])
    authors_6h, authors_24h = _distinct([state.authors], tick, config)
    units_6h, units_24h = _distinct([strand.units for strand in state.strands.values()], tick, config)
    return Verdict(
        series=name,
        tick_ms=tick * config.tick_ms,
        windows=tuple(windows),
        p=p,
        p_star=p_star,
        fleet=max(1, fleet),
        recurrence_days=nbri.recurrence_days(p, fleet=fleet, ticks_day=ticks_day),
        alpha=alpha,
        posts_gate=posts,
        authors_6h=authors_6h,
        authors_24h=authors_24h,
        units_6h=units_6h,
        units_24h=units_24h,
        platforms_24h=platforms,
        rising=p <= p_star and posts >= config.gate_posts,
        quiet=p > config.p_quiet,
    )


def _ages(state: Series, tick: int, covers: Mapping[str, Cover]) -> tuple[list[tuple[int, int]], int]:
    """Age in ticks and count of what the windows hold, and on how many platforms."""
    ages: list[tuple[int, int]] = []
    platforms = 0
    for name, cover in covers.items():
        by_age = cover.by_age
        longest = len(by_age)
        # a missing tick is left out on both sides
        here = [
            (tick - at, n)
            for at, n in state.strands[name].ring.items()
            if tick - at < longest and by_age[tick - at] > 0.0
        ]
        platforms += bool(here)
        ages += here
    return ages, platforms


def _distinct(
    seen: Iterable[Mapping[int, Mapping[str, int]]], tick: int, config: RiseConfig
) -> tuple[int, int]:
    """Distinct keys with a tick in the last 6 and 24 hours."""
    since_6h, since_24h = tick - config.ticks(6) + 1, tick - config.ticks(24) + 1
    hour_6h, hour_24h = since_6h // config.ticks_hour, since_24h // config.ticks_hour
    six: set[str] = set()
    day: set[str] = set()
    for by_hour in seen:
        for hour, ticks in by_hour.items():
            if hour > hour_6h:
                six.update(ticks)
            elif hour == hour_6h:
                six.update([key for key, at in ticks.items() if at >= since_6h])
                day.update(ticks)
            elif hour > hour_24h:
                day.update(ticks)
            elif hour == hour_24h:
                day.update([key for key, at in ticks.items() if at >= since_24h])
    return len(six), len(day | six)
