"""A small fleet in a simulated month: the budget holds without an outbreak, and outbreaks are found."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from rise_kit import START_MS, TICK_MS

from flocon.rise.config import RiseConfig
from flocon.rise.engine import Rise

DAYS, WARM, FLEET = 19, 13, 36
ONSET = (DAYS - 2) * 96
LOUD = range(0, FLEET, 6)


@dataclass(frozen=True)
class Result:
    """First tick after the warm-up in which each campaign rose, and where calibration stood before and after."""

    rose: dict[int, int]
    observed: int
    nominal: float
    alpha: float


@pytest.fixture(scope="module")
def month() -> Result:
    """Rates of 0.05 to 2 posts an hour, a daily season, hourly noise of dispersion 0.3, a sixfold step at the end."""
    draw = np.random.default_rng(11)
    rates = np.exp(draw.uniform(math.log(0.05), math.log(2), FLEET))
    rates[list(LOUD)] = np.linspace(0.5, 2, len(LOUD))
    rise, rose, noise = Rise(RiseConfig()), {}, np.ones(FLEET)
    observed, nominal = 0, 0.0
    for tick in range(DAYS * 96):
        at_ms = START_MS + tick * TICK_MS
        for _ in rise.advance(at_ms):
            rise.review()
        if tick in {WARM * 96, ONSET}:
            _, seen, chance = rise.calibration()[1]
            observed, nominal = seen - observed, chance - nominal
        season = 0.5 + 1.0 * math.sin(math.pi * (tick % 96) / 96) ** 2
        rise.volume("telegram", at_ms, int(draw.poisson(60 * season)))
        if tick % 4 == 0:
            noise = draw.gamma(1 / 0.3, 0.3, FLEET)
        mean = rates / 4 * season * noise
        if ONSET <= tick < ONSET + 48:
            mean[list(LOUD)] *= 6
        counts = draw.poisson(mean)
        for number in np.nonzero(counts)[0].tolist():
            for copy in range(int(counts[number])):
                author = f"{tick}-{copy}"
                rise.add(f"c{number}", platform="telegram", at_ms=at_ms, author=author, unit=author)
            if tick >= WARM * 96 and rise.evaluate(f"c{number}").rising:
                rose.setdefault(number, tick)
    return Result(rose, observed, nominal, rise.alpha)


def test_false_alerts_stay_within_the_budget(month: Result) -> None:
    false = [number for number, tick in month.rose.items() if tick < ONSET or number not in LOUD]
    assert len(false) <= DAYS - WARM


def test_a_sixfold_step_is_found_within_a_day(month: Result) -> None:
    found = [number for number in LOUD if ONSET <= month.rose.get(number, -1) < ONSET + 96]
    assert len(found) >= 0.7 * len(LOUD)


def test_small_probabilities_come_no_more_often_than_they_say(month: Result) -> None:
    assert month.nominal > 0
    assert month.observed <= 2 * month.nominal


def test_the_dispersion_of_the_fleet_is_learned(month: Result) -> None:
    assert 0.15 < month.alpha < 0.9
