"""How much more than chance the counts of campaigns vary: one dispersion, pooled over the fleet.

Moments on blocks of an hour, past the guard: alpha = sum((x-m)² - m - m²/a) / sum(m²), where m²/a is the part of the
variance that comes from not knowing the rate. Each campaign gives every seventh hour (a different hour of the day
each time), which costs a seventh and loses nothing a pool would miss.
"""

from typing import Final
from zlib import crc32

import msgspec

from flocon.rise import nbri
from flocon.rise.config import RiseConfig

PERIOD_H: Final = 7
"""Coprime with 24 and so walks through all hours of the day; 24·7 hours later it starts again."""


class Dispersion(msgspec.Struct, kw_only=True):
    """Decayed moments.

    Attributes:
        excess: sum of the variance not explained by chance.
        weight: sum of the squared means.
        hour: UTC hour up to which both are decayed.
    """

    excess: float = 0.0
    weight: float = 0.0
    hour: int = 0

    def alpha(self, config: RiseConfig) -> float:
        """The dispersion in a window of an hour; the assumed one counts with its own weight throughout."""
        prior = config.dispersion_weight
        return max(config.dispersion_floor, (self.excess + prior * config.dispersion) / (self.weight + prior))

    def add(self, blocks: list[tuple[int, float, float]], *, hour: int, config: RiseConfig) -> None:
        """Take in one hour.

        Args:
            blocks: count, mean and shape of each campaign's hour, in a fixed order: sums of floats depend on it.
            hour: the UTC hour, not before that of the last call.
            config: options.
        """
        if not blocks:
            return
        alpha = self.alpha(config)
        fade = 0.5 ** ((hour - self.hour) / config.half_life_h)
        excess, weight = fade * self.excess, fade * self.weight
        for seen, mean, shape in blocks:
            taken = nbri.winsorise(seen, mean, nbri.size(shape, alpha), level=config.winsor)
            excess += (taken - mean) ** 2 - mean - mean * mean / shape
            weight += mean * mean
        self.excess, self.weight, self.hour = excess, weight, hour


def sampled(series: str, hour: int) -> bool:
    """Whether a campaign gives this UTC hour to the pool."""
    return (crc32(series.encode()) + hour) % PERIOD_H == 0
