import pytest
from rise_kit import START_MS, TICK_MS, Disk, advance, at, post

from flocon.rise.config import RiseConfig
from flocon.rise.engine import Rise
from flocon.rise.season import Platform

QUIET = RiseConfig(prior_rate_h=0.05)


def watched(hours: float, *, down: range = range(0), burst: int = -1) -> Rise:
    """A platform of 40 posts a tick, one of them in `c` every second hour; 60 more in `c` in tick `burst`."""
    rise = Rise(QUIET)
    for tick in range(int(hours * 4)):
        advance(rise, tick / 4)
        if tick not in down:
            rise.volume("telegram", at(tick / 4), 40)
            if tick % 8 == 0:
                post(rise, "c", tick / 4, f"a{tick}")
        for number in range(60 if tick == burst else 0):
            post(rise, "c", tick / 4, f"x{number}")
    advance(rise, hours)
    return rise


def test_an_author_counts_once_an_hour() -> None:
    rise = Rise(QUIET)
    for minute in range(0, 60, 5):
        post(rise, "c", minute / 60, "same")
    verdict = rise.evaluate("c")
    assert (verdict.posts_gate, verdict.authors_6h, verdict.rising) == (1, 1, False)


def test_an_author_counts_again_in_the_next_hour() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0.9, "same")
    post(rise, "c", 1.1, "same")
    assert rise.evaluate("c").posts_gate == 2


def test_in_a_channel_texts_are_counted() -> None:
    rise = Rise(QUIET)
    for text in ("t1", "t2", "t2", "t3"):
        rise.add("c", platform="telegram", at_ms=at(0), author="channel", unit=text)
    verdict = rise.evaluate("c")
    assert (verdict.posts_gate, verdict.units_24h, verdict.authors_24h) == (3, 3, 1)


def test_one_author_on_two_platforms_counts_on_both() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0, "same", platform="telegram")
    post(rise, "c", 0, "same", platform="bluesky")
    verdict = rise.evaluate("c")
    assert (verdict.posts_gate, verdict.platforms_24h, verdict.authors_24h) == (2, 2, 1)


def test_windows_hold_exactly_their_hours() -> None:
    rise = Rise(QUIET)
    for hours in (0.0, 17.75, 18.0, 22.75, 23.0, 23.75):
        advance(rise, hours)
        post(rise, "c", hours, f"a{hours}")
    verdict = rise.evaluate("c")
    assert [(window.hours, window.count) for window in verdict.windows] == [(1, 2), (6, 4), (24, 6)]
    assert (verdict.authors_6h, verdict.authors_24h) == (4, 6)


def test_a_post_leaves_the_longest_window_after_a_day() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0, "a")
    advance(rise, 23.75)
    assert (rise.evaluate("c").windows[-1].count, rise.evaluate("c").authors_24h) == (1, 1)
    advance(rise, 24)
    assert (rise.evaluate("c").windows[-1].count, rise.evaluate("c").authors_24h) == (0, 0)


def test_a_new_campaign_is_expected_at_the_prior_rate() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0, "a")
    assert [window.expected for window in rise.evaluate("c").windows] == pytest.approx([0.05, 0.3, 1.2])


def test_five_authors_in_an_hour_make_a_new_campaign_rise() -> None:
    rise = Rise(QUIET)
    for number in range(5):
        post(rise, "c", 0.1, f"a{number}")
    assert rise.evaluate("c").rising


def test_two_posts_never_rise_however_unlikely() -> None:
    rise = watched(24 * 14)
    for number in range(2):
        post(rise, "new", 24 * 14, f"n{number}")
    verdict = rise.evaluate("new")
    assert (verdict.posts_gate, verdict.rising) == (2, False)


def test_the_count_gate_opens_at_three_posts() -> None:
    rise = Rise(RiseConfig(p_max=1.0, false_alerts_day=1e9))
    for number in range(2):
        post(rise, "c", 0, f"a{number}")
    below = rise.evaluate("c").rising
    post(rise, "c", 0, "a2")
    assert (below, rise.evaluate("c").rising) == (False, True)


def test_an_unknown_campaign_is_silent() -> None:
    verdict = Rise(QUIET).evaluate("nobody")
    assert (verdict.p, verdict.rising, verdict.quiet, verdict.window) == (1.0, False, True, None)


def test_a_steady_campaign_learns_its_rate() -> None:
    rise = watched(24 * 21)
    expected = rise.evaluate("c").windows[-1].expected
    assert expected == pytest.approx(12, rel=0.1)


def test_a_past_outbreak_hardly_raises_the_baseline() -> None:
    calm, burst = watched(24 * 12), watched(24 * 12, burst=24 * 10 * 4 + 3)
    gained = burst.evaluate("c").windows[-1].expected - calm.evaluate("c").windows[-1].expected
    assert 0 < gained < 0.4


def test_a_burst_does_not_become_its_own_baseline_within_the_guard() -> None:
    rise = watched(24 * 10)
    expected = rise.evaluate("c").windows[1].expected
    for number in range(30):
        post(rise, "c", 24 * 10, f"x{number}")
    assert rise.evaluate("c").windows[1].expected == expected


