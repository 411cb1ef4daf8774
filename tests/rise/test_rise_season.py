from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from flocon.events import to_ms
from flocon.rise import season
from flocon.rise.config import HOUR_MS, RiseConfig
from flocon.rise.season import Platform

CONFIG = RiseConfig()
PARIS = ZoneInfo("Europe/Paris")


def utc_hour(local: datetime) -> int:
    return to_ms(local) // HOUR_MS


def taught(volumes: dict[int, int], *, ticks: range) -> Platform:
    platform = Platform(since=ticks.start, volumes=volumes)
    for tick in ticks:
        season.learn(platform, tick, season.shape(platform), season.level(platform), config=CONFIG)
    return platform


@pytest.mark.parametrize(
    "day", [datetime(2025, 3, 28, 20, tzinfo=PARIS), datetime(2025, 4, 4, 20, tzinfo=PARIS)]
)
def test_friday_evening_is_the_same_hour_before_and_after_the_clocks_change(day: datetime) -> None:
    assert season.hour_of_week(utc_hour(day), "Europe/Paris") == 4 * 24 + 20


def test_the_hour_that_is_lived_twice_is_one_hour_of_the_week() -> None:
    first = utc_hour(datetime(2025, 10, 26, 0, 0, tzinfo=UTC))
    hours = [season.hour_of_week(first + step, "Europe/Paris") for step in range(3)]
    assert hours == [6 * 24 + 2, 6 * 24 + 2, 6 * 24 + 3]


def test_the_hour_that_is_skipped_never_comes() -> None:
    first = utc_hour(datetime(2025, 3, 30, 0, 0, tzinfo=UTC))
    hours = [season.hour_of_week(first + step, "Europe/Paris") for step in range(2)]
    assert hours == [6 * 24 + 1, 6 * 24 + 3]


def test_a_platform_nothing_is_known_of_has_a_flat_week() -> None:
    assert season.shape(Platform(since=0)) == [1.0] * 168


def test_a_season_of_one_day_is_shrunk_towards_flat() -> None:
    first = utc_hour(datetime(2025, 1, 6, 0, tzinfo=PARIS)) * 4
    # 80 posts a tick from noon to midnight, none before
    volumes = dict.fromkeys(range(first + 48, first + 96), 80)
    shape = season.shape(taught(volumes, ticks=range(first, first + 96)))
    by_hour = (4 * 80 + 50 * 40) / 54 / 40
    # the local day crosses midnight UTC, where the past fades a little
    assert shape[18] == pytest.approx((4 * 80 + 20 * by_hour * 40) / 24 / 40, rel=1e-3)
    assert shape[18 + 24] == pytest.approx(by_hour, rel=1e-3)
    assert shape[6] < shape[6 + 24] < 1.0 < shape[18 + 24] < shape[18]


def test_the_season_has_mean_one() -> None:
    first = utc_hour(datetime(2025, 1, 6, 0, tzinfo=PARIS)) * 4
    volumes = {tick: 20 + (tick % 96) for tick in range(first, first + 7 * 96)}
    shape = season.shape(taught(volumes, ticks=range(first, first + 7 * 96)))
    assert sum(shape) / 168 == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("volume", "rho"), [(0, 0.0), (19, 0.0), (20, 0.2), (50, 0.5), (100, 1.0), (400, 1.0)]
)
def test_coverage_is_the_share_seen_and_missing_below_a_fifth(volume: int, rho: float) -> None:
    assert season.coverage(volume, 100.0, learned=192, config=CONFIG) == pytest.approx(rho)


def test_coverage_is_not_judged_before_two_days_are_known() -> None:
    assert season.coverage(0, 100.0, learned=191, config=CONFIG) == 1.0


def test_an_empty_tick_of_a_small_platform_is_not_missing() -> None:
    assert season.coverage(0, 9.9, learned=10_000, config=CONFIG) == 1.0


def test_a_missing_tick_teaches_nothing() -> None:
    platform = taught(dict.fromkeys(range(200), 100), ticks=range(200))
    before = list(platform.sums)
    season.learn(platform, 200, season.shape(platform), season.level(platform), config=CONFIG)
    assert (platform.sums, platform.learned) == (before, 200)


def test_a_feed_that_stays_small_for_a_day_becomes_the_new_level() -> None:
    volumes = {tick: 1000 if tick < 200 else 50 for tick in range(296)}
    platform = taught(volumes, ticks=range(295))
    assert season.level(platform) == pytest.approx(1000, rel=0.01)
    season.learn(platform, 295, season.shape(platform), season.level(platform), config=CONFIG)
    assert season.level(platform) == pytest.approx(50, rel=0.1)


def test_an_outage_of_days_changes_no_level() -> None:
    platform = taught(dict.fromkeys(range(200), 100), ticks=range(200 + 300))
    assert season.level(platform) == pytest.approx(100)


def test_old_weeks_fade() -> None:
    days = 28
    platform = Platform(since=0, volumes={0: 80, days * 96: 80})
    for tick in (0, days * 96):
        season.learn(platform, tick, [1.0] * 168, 0.0, config=CONFIG)
    assert sum(platform.sums) == pytest.approx(80 / 2 + 80)
