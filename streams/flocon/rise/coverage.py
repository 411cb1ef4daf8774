"""Exposure of every platform over the windows that end with one tick, computed once and kept while it holds."""

from dataclasses import dataclass, field

from flocon.rise import season
from flocon.rise.config import RiseConfig
from flocon.rise.season import Platform
from flocon.state import Table


@dataclass(frozen=True)
class Cover:
    """Exposure of one platform before one tick.

    Attributes:
        platform: the very object it was computed from; a restored table holds another one.
        by_age: exposure of the tick itself, of the one before it, and so on through the longest window.
        windows: sums of it over each window.
    """

    platform: Platform
    by_age: list[float]
    windows: tuple[float, ...]


@dataclass
class Coverage:
    """Seasons and coverage of all platforms. Holds no state but a cache of what follows from the table."""

    config: RiseConfig
    platforms: Table[Platform]
    _covers: dict[tuple[str, int], Cover] = field(default_factory=dict, init=False)
    _weeks: dict[str, tuple[Platform, int, float, list[float]]] = field(default_factory=dict, init=False)
    _closed: dict[str, tuple[list[float], dict[int, float]]] = field(default_factory=dict, init=False)

    def week(self, name: str) -> tuple[float, list[float]]:
        """Mean posts in a tick, and the season by local hour of week."""
        platform = self.platforms[name]
        known = self._weeks.get(name)
        if known is None or known[0] is not platform or known[1] != platform.learned:
            known = (platform, platform.learned, season.level(platform), season.shape(platform))
            self._weeks[name] = known
        return known[2], known[3]

    def exposure(self, name: str, tick: int, *, closed: int) -> float:
        """Exposure e = S·rho of one tick in a window; rho is 1 while the tick may still fill (`tick > closed`).

        The time before a platform was first seen counts as if it had been watched and silent: a campaign must not
        look sudden only because we have just begun to look.
        """
        mean, seasons = self.week(name)
        if tick > closed:
            return seasons[season.hour_of_week(tick // self.config.ticks_hour, self.config.zone)]
        known = self._closed.get(name)
        if known is None or known[0] is not seasons:
            known = self._closed[name] = (seasons, {})
        exposure = known[1].get(tick)
        if exposure is None:
            platform = self.platforms[name]
            factor = seasons[season.hour_of_week(tick // self.config.ticks_hour, self.config.zone)]
            volume = platform.volumes.get(tick, 0)
            share = season.coverage(volume, mean * factor, learned=platform.learned, config=self.config)
            exposure = known[1][tick] = factor * share
        return exposure

    def recount(self, name: str, tick: int) -> None:
        """Forget the exposure of a tick whose volume changed."""
        known = self._closed.get(name)
        if known is not None:
            known[1].pop(tick, None)

    def taught(self, name: str, tick: int, *, closed: int) -> float:
        """Exposure of one tick in the baseline, where time that was not watched teaches nothing."""
        return 0.0 if tick < self.platforms[name].since else self.exposure(name, tick, closed=closed)

    def cover(self, name: str, tick: int, *, closed: int) -> Cover:
        """Exposure of the windows that end with `tick`."""
        known = self._covers.get((name, tick))
        if known is None or known.platform is not self.platforms[name]:
            spans = [self.config.ticks(hours) for hours in self.config.windows_h]
            by_age = self._by_age(name, tick, spans[-1], closed=closed)
            known = Cover(self.platforms[name], by_age, tuple(sum(by_age[:span]) for span in spans))
            self._covers[name, tick] = known
        return known

    def _by_age(self, name: str, tick: int, span: int, *, closed: int) -> list[float]:
        """`exposure` of `span` ticks back from `tick`: mostly known, so looked up in one go."""
        self.exposure(name, tick - span + 1, closed=closed)  # makes sure of the table for this week
        known = self._closed[name][1] if name in self._closed else {}
        ages = (tick - age for age in range(span))
        return [
            known[at] if at <= closed and at in known else self.exposure(name, at, closed=closed)
            for at in ages
        ]

    def forget(self) -> None:
        """Drop what was computed: a tick was closed, a platform learned, or the volume of a closed tick changed."""
        self._covers.clear()

    def learn(self, name: str, hour: int) -> None:
        """Teach a platform the ticks of one UTC hour past the guard."""
        platform = self.platforms[name]
        mean, seasons = self.week(name)
        first = hour * self.config.ticks_hour
        for tick in range(first, first + self.config.ticks_hour):
            if tick >= platform.since:
                season.learn(platform, tick, seasons, mean, config=self.config)
        # thin days rescale the week without adding a tick
        self._weeks.pop(name, None)
        self.platforms.touch(name)