def test_a_post_behind_the_ring_is_refused() -> None:
    rise = watched(60)
    last = 60 - 48 + 0.25
    assert not post(rise, "c", last - 0.01, "late")
    assert post(rise, "c", last, "late")


def test_volume_behind_the_ring_is_refused() -> None:
    rise = watched(60)
    assert not rise.volume("telegram", at(11.9), 1)
    assert rise.volume("telegram", at(12.5), 1)


def test_a_late_post_past_the_guard_still_teaches_the_baseline() -> None:
    rise = watched(24 * 10)
    before = rise.evaluate("c").windows[0].expected
    post(rise, "c", 24 * 9 - 6.1, "late")
    assert rise.evaluate("c").windows[0].expected > before


def test_a_campaign_that_begins_with_a_late_post_learns_from_then_on() -> None:
    rise = watched(24 * 4)
    post(rise, "late", 24 * 4 - 30, "a")
    first = rise.evaluate("late").windows[0].expected
    for tick in range(24 * 4 * 4, 24 * 5 * 4):
        advance(rise, tick / 4)
        rise.volume("telegram", at(tick / 4), 40)
    advance(rise, 24 * 5)
    # a day of exposure without a further post has been frozen by now
    assert rise.evaluate("late").windows[0].expected < 0.5 * first


def test_an_outage_is_no_dip() -> None:
    """Exposure falls with the posts, so that what is left is as expected as ever."""
    now = 24 * 14
    down = range(now * 4 - 12, now * 4)
    rise, whole = watched(now, down=down), watched(now)
    missing, seen = rise.evaluate("c").windows[1], whole.evaluate("c").windows[1]
    # 12 of the 24 ticks are left, and the open one
    assert missing.expected / seen.expected == pytest.approx(13 / 24, rel=0.12)


def test_a_backfill_is_no_burst() -> None:
    """Posts that come hours after an outage lie in their own ticks, whose coverage is then whole again."""
    now = 24 * 14
    down = range(now * 4 - 12, now * 4)
    rise, whole = watched(now, down=down), watched(now)
    assert rise.evaluate("c").windows != whole.evaluate("c").windows
    for tick in down:
        rise.volume("telegram", at(tick / 4), 40)
        if tick % 8 == 0:
            post(rise, "c", tick / 4, f"a{tick}")
    assert rise.evaluate("c").windows == whole.evaluate("c").windows


def test_coverage_is_judged_when_a_tick_closes() -> None:
    """Until then its posts count with full exposure; then a tick of which hardly anything was seen is left out."""
    rise = watched(24 * 14)
    before = rise.evaluate("c").posts_gate
    rise.volume("telegram", at(24 * 14), 1)
    for number in range(5):
        post(rise, "c", 24 * 14, f"x{number}")
    early = rise.evaluate("c").posts_gate
    next(rise.advance(at(24 * 14 + 0.25)))
    assert (early - before, rise.evaluate("c").posts_gate - before) == (5, 0)


def test_posts_of_a_missing_tick_are_left_out_on_both_sides() -> None:
    now = 24 * 14
    rise = watched(now, down=range(now * 4 - 12, now * 4))
    before = rise.evaluate("c")
    for number in range(5):
        post(rise, "c", now - 1, f"leak{number}")
    assert rise.evaluate("c").windows == before.windows


def test_a_platform_that_is_new_to_a_campaign_brings_almost_no_expectation() -> None:
    rise = watched(24 * 14)
    before = rise.evaluate("c").windows[-1].expected
    post(rise, "c", 24 * 14, "a", platform="bluesky")
    assert rise.evaluate("c").windows[-1].expected == pytest.approx(before + 0.6, abs=0.05)


def test_counts_more_regular_than_chance_lower_the_dispersion() -> None:
    assert Rise(QUIET).alpha == QUIET.dispersion
    assert watched(24 * 10).alpha < QUIET.dispersion


def test_the_dispersion_does_not_depend_on_the_order_of_restored_rows() -> None:
    def alpha(*, restored: bool) -> float:
        rise, disk = Rise(QUIET), Disk()
        for tick in range(24 * 5 * 4):
            list(rise.advance(at(tick / 4)))
            for copy in range(4):
                post(rise, f"c{(tick * tick + 11 * copy * copy) % 151}", tick / 4, f"a{tick}")
        if restored:
            disk.commit(rise)
            rise = disk.load(QUIET, seed=3)
        list(rise.advance(at(24 * 6.5)))
        return rise.alpha

    assert alpha(restored=True) == alpha(restored=False) != QUIET.dispersion


def test_an_engine_put_back_in_place_forgets_what_it_computed() -> None:
    now = 24 * 14
    rise, disk = watched(now, down=range(now * 4 - 12, now * 4)), Disk()
    disk.commit(rise)
    before = rise.evaluate("c")
    rise.volume("telegram", at(now - 1), 40)
    assert rise.evaluate("c") != before
    for table in rise.tables:
        table.restore(iter(disk.rows[table.name].items()))
    assert rise.evaluate("c") == before


