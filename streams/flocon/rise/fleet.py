"""What all campaigns have in common: the open tick, the budget's share, the dispersion; and how ticks open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from flocon.rise import baseline
from flocon.rise import series as serial
from flocon.rise.config import HOUR_MS, RiseConfig
from flocon.rise.coverage import Coverage
from flocon.rise.dispersion import Dispersion, sampled
from flocon.rise.season import Platform
from flocon.rise.series import Series
from flocon.state import Table

LEVELS: Final = (1e-2, 1e-3, 1e-4)
"""Probabilities at which calibration is counted."""
CLOCK: Final = "clock"


class Clock(msgspec.Struct, kw_only=True):
    """Where the engine stands, and what it knows of the fleet.

    Attributes:
        tick: the open tick; while `closed` equals it, the one just closed.
        closed: last tick that is closed.
        active: campaigns that share the budget, as at the last hour mark.
        reviewed: last closed tick counted for calibration.
        dispersion: pooled dispersion.
        observed: verdicts on mature campaigns below each of `LEVELS`, and
        nominal: how many of them chance explains.
    """

    tick: int
    closed: int
    active: int = 0
    reviewed: int = -1
    dispersion: Dispersion = msgspec.field(default_factory=Dispersion)
    observed: list[int] = msgspec.field(default_factory=lambda: [0] * len(LEVELS))
    nominal: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(LEVELS))


@dataclass(frozen=True)
class Fleet:
    """The tables of the engine, and what happens to all of them when a tick opens."""

    config: RiseConfig
    series: Table[Series]
    platforms: Table[Platform]
    clocks: Table[Clock]
    coverage: Coverage

    @property
    def clock(self) -> Clock | None:
        """The clock; None before the first call."""
        return self.clocks.get(CLOCK)

    def start(self, tick: int) -> Clock:
        """The clock, set to `tick` if it does not run yet."""
        clock = self.clocks.get(CLOCK)
        if clock is None:
            clock = Clock(tick=tick, closed=tick - 1)
            self.clocks.put(CLOCK, clock)
        return clock

    def frozen(self, clock: Clock) -> int:
        """Last tick past the guard."""
        return clock.tick - self.config.ticks(self.config.guard_h)

    def oldest(self, clock: Clock) -> int:
        """First tick of the ring."""
        return clock.tick - self.config.ticks(self.config.ring_h) + 1

    def exposures(self, names: Iterable[str]) -> dict[str, float]:
        """Decayed exposure of platforms, as at the last tick past the guard."""
        return {name: self.platforms[name].exposure for name in names}

    def mature(self, state: Series, clock: Clock) -> bool:
        """Whether the baseline covers two days: a campaign is born with posts, and its first days show it."""
        return state.base_at is not None and self.frozen(clock) - state.base_at >= self.config.ticks(48)

    def close(self, clock: Clock) -> None:
        """Close the open tick: its coverage is judged from now on."""
        clock.closed = clock.tick
        self.clocks.touch(CLOCK)
        self.coverage.forget()

    def open(self, clock: Clock) -> None:
        """Open the next tick: freeze the one that leaves the guard, and at hour marks count the fleet anew."""
        clock.tick += 1
        frozen = self.frozen(clock)
        hour, rest = divmod(frozen, self.config.ticks_hour)
        if rest == 0:
            self._disperse(clock, hour)
        self._freeze(clock, frozen)
        if rest == self.config.ticks_hour - 1:
            for name in sorted(self.platforms):
                self.coverage.learn(name, hour)
        left = self.oldest(clock) - 1
        for name, platform in self.platforms.items():
            if platform.volumes.pop(left, None) is not None:
                self.platforms.touch(name)
        if clock.tick % self.config.ticks_hour == 0:
            self._hour_mark(clock)
        self.clocks.touch(CLOCK)
        self.coverage.forget()

    def asleep(self) -> bool:
        """Whether no campaign lives and no platform has a post in the ring: no tick changes anything then."""
        if len(self.series) or any(platform.volumes for platform in self.platforms.values()):
            return False
        for name, platform in self.platforms.items():
            # exposure only counts as a difference over a campaign's life; without campaigns it may start anew
            if platform.exposure:
                platform.exposure = 0.0
                self.platforms.touch(name)
        return True

    def skip(self, clock: Clock, tick: int) -> None:
        """Go to `tick` in one step while asleep."""
        clock.tick, clock.closed, clock.active = tick, tick - 1, 0
        self.clocks.touch(CLOCK)
        self.coverage.forget()

    def _freeze(self, clock: Clock, frozen: int) -> None:
        covered = {
            name: self.coverage.taught(name, frozen, closed=clock.closed) for name in sorted(self.platforms)
        }
        exposure = self.exposures(covered)
        alpha = clock.dispersion.alpha(self.config)
        oldest = self.oldest(clock)
        for name in [name for name, state in self.series.items() if state.due <= frozen]:
            state = self.series[name]
            baseline.freeze(
                state, frozen, exposure=exposure, covered=covered, alpha=alpha, config=self.config
            )
            serial.trim(state, before=oldest, config=self.config)
            self.series.touch(name)
        decay = self.config.fade(1)
        for name, new in covered.items():
            self.platforms[name].exposure = new + decay * exposure[name]
            self.platforms.touch(name)

    def _disperse(self, clock: Clock, hour: int) -> None:
        config = self.config
        first = hour * config.ticks_hour
        ticks = range(first, first + config.ticks_hour)
        covered = {
            name: [self.coverage.taught(name, tick, closed=clock.closed) for tick in ticks]
            for name in self.platforms
        }
        sums = {name: sum(values) for name, values in covered.items()}
        exposure = self.exposures(covered)
        blocks: list[tuple[int, float, float]] = []
        for name in sorted(name for name in self.series if sampled(name, hour)):
            state = self.series[name]
            if not self.mature(state, clock):
                continue
            known = baseline.rates(state, exposure=exposure, frozen=first - 1, config=config)
            mean, shape = baseline.predict(known, sums)
            seen = sum(
                strand.ring.get(tick, 0)
                for platform, strand in state.strands.items()
                for tick, share in zip(ticks, covered[platform], strict=True)
                if share > 0.0
            )
            blocks.append((seen, mean, shape))
        clock.dispersion.add(blocks, hour=hour, config=config)

    def _hour_mark(self, clock: Clock) -> None:
        now = clock.tick * self.config.tick_ms
        expired = now - self.config.expire_h * HOUR_MS
        active = now - self.config.active_h * HOUR_MS
        for name in [name for name, state in self.series.items() if state.last_ms < expired]:
            self.series.drop(name)
        clock.active = sum(state.last_ms >= active for state in self.series.values())
