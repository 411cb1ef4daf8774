"""What is kept of one campaign: a ring of counts, who was counted, and a decayed baseline for each platform.

Every sum is linear and every count has one canonical tick, so the order in which posts arrive within the guard does
not matter, and merging two campaigns is adding their parts. Counts past the guard are *frozen* into the baseline
once, by the tick; a campaign that is silent costs nothing, because the exposure it is silent for is summed once for
the whole platform (`season.Platform.exposure`) and a campaign only remembers where it came in (`base`).

Each platform has its own rate. The expected count of a campaign is the sum over its platforms, so a feed that is
down takes its own share away, and a platform that is new to the campaign brings almost none.
"""

from typing import Final

import msgspec

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
    mine.mass = config.fade(at - mine.at) * mine.mass + config.fade(at - other.at) * other.mass
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