def test_the_fleet_is_counted_at_hour_marks_only() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0.1, "a")
    post(rise, "d", 0.1, "b")
    advance(rise, 0.75)
    before = rise.fleet
    advance(rise, 1)
    assert (before, rise.fleet) == (0, 2)


def test_a_campaign_shares_the_budget_for_a_week() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0, "a")
    advance(rise, 24 * 7)
    within = rise.fleet
    advance(rise, 24 * 7 + 1)
    assert (within, rise.fleet) == (1, 0)


def test_a_campaign_silent_for_two_weeks_is_forgotten() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0, "a")
    advance(rise, 24 * 14)
    within = len(rise)
    advance(rise, 24 * 14 + 1)
    assert (within, len(rise)) == (1, 0)


def test_a_full_table_forgets_the_longest_silent_campaign() -> None:
    rise = Rise(RiseConfig(max_series=3))
    for name, hours in (("b", 0), ("a", 0), ("c", 1), ("d", 2)):
        post(rise, name, hours, "x")
    assert sorted(name for name in "abcd" if rise.evaluate(name).posts_gate) == ["b", "c", "d"]


def test_memory_is_bounded_by_configuration() -> None:
    rise = Rise(RiseConfig(max_series=50, units_per_hour=10))
    for number in range(2000):
        post(rise, f"c{number % 400}", number / 100, f"a{number}")
        post(rise, "loud", number / 100, f"b{number}")
        advance(rise, number / 100)
    loud = rise.tables[0]["loud"]
    kept = sum(len(seen) for strand in loud.strands.values() for seen in strand.units.values())
    assert len(rise) <= 50
    assert kept <= 10 * 49


def test_a_long_silence_is_skipped_in_one_step() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0, "a")
    closed = list(rise.advance(at(24 * 3650)))
    assert len(closed) <= 24 * 4 * 15
    assert rise.evaluate("c").tick_ms == at(24 * 3650)


def test_ticks_are_yielded_at_the_time_they_close() -> None:
    rise = Rise(QUIET)
    post(rise, "c", 0, "a")
    assert list(rise.advance(at(0.6))) == [START_MS + TICK_MS, START_MS + 2 * TICK_MS]


def test_a_watermark_that_moves_back_closes_nothing() -> None:
    rise = watched(5)
    assert list(rise.advance(at(2))) == []


def test_active_campaigns_are_those_with_a_post_in_a_day() -> None:
    rise = Rise(QUIET)
    post(rise, "b", 0, "x")
    post(rise, "a", 1, "x")
    advance(rise, 24.0)
    assert rise.active_series() == ["a"]


def test_a_merged_campaign_has_the_posts_of_both() -> None:
    rise = Rise(QUIET)
    for number in range(3):
        post(rise, "a", number, f"a{number}")
        post(rise, "b", number, f"b{number}", platform="bluesky")
    rise.merge("b", "a")
    verdict = rise.evaluate("a")
    assert (verdict.posts_gate, verdict.authors_6h, verdict.platforms_24h) == (6, 6, 2)
    assert (len(rise), rise.evaluate("b").posts_gate) == (1, 0)


def test_an_author_counted_in_both_campaigns_counts_once_after_the_merge() -> None:
    rise = Rise(QUIET)
    post(rise, "a", 0.5, "same")
    post(rise, "b", 0.1, "same")
    rise.merge("b", "a")
    assert rise.evaluate("a").posts_gate == 1


def test_a_campaign_merged_into_an_unknown_one_takes_its_name() -> None:
    rise = Rise(QUIET)
    post(rise, "b", 0, "x")
    rise.merge("b", "a")
    assert rise.evaluate("a").posts_gate == 1


def test_calibration_counts_a_closed_tick_once() -> None:
    rise = watched(24 * 6)
    for _ in rise.advance(at(24 * 6 + 0.25)):
        rise.review()
        once = rise.calibration()
        rise.review()
        assert rise.calibration() == once
    assert once[0][2] == pytest.approx((72 + 0.25) * 4 * 1e-2, rel=0.02)


def test_closing_may_be_left_and_taken_up_again() -> None:
    rise, disk = watched(30), Disk()
    closed = [next(rise.advance(at(32)))]
    disk.commit(rise)
    resumed = disk.load(QUIET)
    closed += list(resumed.advance(at(32)))
    assert closed == list(watched(30).advance(at(32)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"tick_ms": 7 * 60_000},
        {"windows_h": (6, 1)},
        {"windows_h": (1, 48)},
        {"ring_h": 24},
        {"gate_h": 48},
        {"max_series": 0},
        {"expire_h": 10},
    ],
)
def test_a_configuration_that_cannot_work_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RiseConfig(**wrong)


def test_platform_rows_of_two_platforms_do_not_share_their_lists() -> None:
    first, second = Platform(since=0), Platform(since=0)
    first.sums[0] += 1
    assert second.sums[0] == 0.0
