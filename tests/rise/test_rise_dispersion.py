import numpy as np
import pytest

from flocon.rise.config import RiseConfig
from flocon.rise.dispersion import Dispersion, sampled

CONFIG = RiseConfig()


def pooled(noise: float) -> float:
    """What the pool makes of 20 days of 50 campaigns with 2 posts an hour and gamma noise of a known dispersion."""
    draw = np.random.default_rng(5)
    pool = Dispersion()
    for hour in range(480):
        means = 2 * (draw.gamma(1 / noise, noise, 50) if noise else np.ones(50))
        pool.add([(int(x), 2.0, 300.0) for x in draw.poisson(means)], hour=hour, config=CONFIG)
    return pool.alpha(CONFIG)


def test_dispersion_starts_as_configured() -> None:
    assert Dispersion().alpha(CONFIG) == CONFIG.dispersion


@pytest.mark.parametrize("noise", [0.3, 1.0])
def test_dispersion_is_learned_from_the_fleet(noise: float) -> None:
    assert pooled(noise) == pytest.approx(noise, rel=0.25)


def test_dispersion_never_falls_below_its_floor() -> None:
    assert CONFIG.dispersion_floor <= pooled(0.0) < 0.05


def test_an_hour_without_campaigns_changes_nothing() -> None:
    pool = Dispersion(excess=5.0, weight=10.0, hour=3)
    pool.add([], hour=300, config=CONFIG)
    assert pool == Dispersion(excess=5.0, weight=10.0, hour=3)


def test_old_hours_fade() -> None:
    pool = Dispersion(excess=8.0, weight=16.0, hour=0)
    pool.add([(0, 0.0, 1.0)], hour=CONFIG.half_life_h, config=CONFIG)
    assert (pool.excess, pool.weight) == pytest.approx((4.0, 8.0))


def test_a_campaign_gives_one_hour_in_seven_and_every_hour_of_the_day_in_turn() -> None:
    hours = [hour for hour in range(168) if sampled("c1", hour)]
    assert len(hours) == 24
    assert {hour % 24 for hour in hours} == set(range(24))
