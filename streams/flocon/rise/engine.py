"""The rise engine: counts go in, ticks close, verdicts come out.

All state is in tables, all times are event times, and the same calls give the same verdicts bit for bit, wherever
they were interrupted and restored. A verdict may be asked for at any time: the open tick counts with its full
exposure, so that the probability can only fall until it closes, and a rise shows with the post that makes it.

    rise = Rise(RiseConfig())
    for closed_ms in rise.advance(at_ms):       # before the post: close what lies behind it
        for verdict in rise.review():
            ...
    rise.volume("telegram", at_ms, 1)           # every post ingested
    rise.add(cluster, platform="telegram", at_ms=at_ms, author=author, unit=author)
    verdict = rise.evaluate(cluster)
"""

import heapq
from collections.abc import Iterator

from flocon.rise import baseline
from flocon.rise import series as serial
from flocon.rise.config import DAY_MS, RiseConfig
from flocon.rise.coverage import Coverage
from flocon.rise.dispersion import Dispersion
from flocon.rise.fleet import CLOCK, LEVELS, Clock, Fleet
from flocon.rise.judge import judge
from flocon.rise.season import Platform
from flocon.rise.series import Series
from flocon.rise.verdict import Verdict
from flocon.state import Table


class Rise:
    """NB-RI over campaigns.

    Args:
        config: options.

    Attributes:
        tables: the whole state, to be persisted and restored by the runtime.
    """

    def __init__(self, config: RiseConfig) -> None:
        self.config = config
        self._series: Table[Series] = Table("rise.series", Series)
        self._platforms: Table[Platform] = Table("rise.platforms", Platform)
        self._clocks: Table[Clock] = Table("rise.clock", Clock)
        self.tables = (self._series, self._platforms, self._clocks)
        self._coverage = Coverage(config, self._platforms)
        self._fleet = Fleet(config, self._series, self._platforms, self._clocks, self._coverage)

    def __len__(self) -> int:
        return len(self._series)

    def volume(self, platform: str, at_ms: int, posts: int) -> bool:
        """Count ingested posts of any kind; False if they are too late to matter.

        Args:
            platform: where they were posted.
            at_ms: their event time, milliseconds UTC.
            posts: how many.
        """
        tick = at_ms // self.config.tick_ms
        clock = self._fleet.start(tick)
        if tick < self._fleet.oldest(clock):
            return False
        kept = self._platform(platform, tick)
        before = self._coverage.exposure(platform, tick, closed=clock.closed)
        kept.volumes[tick] = kept.volumes.get(tick, 0) + posts
        self._platforms.touch(platform)
        self._coverage.recount(platform, tick)
        if self._coverage.exposure(platform, tick, closed=clock.closed) != before:
            self._coverage.forget()
        return True

    def add(self, series: str, *, platform: str, at_ms: int, author: str, unit: str) -> bool:
        """Count a post for a campaign; False if it is further behind the watermark than the ring reaches.

        Args:
            series: the campaign.
            platform: where it was posted.
            at_ms: its event time, milliseconds UTC.
            author: hash of its author.
            unit: what counts once an hour: the author, in a channel the text.
        """
        config = self.config
        tick = at_ms // config.tick_ms
        clock = self._fleet.start(tick)
        oldest, frozen = self._fleet.oldest(clock), self._fleet.frozen(clock)
        if tick < oldest:
            return False
        self._platform(platform, tick)
        state = self._series.get(series)
        if state is None:
            self._make_room()
            state = Series(at_ms)
        counted = serial.count(
            state, platform=platform, at_ms=at_ms, author=author, unit=unit, frozen=frozen, config=config
        )
        if counted is not None and counted <= frozen:
            baseline.teach_late(
                state,
                platform,
                counted,
                exposure=self._fleet.exposures(self._platforms),
                covered=self._coverage.taught(platform, counted, closed=clock.closed),
                frozen=frozen,
                alpha=clock.dispersion.alpha(config),
                config=config,
            )
        if len(state.authors) > config.ring_h + 1:
            serial.trim(state, before=oldest, config=config)
        self._series.put(series, state)
        return True

    def advance(self, watermark_ms: int) -> Iterator[int]:
        """Close the ticks the watermark has passed and yield the event time each was closed at.

        A generator: nothing happens until it is iterated. While it stands at a tick, `review` and `evaluate` see
        that tick closed and nothing after it. Interrupted and called again, it goes on where it stood. A stretch
        in which no campaign lives and nothing was ingested is skipped in one step and yields nothing.

        Args:
            watermark_ms: no earlier post is expected; event time, milliseconds UTC. May stand still or move back.
        """
        target = watermark_ms // self.config.tick_ms
        while True:
            clock = self._fleet.start(target)
            if clock.closed == clock.tick:
                self._fleet.open(clock)
            if clock.tick >= target:
                return
            if self._fleet.asleep():
                self._fleet.skip(clock, target)
                return
            self._fleet.close(clock)
            yield (clock.tick + 1) * self.config.tick_ms

    def evaluate(self, series: str) -> Verdict:
        """The verdict on a campaign as things stand; a campaign that is not known is silent."""
        config = self.config
        state = self._series.get(series)
        if state is None:
            state = Series(0)
        clock = self._fleet.clock or Clock(tick=0, closed=-1)
        tick = max(clock.tick, state.last_ms // config.tick_ms)
        names = sorted(state.strands)
        return judge(
            series,
            state,
            tick=tick,
            rates=baseline.rates(
                state, exposure=self._fleet.exposures(names), frozen=self._fleet.frozen(clock), config=config
            ),
            covers={name: self._coverage.cover(name, tick, closed=clock.closed) for name in names},
            alpha=clock.dispersion.alpha(config),
            fleet=clock.active,
            config=config,
        )

    def active_series(self) -> list[str]:
        """Campaigns with a post in the last 24 hours, in order of id: those whose verdict a closing tick may change."""
        clock = self._fleet.clock
        if clock is None:
            return []
        since = (clock.tick + 1) * self.config.tick_ms - DAY_MS
        return sorted(name for name, state in self._series.items() if state.last_ms >= since)

    def review(self) -> list[Verdict]:
        """The verdicts on all active campaigns, in order of id; to be called at each tick `advance` yields.

        The first review of a closed tick is counted for calibration.
        """
        verdicts = [self.evaluate(name) for name in self.active_series()]
        clock = self._fleet.clock
        if clock is not None and clock.reviewed < clock.closed == clock.tick:
            clock.reviewed = clock.closed
            old = [
                verdict.p for verdict in verdicts if self._fleet.mature(self._series[verdict.series], clock)
            ]
            fleet = sum(self._fleet.mature(state, clock) for state in self._series.values())
            for index, level in enumerate(LEVELS):
                clock.observed[index] += sum(p < level for p in old)
                clock.nominal[index] += fleet * level
            self._clocks.touch(CLOCK)
        return verdicts

    def merge(self, loser: str, survivor: str) -> None:
        """Add one campaign to another: rings and baselines add, the exposure is the longer one. The loser is gone."""
        clock, lost = self._fleet.clock, self._series.get(loser)
        if clock is None or lost is None or loser == survivor:
            return
        kept = self._series.get(survivor)
        if kept is None:
            kept = lost
        else:
            serial.join(kept, lost, frozen=self._fleet.frozen(clock), config=self.config)
        self._series.drop(loser)
        self._series.put(survivor, kept)

    def calibration(self) -> list[tuple[float, int, float]]:
        """For each level of p: the level, verdicts on mature campaigns observed below it, and chance's share."""
        clock = self._fleet.clock or Clock(tick=0, closed=-1)
        return list(zip(LEVELS, clock.observed, clock.nominal, strict=True))

    @property
    def fleet(self) -> int:
        """Campaigns that share the budget."""
        clock = self._fleet.clock
        return 0 if clock is None else clock.active

    @property
    def alpha(self) -> float:
        """The pooled dispersion."""
        clock = self._fleet.clock
        return (Dispersion() if clock is None else clock.dispersion).alpha(self.config)

    def _platform(self, name: str, tick: int) -> Platform:
        platform = self._platforms.get(name)
        if platform is None:
            platform = Platform(since=tick, day=tick * self.config.tick_ms // DAY_MS)
            self._platforms.put(name, platform)
        elif tick < platform.since:
            platform.since = tick
            self._platforms.touch(name)
            self._coverage.forget()
        return platform

    def _make_room(self) -> None:
        limit = self.config.max_series
        if len(self._series) < limit:
            return
        # some at a time, so that a full table is not searched for every new campaign
        many = len(self._series) - limit + 1 + limit // 128
        oldest = heapq.nsmallest(many, ((state.last_ms, name) for name, state in self._series.items()))
        for _, name in oldest:
            self._series.drop(name)
